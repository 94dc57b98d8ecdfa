"""Check: Amazon Bedrock model invocation logs arrive at every configured destination."""

from prowler.lib.check.models import Check, Check_Report_AWS

from prowler_bedrock.delivery.judge import judge_delivery
from prowler_bedrock.delivery.settings import DeliverySettings
from prowler_bedrock.prowler_adapter.client import client
from prowler_bedrock.prowler_adapter.report import findings_with_settings


class bedrock_model_invocation_logging_delivery_healthy(Check):
    """One finding per Region that delivers logs; a Region where logging is off has none."""

    def execute(self) -> list[Check_Report_AWS]:
        """Return the findings, in the order of the Regions' names."""
        return findings_with_settings(
            self.metadata(),
            DeliverySettings,
            lambda observation, region, settings: judge_delivery(
                client.access, region, observation, settings
            ),
        )
