"""Every way in which delivery breaks is seen, and no healthy Region fails."""

from __future__ import annotations

import pytest

from fixtures.breakages import BROKEN_DESTINATIONS, Breakage
from prowler_bedrock.destination.judge import judge_destination
from prowler_bedrock.logging_configuration.read import read_logging_configuration
from tests.destination.conftest import Broken


@pytest.mark.parametrize(
    "breakage", BROKEN_DESTINATIONS, ids=lambda one: one.name.replace(" ", "-")
)
def test_each_breakage_has_its_verdict(broken: Broken, breakage: Breakage) -> None:
    region = broken.region(breakage.name)
    observation = read_logging_configuration(broken.access.client("bedrock", region))
    verdict = judge_destination(broken.access, region, observation)
    assert verdict is not None
    assert verdict.status == breakage.status, verdict.status_extended
    assert breakage.says in verdict.status_extended


def test_calls_per_region(broken: Broken) -> None:
    """What docs/checks.md says: CloudWatch 4, each bucket 5, each KMS key 3."""
    region = broken.region("nothing")
    observation = read_logging_configuration(broken.access.client("bedrock", region))
    broken.account.clear_calls()
    judge_destination(broken.access, region, observation)
    operations = sorted(call["operation"] for call in broken.account.calls())
    assert operations == sorted(
        [
            *("DescribeLogGroups", "GetRole", "SimulateCustomPolicy", "SimulatePrincipalPolicy"),
            *("HeadBucket", "GetBucketOwnershipControls", "GetBucketPolicy") * 2,
            *("SimulateCustomPolicy", "GetBucketEncryption") * 2,
            # The log group and one of the two buckets are encrypted with a key.
            *("DescribeKey", "GetKeyPolicy", "SimulateCustomPolicy") * 2,
        ]
    )


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("DescribeLogGroups", "logs:DescribeLogGroups"),
        ("GetRole", "iam:GetRole"),
        ("SimulateCustomPolicy", "iam:SimulateCustomPolicy"),
        ("SimulatePrincipalPolicy", "iam:SimulatePrincipalPolicy"),
        ("HeadBucket", "s3:ListBucket"),
        ("GetBucketOwnershipControls", "s3:GetBucketOwnershipControls"),
        ("GetBucketPolicy", "s3:GetBucketPolicy"),
        ("GetBucketEncryption", "s3:GetEncryptionConfiguration"),
        ("DescribeKey", "kms:DescribeKey"),
        ("GetKeyPolicy", "kms:GetKeyPolicy"),
    ],
)
def test_what_can_not_be_read_is_manual(broken: Broken, operation: str, action: str) -> None:
    region = broken.region("nothing")
    observation = read_logging_configuration(broken.access.client("bedrock", region))
    broken.account.set_faults({"kind": "denied", "service": None, "operation": operation})
    try:
        verdict = judge_destination(broken.access, region, observation)
    finally:
        broken.account.clear_faults()
    assert verdict is not None
    assert verdict.status == "MANUAL", verdict.status_extended
    assert f"allow {action}" in verdict.status_extended
