"""The setting of the check on tamper resistance."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from prowler_bedrock.enable.names import PRINCIPAL_PATTERN, fill
from prowler_bedrock.enable.settings import CheckSettings

PrincipalPattern = Annotated[str, AfterValidator(PRINCIPAL_PATTERN.check)]


class TamperSettings(CheckSettings):
    """Who may change logging.

    Attributes:
        expected_principals: ``ExpectedPrincipals``, ARNs of users and roles that may, such as the
            role of the fixer; they may hold ``*``, ``?``, ``{account}`` and ``{region}``.
    """

    expected_principals: list[PrincipalPattern] = []

    def patterns(self, account: str, region: str) -> list[str]:
        """Return the ARNs with their placeholders filled.

        Args:
            account: the 12-digit account id.
            region: the Region's name.
        """
        return [fill(pattern, account, region) for pattern in self.expected_principals]
