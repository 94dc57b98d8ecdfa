"""What a plan takes from destinations that stand already."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from prowler_bedrock.enable.plan import BucketPlan, Plan, settle_plan
from prowler_bedrock.enable.settings import parse_settings
from prowler_bedrock.logging_configuration.model import LoggingConfiguration
from tests.core.account import ACCOUNT, GROUP

REGION = "eu-west-1"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/ours"
ROLES = f"arn:aws:iam::{ACCOUNT}:role/"
SETTINGS = {
    "Destination": "both",
    "LogGroupName": GROUP,
    "RoleName": "own",
    "BucketName": "logs",
    "LargeDataBucketName": "large",
    "BucketKmsKeyId": KEY,
}
LARGE = {"bucketName": "large", "keyPrefix": "b"}


def kept(role_arn: str) -> Plan:
    planned = settle_plan(
        parse_settings(SETTINGS),
        account=ACCOUNT,
        partition="aws",
        region=REGION,
        bedrock=boto3.client("bedrock", region_name=REGION),
    )
    log_group = {"logGroupName": GROUP, "roleArn": role_arn, "largeDataDeliveryS3Config": LARGE}
    stands: Any = {
        "cloudWatchConfig": log_group, "s3Config": {"bucketName": "logs", "keyPrefix": "a"},
    }  # fmt: skip
    return planned.keeping(LoggingConfiguration.model_validate(stands))


def test_the_buckets_of_both_destinations_keep_prefix_and_key() -> None:
    plan = kept(f"{ROLES}theirs")
    assert (plan.s3, plan.large_data) == ({"bucketName": "logs", "keyPrefix": "a"}, LARGE)
    assert plan.buckets == [
        BucketPlan(name="logs", key_prefixes=["a"], kms_key_id=KEY),
        BucketPlan(name="large", key_prefixes=["b"], kms_key_id=KEY),
    ]


@pytest.mark.parametrize(
    ("found", "role"),
    [
        ("own", ("own", None)),
        ("with/a/path/own", ("own", None)),
        ("theirs", (None, f"{ROLES}theirs")),
        ("own/theirs", (None, f"{ROLES}own/theirs")),
    ],
)
def test_a_role_of_another_name_is_kept_by_its_arn(
    found: str, role: tuple[str | None, str | None]
) -> None:
    cloud_watch = kept(f"{ROLES}{found}").cloud_watch
    assert cloud_watch is not None
    assert (cloud_watch.role_name, cloud_watch.role_arn) == role
