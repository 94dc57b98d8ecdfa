from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from fixtures.breakages import ACCOUNT, BROKEN_DESTINATIONS, Breakage, break_regions
from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.account.access import Access


class Broken:
    """An account in which each Region is broken in another way."""

    def __init__(self, account: EmbeddedAccount, breakages: dict[str, Breakage]) -> None:
        self.account, self.breakages = account, breakages
        self.access = Access(ACCOUNT, "aws", self._client)

    def _client(self, service: str, region: str | None) -> Any:
        return self.account.client(service, region or "us-east-1")

    def region(self, name: str) -> str:
        """The Region that was broken in that way."""
        return next(region for region, one in self.breakages.items() if one.name == name)


@pytest.fixture(scope="session")
def broken() -> Iterator[Broken]:
    regions = boto3.Session().get_available_regions("bedrock")
    with EmbeddedAccount.start(account="settled") as account:
        yield Broken(account, break_regions(account, regions, BROKEN_DESTINATIONS))
