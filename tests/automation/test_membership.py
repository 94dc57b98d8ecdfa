"""Which accounts and Regions may be worked on."""

import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from prowler_bedrock.automation.organization import Membership, check_region
from prowler_bedrock.automation.refusal import LeftAloneError, RefusedError
from prowler_bedrock.automation.settings import AutomationSettings, settings_from_environment
from prowler_bedrock.errors import AwsCallError


def settings(**variables: str) -> AutomationSettings:
    needed = {"JOURNAL_BUCKET": "a-bucket", "EXTERNAL_ID": "an-id", **variables}
    return settings_from_environment({f"PROWLER_BEDROCK_{n}": v for n, v in needed.items()})


class Organization:
    """An organization with an account two units below the root, and what was called in it."""

    def __init__(self) -> None:
        self.client = boto3.client("organizations")
        self.client.create_organization(FeatureSet="ALL")
        self.root = self.client.list_roots()["Roots"][0]["Id"]
        self.outer = self._unit(self.root, "Workloads")
        self.inner = self._unit(self.outer, "Payments")
        created = self.client.create_account(AccountName="a", Email="a@example.com")
        self.account: str = created["CreateAccountStatus"]["AccountId"]
        self.client.move_account(
            AccountId=self.account, SourceParentId=self.root, DestinationParentId=self.inner
        )
        self.calls: list[str] = []
        self.client.meta.events.register(
            "before-call.organizations", lambda model, **_: self.calls.append(model.name)
        )

    def _unit(self, parent: str, name: str) -> str:
        answer = self.client.create_organizational_unit(ParentId=parent, Name=name)
        return str(answer["OrganizationalUnit"]["Id"])

    def check(self, account: str | None = None, **variables: str) -> None:
        Membership(self.client, settings(**variables)).check(account or self.account)


@pytest.fixture
def organization() -> Iterator[Organization]:
    with mock_aws():
        yield Organization()


def test_an_active_member_passes_with_as_few_calls_as_the_settings_need(
    organization: Organization,
) -> None:
    organization.check()
    assert organization.calls == ["DescribeAccount"]


def test_an_account_outside_or_closed_is_refused(organization: Organization) -> None:
    with pytest.raises(RefusedError, match="999999999999 is not of this organization"):
        organization.check("999999999999")
    organization.client.close_account(AccountId=organization.account)
    with pytest.raises(RefusedError, match="is SUSPENDED, not ACTIVE"):
        organization.check()


@pytest.mark.parametrize("above", ["inner", "outer", "root"])
def test_a_unit_leaves_out_all_that_is_below_it(organization: Organization, above: str) -> None:
    unit = getattr(organization, above)
    told = f"below {unit}, one of EXCLUDED_ORGANIZATIONAL_UNITS"
    with pytest.raises(LeftAloneError, match=told) as caught:
        organization.check(EXCLUDED_ORGANIZATIONAL_UNITS=f"ou-abcd-abcdefgh,{unit}")
    assert (caught.value.decision, caught.value.tell) == ("excluded", True)


def test_other_units_leave_nothing_out(organization: Organization) -> None:
    other = organization.client.create_organizational_unit(
        ParentId=organization.root, Name="Other"
    )["OrganizationalUnit"]["Id"]
    organization.check(EXCLUDED_ORGANIZATIONAL_UNITS=other)
    assert organization.calls.count("ListParents") == 3


def test_an_account_is_left_out_by_its_id_without_a_call(organization: Organization) -> None:
    with pytest.raises(LeftAloneError, match="is in EXCLUDED_ACCOUNTS"):
        organization.check(EXCLUDED_ACCOUNTS=f"111111111111,{organization.account}")
    assert organization.calls == []


def test_an_account_is_left_out_by_its_tag(organization: Organization) -> None:
    def tag(value: str) -> None:
        organization.client.tag_resource(
            ResourceId=organization.account, Tags=[{"Key": "logging", "Value": value}]
        )

    for value in ("on", "OFF"):
        tag(value)
        organization.check(EXCLUSION_TAG="logging=off")
    tag("off")
    with pytest.raises(LeftAloneError, match="has the tag logging=off"):
        organization.check(EXCLUSION_TAG="logging=off")


def test_an_answer_is_kept_and_an_error_is_not(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    membership = Membership(organization.client, settings())
    denied: Any = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}

    def deny(**_: Any) -> None:
        raise ClientError(denied, "DescribeAccount")

    organization.client.meta.events.register_first("before-call.organizations", deny)
    told = "organizations:DescribeAccount failed: AccessDenied.*; allow organizations:Describe"
    with pytest.raises(AwsCallError, match=told):
        membership.check(organization.account)
    organization.client.meta.events.unregister("before-call.organizations", deny)
    for _ in range(3):
        membership.check(organization.account)
        with pytest.raises(RefusedError):
            membership.check("999999999999")
    assert organization.calls == ["DescribeAccount"] * 2

    later = time.monotonic() + 301
    monkeypatch.setattr("prowler_bedrock.automation.kept.time.monotonic", lambda: later)
    membership.check(organization.account)
    assert organization.calls == ["DescribeAccount"] * 3, "after five minutes it is asked again"


def test_a_region_is_left_out() -> None:
    check_region(settings(EXCLUDED_REGIONS="us-east-1"), "eu-west-1")
    with pytest.raises(LeftAloneError, match="us-east-1 is in EXCLUDED_REGIONS"):
        check_region(settings(EXCLUDED_REGIONS="us-east-1"), "us-east-1")
