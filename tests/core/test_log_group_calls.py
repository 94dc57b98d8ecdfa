"""A log group that a record began gets its retention; a user's own keeps its."""

from __future__ import annotations

import pytest

from tests.core.account import ACCOUNT
from tests.core.answers import cause, refusal
from tests.core.recorded import (
    TO_LOG_GROUP,
    Recorded,
)


@pytest.mark.parametrize("code", ["ResourceAlreadyExistsException", "OperationAbortedException"])
@pytest.mark.parametrize("ours", [True, False])
def test_a_log_group_that_was_begun_gets_its_retention(
    recorded: Recorded, code: str, ours: bool
) -> None:
    recorded.logs.put_retention_policy.side_effect = refusal("Refused")
    failed = recorded.outcome(TO_LOG_GROUP)
    assert cause(failed.message) == "logs:PutRetentionPolicy failed in eu-west-1: Refused: No."
    recorded.clients.reset_mock()
    recorded.logs.put_retention_policy.side_effect = None
    recorded.logs.create_log_group.side_effect = refusal(code)
    arn = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/own"
    group = {"logGroupName": "/own", "arn": f"{arn}:*"}
    other = {"logGroupName": "/own-other", "retentionInDays": 7, "arn": "other"}
    recorded.found_log_groups(other, group, other)
    tags = recorded.tags if ours else {"prowler-bedrock-record": "another"}
    recorded.logs.list_tags_for_resource.return_value = {"tags": tags}
    outcome = recorded.outcome(TO_LOG_GROUP)
    assert outcome.result == "changed"
    calls = recorded.calls()
    assert ("logs.list_tags_for_resource", {"resourceArn": arn}) in calls
    retention = ("logs.put_retention_policy", {"logGroupName": "/own", "retentionInDays": 365})
    assert (retention in calls) is ours
    note = "The existing log group /own keeps its retention (no expiry)."
    assert (note in outcome.message) is not ours


def test_one_that_was_begun_and_is_refused_again_stands_in_both_records(
    recorded: Recorded,
) -> None:
    recorded.logs.put_retention_policy.side_effect = refusal("Refused", 0)
    assert recorded.outcome(TO_LOG_GROUP).result == "failed"
    recorded.logs.create_log_group.side_effect = refusal("ResourceAlreadyExistsException", 0)
    recorded.found_log_groups({"logGroupName": "/own", "arn": "arn:*"})
    recorded.logs.list_tags_for_resource.return_value = {"tags": recorded.tags}
    assert recorded.outcome(TO_LOG_GROUP).result == "failed"
    begun = [
        {one.kind for one in record.attempted}
        for record in recorded.journal.records(ACCOUNT, recorded.region)
    ]
    assert begun == [{"role", "role-policy", "log-group"}] * 2


def test_a_preview_tells_a_log_group_only_where_it_is_missing(recorded: Recorded) -> None:
    for groups, kinds in (
        ([], ["log-group"]),
        ([{"logGroupName": "/own"}], []),
    ):
        recorded.found_log_groups(*groups)
        outcome = recorded.outcome(TO_LOG_GROUP | {"DryRun": True})
        assert outcome.result == "planned"
        assert [one.resource.kind for one in outcome.changes] == [
            *("role", "role-policy"),
            *kinds,
            "logging-configuration",
        ]
    assert recorded.writes() == []


def test_a_log_group_whose_creation_was_answered_by_a_second_try_is_ours(
    recorded: Recorded,
) -> None:
    recorded.logs.create_log_group.side_effect = refusal("ResourceAlreadyExistsException")
    group = {"logGroupName": "/own", "arn": "arn:*"}
    recorded.found_log_groups(group)
    recorded.logs.list_tags_for_resource.side_effect = lambda **_: {"tags": recorded.tags}
    assert recorded.outcome(TO_LOG_GROUP).result == "changed"
    assert recorded.logs.put_retention_policy.call_count == 1


