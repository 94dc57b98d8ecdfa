"""Check: Amazon Bedrock model invocation logging is enabled."""

from prowler.lib.check.models import Check, Check_Report_AWS

from prowler_bedrock.enable.settings import EnableSettings
from prowler_bedrock.logging_configuration.judge import judge
from prowler_bedrock.prowler_adapter.report import findings_of


class bedrock_model_invocation_logging_enabled(Check):
    """One finding per Region that offers Bedrock: PASS, FAIL, or MANUAL where it can't be read."""

    def execute(self) -> list[Check_Report_AWS]:
        """Return the findings, in the order of the Regions' names."""
        return findings_of(self.metadata(), judge, EnableSettings)
