"""Check: Amazon Bedrock model invocation logging is enabled."""

from prowler.lib.check.models import Check, Check_Report_AWS

from prowler_bedrock.logging_configuration.judge import judge
from prowler_bedrock.prowler_adapter.client import client
from prowler_bedrock.prowler_adapter.service import RESOURCE_ID


class bedrock_model_invocation_logging_enabled(Check):
    """One finding per Region that offers Bedrock: PASS, FAIL, or MANUAL where it can't be read."""

    def execute(self) -> list[Check_Report_AWS]:
        """Return the findings, in the order of the Regions' names."""
        findings = []
        for region, observation in client.observations.items():
            verdict = judge(observation, region)
            if verdict is None:
                continue
            report = Check_Report_AWS(metadata=self.metadata(), resource=observation.model_dump())
            report.region = region
            report.resource_id = RESOURCE_ID
            report.resource_arn = client.resource_arn(region)
            report.status = verdict.status
            report.status_extended = verdict.status_extended
            findings.append(report)
        return findings
