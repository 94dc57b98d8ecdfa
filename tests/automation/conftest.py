"""One embedded organization with the automation deployed; each test has Regions of its own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from fixtures.automation import SECURITY, Automation
from fixtures.embedded_account.handle import EmbeddedAccount
from tests.automation.organization import finding

EXEMPT, SANDBOX, WITHOUT_ROLES, CLOSED = (
    "555555555555", "444444444444", "777777777777", "666666666666",
)  # fmt: skip
ORDERS = "222222222222"
_REGIONS = itertools.cycle(
    ["eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1", "us-east-2", "us-west-2",
     "ap-south-1", "ap-southeast-2", "ap-northeast-1", "ca-central-1", "sa-east-1"]
)  # fmt: skip


class World:
    """The deployed automation, and what tests ask of it."""

    def __init__(self, automation: Automation) -> None:
        self.automation = automation
        self.organization = automation.organization

    def region(self, account: str = ORDERS) -> str:
        """A Region in which logging is off, for one test alone."""
        while True:
            region = next(_REGIONS)
            if self.automation.configuration(account, region) is None and not self.records(
                account, region
            ):
                return region

    def fail(self, account: str, region: str, **changes: Any) -> dict[str, Any]:
        """Import a failing finding as Prowler does in the member account."""
        one = finding(account, region, **changes)
        for name in ("Region", "Workflow", "RecordState"):
            if name not in changes:
                one.pop(name)
        answer = self.automation.client("securityhub", account, region).batch_import_findings(
            Findings=[one]
        )
        assert answer["SuccessCount"] == 1, answer
        return one

    def records(self, account: str, region: str) -> list[str]:
        place = self.automation.outputs["JournalPlace"].removeprefix("s3://").split("/")[0]
        answer = self.automation.client("s3").list_objects_v2(
            Bucket=place, Prefix=f"journal/{account}/{region}/"
        )
        return [one["Key"] for one in answer.get("Contents", [])]

    def puts(self, account: str, region: str) -> int:
        calls = self.organization.calls("bedrock", "PutModelInvocationLoggingConfiguration")
        return len([one for one in calls if (one["account"], one["region"]) == (account, region)])

    def update(self, account: str, region: str, **fields: Any) -> None:
        """Change a finding as a person does in the security account."""
        held = self.automation.finding(account, region)
        self.automation.client("securityhub").batch_update_findings(
            FindingIdentifiers=[{"Id": held["Id"], "ProductArn": held["ProductArn"]}], **fields
        )

    def message(self, event: dict[str, Any]) -> dict[str, Any]:
        """The event as the queue would hold it, with the real security account."""
        return {**event, "account": SECURITY}


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with EmbeddedAccount.start("automation") as organization:
        members = (ORDERS, "333333333333", SANDBOX, EXEMPT)
        # Half of the tests need no answer of AWS: what they wait for is the queue.
        with Automation(organization, members) as automation:
            yield World(automation)
