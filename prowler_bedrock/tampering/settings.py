"""The setting of the check on tamper resistance."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from prowler_bedrock.enable.names import fill
from prowler_bedrock.enable.settings import ChangeSettings

PrincipalPattern = Annotated[
    str, Field(pattern=r"^arn:[\w*-]+:iam::(\d{12}|\{account\}|\*):(user|role)/.+$")
]


class TamperSettings(ChangeSettings):
    """Who may change logging.

    Attributes:
        expected_principals: ``ExpectedPrincipals``, ARNs of users and roles that may, such as the
            role of the fixer; they may hold ``*``, ``?`` and ``{account}``.
    """

    expected_principals: list[PrincipalPattern] = []

    def patterns(self, account: str, region: str) -> list[str]:
        """Return the ARNs with their placeholders filled.

        Args:
            account: the 12-digit account id.
            region: the Region's name.
        """
        return [fill(pattern, account, region) for pattern in self.expected_principals]
