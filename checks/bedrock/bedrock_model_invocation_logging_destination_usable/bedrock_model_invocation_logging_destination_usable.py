"""Check: Amazon Bedrock can write model invocation logs to every configured destination."""

from prowler.lib.check.models import Check, Check_Report_AWS

from prowler_bedrock.destination.judge import judge_destination
from prowler_bedrock.prowler_adapter.client import client
from prowler_bedrock.prowler_adapter.report import findings_of


class bedrock_model_invocation_logging_destination_usable(Check):
    """One finding per Region that delivers logs; a Region where logging is off has none."""

    def execute(self) -> list[Check_Report_AWS]:
        """Return the findings, in the order of the Regions' names."""
        return findings_of(
            self.metadata(),
            lambda observation, region: judge_destination(client.access, region, observation),
        )
