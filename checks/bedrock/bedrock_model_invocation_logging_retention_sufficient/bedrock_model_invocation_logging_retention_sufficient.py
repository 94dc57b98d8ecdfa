"""Check: Amazon Bedrock model invocation logs are kept long enough."""

from prowler.lib.check.models import Check, Check_Report_AWS

from prowler_bedrock.prowler_adapter.client import client
from prowler_bedrock.prowler_adapter.report import findings_with_settings
from prowler_bedrock.retention.judge import judge_retention
from prowler_bedrock.retention.settings import RetentionSettings


class bedrock_model_invocation_logging_retention_sufficient(Check):
    """One finding per Region that delivers logs; a Region where logging is off has none."""

    def execute(self) -> list[Check_Report_AWS]:
        """Return the findings, in the order of the Regions' names."""
        return findings_with_settings(
            self.metadata(),
            RetentionSettings,
            lambda observation, region, settings: judge_retention(
                client.access, region, observation, settings
            ),
        )