def test_a_new_log_group_whose_retention_is_refused_is_not_called_existing(
    recorded: Recorded,
) -> None:
    recorded.logs.put_retention_policy.side_effect = refusal("OperationAbortedException", 0)
    recorded.found_log_groups({"logGroupName": "/own", "arn": "arn:*"})
    outcome = recorded.outcome(TO_LOG_GROUP)
    assert cause(outcome.message) == (
        "logs:PutRetentionPolicy failed in eu-west-1: OperationAbortedException: No."
    )
    assert recorded.record.result == "failed"


@pytest.mark.parametrize("code", ["ResourceAlreadyExistsException", "OperationAbortedException"])
def test_of_a_log_group_that_is_not_listed_nothing_is_said(recorded: Recorded, code: str) -> None:
    recorded.logs.create_log_group.side_effect = refusal(code)
    recorded.found_log_groups()
    outcome = recorded.outcome(TO_LOG_GROUP)
    busy = code == "OperationAbortedException"
    assert outcome.result == ("failed" if busy else "changed")
    assert "keeps its" not in outcome.message
    assert not busy or cause(outcome.message) == (
        f"logs:CreateLogGroup failed in eu-west-1: {code}: No. Someone else is creating or "
        "deleting log group /own at this moment. Run again."
    )


KEY = "arn:aws:kms:eu-west-1:123456789012:key/wanted"
OTHER_KEY = "arn:aws:kms:eu-west-1:123456789012:key/other"


@pytest.mark.parametrize(
    ("wanted", "standing", "kept"),
    [
        (KEY, {}, "encryption (no KMS key)"),
        (KEY, {"kmsKeyId": OTHER_KEY}, f"encryption ({OTHER_KEY})"),
        (KEY, {"kmsKeyId": KEY}, None),
        (None, {"kmsKeyId": OTHER_KEY}, None),
        (KEY, {"retentionInDays": 7}, "retention (7 days) and its encryption (no KMS key)"),
    ],
)
def test_an_existing_log_group_that_keeps_another_encryption_is_told(
    recorded: Recorded, wanted: str | None, standing: dict[str, object], kept: str | None
) -> None:
    recorded.logs.create_log_group.side_effect = refusal("ResourceAlreadyExistsException", 0)
    recorded.found_log_groups({"logGroupName": "/own", "retentionInDays": 365, **standing})
    settings = TO_LOG_GROUP | ({"KmsKeyId": wanted} if wanted else {})
    outcome = recorded.outcome(settings)
    assert outcome.result == "changed"
    assert ("keeps its" in outcome.message) is (kept is not None)
    assert kept is None or f" The existing log group /own keeps its {kept}. " in outcome.message


@pytest.mark.parametrize(("retries", "asks"), [(0, False), (1, True), (None, True)])
def test_only_a_creation_sent_again_may_have_made_the_group_that_stands(
    recorded: Recorded, retries: int | None, asks: bool
) -> None:
    standing = refusal("ResourceAlreadyExistsException", retries)
    recorded.logs.create_log_group.side_effect = standing
    recorded.found_log_groups({"logGroupName": "/own", "arn": "arn:*"})
    recorded.logs.list_tags_for_resource.return_value = {"tags": {}}
    assert "keeps its retention (no expiry)" in recorded.outcome(TO_LOG_GROUP).message
    assert recorded.logs.list_tags_for_resource.called is asks
    assert not recorded.logs.put_retention_policy.called


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("get_paginator", "logs:DescribeLogGroups"),
        ("list_tags_for_resource", "logs:ListTagsForResource"),
    ],
)
def test_a_refused_look_at_a_log_group_is_told(
    recorded: Recorded, operation: str, action: str
) -> None:
    recorded.logs.create_log_group.side_effect = refusal("ResourceAlreadyExistsException")
    recorded.found_log_groups({"logGroupName": "/own", "arn": "arn:*"})
    getattr(recorded.logs, operation).side_effect = refusal("Refused")
    message = recorded.outcome(TO_LOG_GROUP).message
    assert cause(message) == f"{action} failed in eu-west-1: Refused: No."
