"""Check: Amazon Bedrock model invocation logging delivers every data type."""

from prowler.lib.check.models import Check, Check_Report_AWS

from prowler_bedrock.logging_configuration.data_types import judge_data_types
from prowler_bedrock.logging_configuration.judge import Verdict
from prowler_bedrock.logging_configuration.model import Observation
from prowler_bedrock.prowler_adapter.client import client
from prowler_bedrock.prowler_adapter.report import findings_of


def _judge(observation: Observation, region: str) -> Verdict | None:
    return judge_data_types(observation, region, client.delivery_flags())


class bedrock_model_invocation_logging_data_types_delivered(Check):
    """One finding per Region that delivers logs; a Region where logging is off has none."""

    def execute(self) -> list[Check_Report_AWS]:
        """Return the findings, in the order of the Regions' names."""
        return findings_of(self.metadata(), _judge)
