"""Check: Amazon Bedrock model invocation logs go to the expected destination."""

from prowler.lib.check.models import Check, Check_Report_AWS

from prowler_bedrock.expected_destination.judge import judge_expected
from prowler_bedrock.expected_destination.settings import ExpectedSettings
from prowler_bedrock.prowler_adapter.client import client
from prowler_bedrock.prowler_adapter.report import findings_with_settings


class bedrock_model_invocation_logging_destination_expected(Check):
    """One finding per Region that delivers logs; a Region where logging is off has none."""

    def execute(self) -> list[Check_Report_AWS]:
        """Return the findings, in the order of the Regions' names."""
        return findings_with_settings(
            self.metadata(),
            ExpectedSettings,
            lambda observation, region, settings: judge_expected(
                client.access.account, region, observation, settings
            ),
        )
