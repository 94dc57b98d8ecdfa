"""A bucket's policy that a backout put back or took away is read back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from prowler_bedrock.backout.bucket_policies import restore_policy
from prowler_bedrock.errors import PluginError
from prowler_bedrock.journal.change import Change, Resource
from tests.core.account import ACCOUNT

REGION, NAME = "us-east-1", "standing"
READ = {
    "Effect": "Allow",
    "Principal": {"AWS": ACCOUNT},
    "Action": "s3:GetObject",
    "Resource": f"arn:aws:s3:::{NAME}/*",
}
WRITE = {**READ, "Action": "s3:PutObject"}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client: Any = boto3.client("s3", region_name=REGION)
        client.create_bucket(Bucket=NAME)
        client.put_bucket_policy(Bucket=NAME, Policy=policy(READ, WRITE))
        yield client


def answer_from_before(s3: Any, text: str, times: int) -> list[str]:
    """After a change S3 goes on to answer with the earlier policy; returns the calls."""
    calls: list[str] = []

    def answer(model: Any, **_: Any) -> Any:
        calls.append(model.name)
        since = [name for name in calls if name != "GetBucketPolicy"]
        late = calls[::-1].index(since[-1]) if since else 0
        if model.name == "GetBucketPolicy" and 1 <= late <= times:
            return SimpleNamespace(status_code=200), {"Policy": text}
        return None

    s3.meta.events.register("before-call.s3", answer)
    return calls


@pytest.mark.parametrize("later", [None, policy(READ)])
def test_s3_may_answer_with_the_earlier_one_for_a_moment(s3: Any, later: str | None) -> None:
    earlier = policy(READ, WRITE)
    calls = answer_from_before(s3, earlier, times=2)
    change = Change(
        resource=Resource(kind="bucket-policy", name=NAME), earlier=earlier, later=later
    )
    restore_policy(change, s3, ACCOUNT, REGION, 30)
    made = "PutBucketPolicy" if later else "DeleteBucketPolicy"
    assert calls == ["GetBucketPolicy", made, *["GetBucketPolicy"] * 3]


@pytest.mark.parametrize("later", [None, policy(READ)])
def test_another_policy_than_the_one_that_was_put_is_no_success(s3: Any, later: str | None) -> None:
    earlier = policy(READ, WRITE)
    answer_from_before(s3, policy(WRITE), times=9)
    change = Change(
        resource=Resource(kind="bucket-policy", name=NAME), earlier=earlier, later=later
    )
    with pytest.raises(PluginError) as told:
        restore_policy(change, s3, ACCOUNT, REGION, 0)
    assert str(told.value) == (
        f"The policy of bucket {NAME} read back is not the one that was put: someone else may have "
        "changed it at the same time; look at it and run again."
    )
