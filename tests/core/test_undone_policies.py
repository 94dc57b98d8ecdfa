"""Out of a bucket's policy goes what a record put in, and nothing else."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import Mock

import pytest

from prowler_bedrock.backout.bucket_policies import adds_ours, our_statements, survey_policies
from prowler_bedrock.backout.chain import Chain
from prowler_bedrock.enable.bucket_policy import SID_PREFIX
from prowler_bedrock.errors import PluginError
from prowler_bedrock.journal.change import Change, Resource
from prowler_bedrock.journal.record import Record
from tests.core.account import ACCOUNT
from tests.core.answers import refusal

REGION, BUCKET = "us-east-1", "theirs"
OURS: dict[str, Any] = {"Sid": f"{SID_PREFIX}1", "Effect": "Allow"}
OTHER_REGION: dict[str, Any] = {"Sid": f"{SID_PREFIX}2", "Effect": "Allow"}
WITHOUT_SID: dict[str, Any] = {"Effect": "Deny"}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Statement": list(statements)})


def recorded(bucket: str, earlier: str | None, later: str) -> Record:
    change = Change(
        resource=Resource(kind="bucket-policy", name=bucket), earlier=earlier, later=later
    )
    return Record(
        account=ACCOUNT,
        region=REGION,
        earlier_configuration=None,
        later_configuration=None,
        changes=[change],
        attempted=[change.resource],
        created=[change.resource],
    )


def undone(now: str, earlier: str | None, later: str) -> list[Change]:
    """What undoing a change of the policy makes of it as it is now."""
    s3 = Mock()
    s3.get_bucket_policy.return_value = {"Policy": now}
    chain = Chain(records=[recorded(BUCKET, earlier, later)])
    changes = survey_policies(chain, s3, ACCOUNT, REGION, [])
    s3.get_bucket_policy.assert_called_once_with(Bucket=BUCKET, ExpectedBucketOwner=ACCOUNT)
    assert all(change.earlier == now for change in changes)
    return changes


@pytest.mark.parametrize("earlier", [None, policy(WITHOUT_SID) + " "])
def test_a_policy_as_we_left_it_is_what_it_was_before(earlier: str | None) -> None:
    (change,) = undone(policy(WITHOUT_SID, OURS), earlier, policy(WITHOUT_SID, OURS))
    assert change.later == earlier


def test_a_policy_as_we_left_it_is_recognized_as_s3_returns_it() -> None:
    earlier = policy(WITHOUT_SID) + " "
    put = policy(WITHOUT_SID, {**OURS, "Action": ["s3:PutObject"]})
    now = policy({"Sid": "", **WITHOUT_SID}, {**OURS, "Action": "s3:PutObject"})
    (change,) = undone(now, earlier, put)
    assert change.later == earlier


def test_a_bucket_that_is_gone_is_passed_over_and_the_next_one_undone() -> None:
    s3 = Mock()
    s3.get_bucket_policy.side_effect = [refusal("NoSuchBucket"), {"Policy": policy(OURS)}]
    records = [recorded(name, None, policy(OURS)) for name in ("standing", "gone")]
    changes = survey_policies(Chain(records=records), s3, ACCOUNT, REGION, [])
    first, second = (call.kwargs["Bucket"] for call in s3.get_bucket_policy.call_args_list)
    assert {first, second} == {"standing", "gone"}
    assert [(one.resource.name, one.later) for one in changes] == [(second, None)]


# A bare number is an answer whose text can't be read, and not S3's word that nothing is there.
@pytest.mark.parametrize("code", ["Refused", "404"])
def test_a_policy_that_can_not_be_read_is_told(code: str) -> None:
    s3 = Mock()
    s3.get_bucket_policy.side_effect = refusal(code)
    with pytest.raises(PluginError, match=f"^s3:GetBucketPolicy failed in {REGION}: {code}: No"):
        survey_policies(
            Chain(records=[recorded(BUCKET, None, policy(OURS))]), s3, ACCOUNT, REGION, []
        )


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


@pytest.mark.parametrize(
    ("earlier", "later", "adds"),
    [
        (policy(WITHOUT_SID), policy(WITHOUT_SID, OURS), True),
        (None, policy(OURS), True),
        (policy(OTHER_REGION, OURS), policy(OTHER_REGION), False),
        (policy(OURS), None, False),
    ],
)
def test_what_lets_bedrock_in_is_told_from_what_takes_it_out(
    earlier: str | None, later: str | None, adds: bool
) -> None:
    resource = Resource(kind="bucket-policy", name=BUCKET)
    assert adds_ours(Change(resource=resource, earlier=earlier, later=later)) is adds


def test_ours_are_the_statements_that_any_record_put() -> None:
    let_in = recorded(BUCKET, policy(OURS), policy(OURS, OTHER_REGION))
    change = Change(
        resource=Resource(kind="bucket", name=BUCKET),
        earlier=None,
        later={"Policy": {"Statement": [{"Sid": f"{SID_PREFIX}3"}]}},
    )
    created = let_in.model_copy(update={"changes": [change]})
    elsewhere = recorded("another", None, policy(OURS))
    # What stood before a change, no record of these put, whatever its Sid says.
    assert our_statements([let_in, created, elsewhere], BUCKET) == [
        OTHER_REGION,
        {"Sid": f"{SID_PREFIX}3"},
    ]
