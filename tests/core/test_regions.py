"""Which Regions are looked at, and by whom global services are called."""

from collections.abc import Callable
from threading import Event
from typing import Any
from unittest.mock import Mock

import boto3
import pytest

from prowler_bedrock.account.access import Access
from prowler_bedrock.account.connection import assume, connect, open_session
from prowler_bedrock.account.regions import bedrock_regions
from prowler_bedrock.errors import PluginError
from prowler_bedrock.journal.places import journal_at
from prowler_bedrock.logging_configuration.model import Observation, SwitchedOff
from prowler_bedrock.status import read_regions as module
from prowler_bedrock.status.read_regions import read_regions

FORTY = [f"eu-north-{number}" for number in range(40, 0, -1)]


class Ec2:
    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def describe_regions(self, **given: Any) -> Any:
        assert given == {"AllRegions": False}
        return self._answer


def access(answer: Any, partition: str = "aws") -> Access:
    return Access("123456789012", partition, lambda *asked: {("ec2", None): Ec2(answer)}[asked])


def test_no_enabled_region_is_left_out_because_botocore_does_not_know_its_bedrock() -> None:
    assert "xx-new-1" not in boto3.Session().get_available_regions("bedrock")
    names = ["us-east-1", "me-south-1", "xx-new-1"]
    answer = {"Regions": [{"RegionName": name} for name in names]}
    assert bedrock_regions(access(answer)) == ["me-south-1", "us-east-1", "xx-new-1"]


@pytest.mark.parametrize(
    ("partition", "some"),
    [
        ("aws", {"us-east-1", "me-south-1", "ap-east-1"}),
        ("aws-cn", {"cn-north-1", "cn-northwest-1"}),
        ("aws-us-gov", {"us-gov-east-1", "us-gov-west-1"}),
    ],
)
def test_without_an_answer_every_region_of_the_partition_is_looked_at(
    partition: str, some: set[str]
) -> None:
    found = bedrock_regions(access({}, partition))
    assert some <= set(found)
    assert partition == "aws" or some == set(found)


@pytest.mark.parametrize(
    ("configured", "named", "called"),
    [
        (None, None, "us-east-1"),
        (None, "eu-west-1", "us-east-1"),
        (None, "cn-northwest-1", "cn-northwest-1"),
        ("eu-west-1", "us-gov-west-1", "us-gov-west-1"),
        ("us-gov-east-1", "us-gov-west-1", "us-gov-east-1"),
        ("eu-west-1", "us-east-1", "eu-west-1"),
    ],
)
def test_global_services_are_called_in_the_partition_of_the_named_region(
    monkeypatch: pytest.MonkeyPatch, configured: str | None, named: str | None, called: str
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    if configured:
        monkeypatch.setenv("AWS_REGION", configured)
    assert open_session(region=named).region_name == called


@pytest.mark.parametrize(
    "opening",
    [
        lambda: connect(open_session()),
        lambda: assume(open_session(), "arn:aws:iam::123456789012:role/r"),
        lambda: journal_at("s3://journal"),
    ],
    ids=["account", "role", "journal"],
)
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AWS_ENDPOINT_URL", "localhost:5999"),
        ("AWS_MAX_ATTEMPTS", "many"),
        ("AWS_RETRY_MODE", "never"),
        ("AWS_REGION", "bad region"),
    ],
)
def test_a_configuration_that_botocore_refuses_is_said_to_be_one(
    monkeypatch: pytest.MonkeyPatch, opening: Callable[[], Any], variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(PluginError, match=f"^The AWS configuration can't be used: .*{value}"):
        opening()


def test_a_region_that_hangs_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    others_told = Event()

    def read(client: Any, region: str) -> Observation:
        if region == FORTY[0]:
            assert others_told.wait(30)
        return SwitchedOff()

    def done(region: str) -> None:
        told.append(region)
        if len(told) == len(FORTY) - 1:
            others_told.set()

    monkeypatch.setattr(module, "read_logging_configuration", read)
    everywhere = Access("123456789012", "aws", lambda service, region: Mock())
    assert list(read_regions(everywhere, FORTY, done)) == FORTY
    assert told[-1] == FORTY[0]
