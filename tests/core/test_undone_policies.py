"""Out of a bucket's policy goes what a record put in, and nothing else."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import Mock

import pytest

from prowler_bedrock.backout.bucket_policies import survey_policies
from prowler_bedrock.backout.chain import Chain
from prowler_bedrock.enable.bucket_policy import SID_PREFIX
from prowler_bedrock.errors import PluginError
from prowler_bedrock.journal.change import Change, Resource
from prowler_bedrock.journal.record import Record
from tests.core.account import ACCOUNT

REGION, BUCKET = "us-east-1", "theirs"
OURS: dict[str, Any] = {"Sid": f"{SID_PREFIX}1", "Effect": "Allow"}
OTHER_REGION: dict[str, Any] = {"Sid": f"{SID_PREFIX}2", "Effect": "Allow"}
WITHOUT_SID: dict[str, Any] = {"Effect": "Deny"}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Statement": list(statements)})


def undone(now: str, earlier: str, later: str) -> list[Change]:
    """What undoing a change of the policy makes of it as it is now."""
    change = Change(
        resource=Resource(kind="bucket-policy", name=BUCKET), earlier=earlier, later=later
    )
    record = Record(
        account=ACCOUNT,
        region=REGION,
        earlier_configuration=None,
        later_configuration=None,
        changes=[change],
        attempted=[change.resource],
        created=[change.resource],
    )
    s3 = Mock(get_bucket_policy=lambda **_: {"Policy": now})
    return survey_policies(Chain(records=[record]), s3, ACCOUNT, REGION)


def test_the_statement_for_another_region_stays() -> None:
    before = policy(OTHER_REGION)
    (change,) = undone(policy(WITHOUT_SID, OTHER_REGION, OURS), before, policy(OTHER_REGION, OURS))
    assert json.loads(str(change.later))["Statement"] == [WITHOUT_SID, OTHER_REGION]
    assert (change.resource.name, change.resource.kind) == (BUCKET, "bucket-policy")


def test_where_a_change_added_nothing_of_ours_nothing_goes() -> None:
    assert undone(policy(WITHOUT_SID), policy(OURS), policy()) == []


def test_a_policy_that_can_not_be_understood_stays() -> None:
    with pytest.raises(PluginError) as refused:
        undone("[]", policy(), policy(OURS))
    assert str(refused.value) == (
        f"Bucket {BUCKET}: the bucket policy could not be read as a JSON policy with statements; "
        "correct it."
    )
