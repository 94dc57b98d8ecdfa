"""Check: only administrators can tamper with Amazon Bedrock model invocation logging."""

from functools import cache

from prowler.lib.check.models import Check, Check_Report_AWS

from prowler_bedrock.prowler_adapter.client import client
from prowler_bedrock.prowler_adapter.report import findings_with_settings
from prowler_bedrock.tampering.judge import ACTIONS, judge_tampering
from prowler_bedrock.tampering.principals import AccountPrincipals
from prowler_bedrock.tampering.settings import TamperSettings


@cache
def _principals() -> AccountPrincipals:
    return AccountPrincipals(client.access, ACTIONS)


class bedrock_model_invocation_logging_tamper_resistant(Check):
    """One finding per Region that delivers logs; a Region where logging is off has none."""

    def execute(self) -> list[Check_Report_AWS]:
        """Return the findings, in the order of the Regions' names."""
        principals = _principals()
        return findings_with_settings(
            self.metadata(),
            TamperSettings,
            lambda observation, region, settings: judge_tampering(
                client.access, principals, region, observation, settings
            ),
        )
