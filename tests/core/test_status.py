"""How Regions are read, and what is told of each."""

from threading import Barrier
from typing import Any

import boto3
import pytest

from prowler_bedrock.account.access import Access
from prowler_bedrock.logging_configuration.model import NotOffered, SwitchedOff, Unreadable
from prowler_bedrock.logging_configuration.read import parse_answer
from prowler_bedrock.status.read_regions import read_regions
from prowler_bedrock.status.region_status import RegionStatus, region_status, s3_place
from tests.core.account import ACCOUNT, Account
from tests.core.wire import Wire

REGION = "eu-west-1"


def test_regions_are_read_in_the_given_order_and_each_once(account: Account) -> None:
    account.put({"s3Config": {"bucketName": "logs"}}, REGION)
    seen: list[str] = []
    names = ["us-west-2", REGION, "us-east-1", REGION]
    found = read_regions(account.access, names, seen.append)
    assert list(found) == names[:3]
    assert sorted(seen) == sorted(names[:3])
    assert [type(one).__name__ for one in found.values()] == [
        "SwitchedOff",
        "Configured",
        "SwitchedOff",
    ]
    assert read_regions(account.access, []) == {}


def test_all_regions_are_read_at_once() -> None:
    names = [f"region-{number}" for number in range(40)]
    together = Barrier(len(names), timeout=60)
    bedrock = boto3.client("bedrock", region_name="us-east-1")

    def answer(_: object) -> bytes:
        together.wait()
        return b"{}"

    Wire(bedrock, answer)
    found = read_regions(Access(ACCOUNT, "aws", lambda *_: bedrock), names)
    assert found == {name: SwitchedOff() for name in names}


LARGE = {"bucketName": "large", "keyPrefix": "more"}
FULL = {
    "cloudWatchConfig": {
        "logGroupName": "group",
        "roleArn": "arn:aws:iam::123456789012:role/x",
        "largeDataDeliveryS3Config": LARGE,
    },
    "s3Config": {"bucketName": "logs"},
    "textDataDeliveryEnabled": True,
    "imageDataDeliveryEnabled": False,
}


@pytest.mark.parametrize(
    ("observation", "expected"),
    [
        (
            parse_answer({"loggingConfig": FULL}),
            {
                "state": "on",
                "status": "PASS",
                "log_group_name": "group",
                "bucket_name": "logs",
                "large_data_bucket_name": "large/more",
                "data_types": ["text"],
                "message": "Bedrock Model Invocation Logging is enabled in CloudWatch Log Group: "
                "group and S3 Bucket: logs.",
            },
        ),
        (
            SwitchedOff(),
            {
                "state": "off",
                "status": "FAIL",
                "message": "Bedrock Model Invocation Logging is disabled.",
            },
        ),
        (
            NotOffered(),
            {
                "state": "not offered",
                "status": None,
                "message": f"Bedrock is not offered in {REGION}.",
            },
        ),
        (
            Unreadable(code="Throttling", message="Slow."),
            {
                "state": "unreadable",
                "status": "MANUAL",
                "message": f"Bedrock Model Invocation Logging could not be read in {REGION}: "
                "Throttling (Slow); scan again, with more retries (--aws-retries-max-attempts).",
            },
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_status_of_a_region(observation: Any, expected: dict[str, Any]) -> None:
    found = region_status(ACCOUNT, REGION, observation)
    assert found == RegionStatus(account=ACCOUNT, region=REGION, **expected)


def test_an_s3_place() -> None:
    assert s3_place(None) is None
    assert s3_place({"bucketName": "logs", "keyPrefix": "a/b"}) == "logs/a/b"
    assert s3_place({"bucketName": "logs"}) == "logs"
