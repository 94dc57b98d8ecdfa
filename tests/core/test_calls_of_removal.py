"""Every call that a removal makes, in order, with all that it says."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from prowler_bedrock.backout.created import PERMISSION_CHECK
from prowler_bedrock.backout.created import PERMISSION_EVENT as EVENT
from prowler_bedrock.backout.removal import Removed, Remover
from prowler_bedrock.enable.plan import LOG_STREAM
from prowler_bedrock.logging_configuration.model import (
    NotOffered,
    Observation,
    SwitchedOff,
    Unreadable,
)
from prowler_bedrock.logging_configuration.read import parse_answer
from tests.core.account import ACCOUNT
from tests.core.answers import refusal, refuse
from tests.core.recorded import (
    OF_LOGS,
    POLICY,
    SET_BY_SOMEONE,
    Recorded,
    as_new,
    set_by_someone,
)

REGION = "eu-west-1"
GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/own"
OF_POLICY = {"RoleName": "Own", "PolicyName": POLICY}
CHECK = {"Key": f"p{PERMISSION_CHECK}", "VersionId": "1"}
MARKER = {"Key": f"q{PERMISSION_CHECK}", "VersionId": "2"}
REMOVE_ONLY = "backout --no-restore --remove-created"
WITH_DATA = f"`{REMOVE_ONLY} --remove-data`"
LOG = {"Key": "p/log", "VersionId": "3"}


def versions(*found: dict[str, str], markers: tuple[dict[str, str], ...] = ()) -> dict[str, Any]:
    sized = [one | {"Size": 9 if one == LOG else 0} for one in found]
    return {"IsTruncated": False, "Versions": sized, "DeleteMarkers": list(markers)}


def holding(
    *groups: Any,
    streams: tuple[str, ...] = (),
    events: tuple[str, ...] = (),
    filters: tuple[str, ...] = (),
) -> Any:
    """A page of each of the lists that CloudWatch Logs gives."""
    return {
        "logGroups": list(groups),
        "subscriptionFilters": [{"filterName": name} for name in filters],
        "logStreams": [{"logStreamName": name} for name in streams],
        "events": [{"message": one} for one in events],
    }


def as_s3_keeps(policy: str) -> str:
    """Lists of one value come back as that value."""
    document = json.loads(policy)
    for statement in document["Statement"]:
        for name, value in statement.items():
            statement[name] = value[0] if isinstance(value, list) and len(value) == 1 else value
    return json.dumps(document)


@pytest.fixture
def account(tmp_path: Path) -> Recorded:
    """Everything stands that was created, and logging is off again."""
    account = Recorded(tmp_path, REGION)
    calls = account.enable()
    given_to = dict(calls)
    policy = as_s3_keeps(account.s3.put_bucket_policy.call_args.kwargs["Policy"])
    account.clients.reset_mock()
    group = {"logGroupName": "/own", "arn": f"{GROUP}:*", "retentionInDays": 731, "kmsKeyId": "k"}
    account.logs.get_paginator.return_value.paginate.return_value = [holding(group)]
    account.logs.list_tags_for_resource.return_value = {"tags": account.tags}
    account.s3.get_bucket_tagging.return_value = {"TagSet": account.tag_list}
    pages = [versions(CHECK), versions(markers=(MARKER,)), versions()]
    account.s3.get_paginator.return_value.paginate.return_value = pages
    account.s3.delete_objects.return_value = {}
    account.s3.get_bucket_policy.return_value = {"Policy": policy}
    gave_it_nothing(account)
    document = given_to["iam.put_role_policy"]["PolicyDocument"]
    account.iam.get_role_policy.return_value = {"PolicyDocument": document}
    account.iam.get_role.side_effect = None
    trust = given_to["iam.create_role"]["AssumeRolePolicyDocument"]
    role = {"AssumeRolePolicyDocument": trust, "Tags": account.tag_list}
    account.iam.get_role.return_value = {"Role": role}
    return account


def gave_it_nothing(account: Recorded) -> None:
    """Nobody gave the bucket anything that S3 does not give one."""
    missing = refusal("NoSuchLifecycleConfiguration")
    account.s3.get_bucket_lifecycle_configuration.side_effect = missing
    missing = refusal("ReplicationConfigurationNotFoundError")
    account.s3.get_bucket_replication.side_effect = missing
    answer: dict[str, Any] = {"ResponseMetadata": {}}
    account.s3.get_bucket_notification_configuration.return_value = answer


@pytest.fixture(autouse=True)
def looked_again(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The Regions that were read again before each removal, in which nothing changed."""
    looks: list[list[str]] = []

    def read_again(_: Any, regions: Iterable[str]) -> dict[str, Observation]:
        looks.append(list(regions))
        return {}

    monkeypatch.setattr("prowler_bedrock.backout.removal.read_regions", read_again)
    return looks


def removed(account: Recorded, **options: bool) -> list[str]:
    remover = Remover(account.access, account.journal, {REGION: SwitchedOff()}, **options)
    return [one.message for one in remover.remove([REGION])]


STREAMS = {"logStreams": [{"logStreamName": "s"}]}
OF_GROUP = [
    ("logs.get_paginator(describe_log_groups)", {}),
    ("logs.get_paginator().paginate", {"logGroupNamePrefix": "/own"}),
    ("logs.list_tags_for_resource", {"resourceArn": GROUP}),
    ("logs.get_paginator(describe_subscription_filters)", {}),
    ("logs.get_paginator().paginate", {"logGroupName": "/own"}),
    ("logs.get_paginator(describe_log_streams)", {}),
    ("logs.get_paginator().paginate", {"logGroupName": "/own"}),
]
TAGS_OF_BUCKET = ("s3.get_bucket_tagging", OF_LOGS)
GIVEN_TO_BUCKET = [
    ("s3.get_bucket_policy", OF_LOGS),
    ("s3.get_bucket_lifecycle_configuration", OF_LOGS),
    ("s3.get_bucket_replication", OF_LOGS),
    ("s3.get_bucket_notification_configuration", OF_LOGS),
]
LISTED = [
    ("s3.get_paginator(list_object_versions)", {}),
    ("s3.get_paginator().paginate", OF_LOGS),
]
DELETED_ROLE = [
    ("iam.get_role_policy", OF_POLICY),
    ("iam.delete_role_policy", OF_POLICY),
    ("iam.get_role", {"RoleName": "Own"}),
    ("iam.delete_role", {"RoleName": "Own"}),
]


def deleted(*found: dict[str, str]) -> tuple[str, dict[str, Any]]:
    return "s3.delete_objects", OF_LOGS | {"Delete": {"Objects": list(found), "Quiet": True}}


def test_what_holds_nothing_goes(account: Recorded) -> None:
    assert removed(account) == [
        f"Removed log-group /own in {REGION}.",
        f"Removed bucket logs in {REGION}.",
        f"Removed role-policy Own/{POLICY}.",
        "Removed role Own.",
    ]
    assert account.calls() == [
        *OF_GROUP,
        *OF_GROUP[-2:],
        ("logs.delete_log_group", {"logGroupName": "/own"}),
        TAGS_OF_BUCKET,
        *GIVEN_TO_BUCKET,
        *LISTED,
        *LISTED,
        deleted(CHECK),
        deleted(MARKER),
        ("s3.delete_bucket", OF_LOGS),
        *DELETED_ROLE,
    ]
    states = [one.changes[0].earlier for one in account.journal.records(ACCOUNT, REGION)[1:]]
    assert states == [
        {"retentionInDays": 731, "kmsKeyId": "k", "tags": account.tags},
        {"Tags": account.tags, **account.s3.get_bucket_policy.return_value},
        {"PolicyDocument": account.iam.get_role_policy.return_value["PolicyDocument"]},
        account.iam.get_role.return_value["Role"] | {"Tags": account.tags},
    ]


@pytest.mark.parametrize("remove_data", [False, True])
def test_what_holds_data_goes_only_when_told(account: Recorded, remove_data: bool) -> None:
    account.logs.get_paginator.return_value.paginate.return_value[0] |= STREAMS
    page = versions(CHECK, LOG, markers=(MARKER,))
    account.s3.get_paginator.return_value.paginate.return_value = [page]
    group, bucket, *_ = removed(account, remove_data=remove_data)
    deletions = [
        ("logs.delete_log_group", {"logGroupName": "/own"}),
        deleted(CHECK, LOG, MARKER),
        ("s3.delete_bucket", OF_LOGS),
        *DELETED_ROLE[1::2],
    ]
    calls = [one for one in account.calls() if ".delete" in one[0]]
    assert calls == (deletions if remove_data else DELETED_ROLE[1::2])
    if not remove_data:
        assert group == (
            f"Kept log-group /own in {REGION}: it holds log streams; {WITH_DATA} removes it "
            "with them."
        )
        assert bucket == (
            f"Kept bucket logs in {REGION}: it holds objects; {WITH_DATA} removes it with all "
            "their versions."
        )


@pytest.mark.parametrize(
    ("pages", "goes"),
    [
        ([holding(streams=(LOG_STREAM,), events=(EVENT,))], True),
        ([holding(streams=(LOG_STREAM,), events=(EVENT,)), holding(events=(EVENT,))], True),
        ([holding(streams=(LOG_STREAM,))], True),
        ([holding(streams=(LOG_STREAM,), events=(EVENT,)), holding(events=("{}",))], False),
        ([holding(streams=(LOG_STREAM,), events=(f"{EVENT} {EVENT}",))], False),
        ([holding(streams=(LOG_STREAM,), events=(EVENT,)), holding(streams=("s",))], False),
        ([holding(), holding(streams=("s",))], False),
    ],
)
def test_a_log_group_that_bedrock_only_tested_goes(
    account: Recorded, pages: list[Any], goes: bool
) -> None:
    found = account.logs.get_paginator.return_value.paginate
    found.return_value = [*found.return_value, *pages]
    first, *_ = removed(account)
    assert first.startswith("Removed log-group" if goes else "Kept log-group"), first
    asked = [name for name, _ in account.calls() if name == "logs.get_paginator(filter_log_events)"]
    foreign = any(one["logStreamName"] == "s" for page in pages for one in page["logStreams"])
    assert len(asked) == (0 if foreign else 1 + goes)


def test_logs_that_come_meanwhile_stay(account: Recorded) -> None:
    found = account.logs.get_paginator.return_value.paginate
    (page,) = found.return_value
    tested = page | holding(streams=(LOG_STREAM,), events=(EVENT,)) | {"logGroups": []}
    came = holding(streams=(LOG_STREAM,), events=(EVENT, "{}"))
    found.side_effect = [[page], [tested], [tested], [tested], [came], [came]]
    first, *_ = removed(account)
    assert first == (
        f"Log group /own in {REGION} got logs while its removal was prepared: it stays. Run again."
    )
    account.logs.delete_log_group.assert_not_called()
    record = account.journal.records(ACCOUNT, REGION)[1]
    assert (record.operation, record.result) == ("remove", "failed")


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("describe_subscription_filters", "logs:DescribeSubscriptionFilters"),
        ("describe_log_streams", "logs:DescribeLogStreams"),
        ("filter_log_events", "logs:FilterLogEvents"),
    ],
)
def test_a_look_into_a_log_group_that_is_refused_is_told(
    account: Recorded, operation: str, action: str
) -> None:
    pages = [*account.logs.get_paginator.return_value.paginate.return_value]
    pages += [holding(streams=(LOG_STREAM,))]
    refused = {operation: refusal("Refused")}
    account.logs.get_paginator.side_effect = lambda name: Mock(
        **{"paginate.return_value": pages, "paginate.side_effect": refused.get(name)}
    )
    first, *_ = removed(account)
    assert first == f"{action} failed in {REGION}: Refused: No."


GIVEN = "someone gave it {}; undo that first, or delete the {} by hand"


@pytest.mark.parametrize(
    ("members", "filters", "given"),
    [
        ({"metricFilterCount": 1}, (), "1 metric filter"),
        ({"metricFilterCount": 2}, (), "2 metric filters"),
        ({}, ("s",), "1 subscription filter"),
        ({"metricFilterCount": 1}, ("s", "t"), "1 metric filter and 2 subscription filters"),
        ({"dataProtectionStatus": "ACTIVATED"}, (), "a data protection policy"),
        ({"dataProtectionStatus": "DISABLED"}, (), "a data protection policy"),
        ({"deletionProtectionEnabled": True}, (), "deletion protection"),
        ({"metricFilterCount": 0, "deletionProtectionEnabled": False}, (), ""),
        ({"dataProtectionStatus": "DELETED"}, (), ""),
    ],
)
@pytest.mark.parametrize("remove_data", [False, True])
def test_a_log_group_that_someone_gave_something_stays(
    account: Recorded, members: Any, filters: tuple[str, ...], given: str, remove_data: bool
) -> None:
    found = account.logs.get_paginator.return_value.paginate
    found.return_value[0]["logGroups"][0] |= members
    # On a later page as on the first.
    found.return_value += [holding(filters=(name,)) for name in filters]
    first, *_ = removed(account, remove_data=remove_data)
    if given:
        told = GIVEN.format(given, "log group")
        assert first == f"Kept log-group /own in {REGION}: {told}."
        account.logs.delete_log_group.assert_not_called()
    else:
        assert first == f"Removed log-group /own in {REGION}."


THEIRS = {"Effect": "Allow", "Principal": "*", "Action": "s3:Get*", "Resource": "*"}
BUCKETS_EVENTS = {"EventBridgeConfiguration": {}}
GIVEN_BUCKETS: dict[str, Any] = {
    "lifecycle_configuration": {"Rules": [{"Status": "Disabled"}]},
    "replication": {"ReplicationConfiguration": {"Rules": [{}]}},
    "notification_configuration": BUCKETS_EVENTS,
}


@pytest.mark.parametrize(
    ("what", "given"),
    [
        ("policy", "1 policy statement"),
        ("lifecycle_configuration", "a lifecycle"),
        ("replication", "replication"),
        ("notification_configuration", "event notifications"),
        ("policy lifecycle_configuration", "1 policy statement and a lifecycle"),
    ],
)
@pytest.mark.parametrize("remove_data", [False, True])
def test_a_bucket_that_someone_gave_something_stays(
    account: Recorded, what: str, given: str, remove_data: bool
) -> None:
    for name in what.split():
        look = getattr(account.s3, f"get_bucket_{name}")
        if name == "policy":
            policy = json.loads(look.return_value["Policy"])
            policy["Statement"].append(THEIRS)
            look.return_value = {"Policy": json.dumps(policy)}
        else:
            look.side_effect, look.return_value = None, GIVEN_BUCKETS[name]
    found = removed(account, remove_data=remove_data)[1]
    assert found == f"Kept bucket logs in {REGION}: {GIVEN.format(given, 'bucket')}."
    account.s3.delete_objects.assert_not_called()
    account.s3.delete_bucket.assert_not_called()


@pytest.mark.parametrize("sid", ["ProwlerBedrockTlsOnly", "ProwlerBedrockDelivery"])
@pytest.mark.parametrize("change", [{"Condition": {}}, {"Sid": "Theirs"}])
def test_a_statement_of_ours_that_someone_changed_is_theirs(
    account: Recorded, sid: str, change: dict[str, Any]
) -> None:
    policy = json.loads(account.s3.get_bucket_policy.return_value["Policy"])
    (ours,) = [one for one in policy["Statement"] if one["Sid"].startswith(sid)]
    changed = ours | change
    statements = [changed if one is ours else one for one in policy["Statement"]]
    text = json.dumps(policy | {"Statement": statements})
    account.s3.get_bucket_policy.return_value = {"Policy": text}
    told = GIVEN.format("1 policy statement", "bucket")
    assert removed(account)[1] == f"Kept bucket logs in {REGION}: {told}."


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_policy_of_fewer_of_our_statements_is_ours(account: Recorded, kept: int) -> None:
    policy = json.loads(account.s3.get_bucket_policy.return_value["Policy"])
    text = json.dumps(policy | {"Statement": policy["Statement"][:kept]})
    account.s3.get_bucket_policy.return_value = {"Policy": text}
    assert removed(account)[1] == f"Removed bucket logs in {REGION}."


def test_a_bucket_without_policy_is_ours(account: Recorded) -> None:
    account.s3.get_bucket_policy.side_effect = refusal("NoSuchBucketPolicy")
    assert removed(account)[1] == f"Removed bucket logs in {REGION}."
    record = account.journal.records(ACCOUNT, REGION)[2]
    assert record.changes[0].earlier == {"Tags": account.tags}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"Statement": 1}'])
def test_a_policy_that_is_none_is_told(account: Recorded, text: str) -> None:
    account.s3.get_bucket_policy.return_value = {"Policy": text}
    assert removed(account)[1] == (
        "Bucket logs: the bucket policy could not be read as a JSON policy with statements; "
        "correct it."
    )
    account.s3.delete_bucket.assert_not_called()


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("get_bucket_policy", "s3:GetBucketPolicy"),
        ("get_bucket_lifecycle_configuration", "s3:GetLifecycleConfiguration"),
        ("get_bucket_replication", "s3:GetReplicationConfiguration"),
        ("get_bucket_notification_configuration", "s3:GetBucketNotification"),
    ],
)
@pytest.mark.parametrize("remove_data", [False, True])
def test_a_look_at_what_a_bucket_was_given_that_is_refused_is_told(
    account: Recorded, operation: str, action: str, remove_data: bool
) -> None:
    refuse(account.s3, operation)
    told = removed(account, remove_data=remove_data)[1]
    assert told == f"{action} failed in {REGION}: Refused: No."
    account.s3.delete_bucket.assert_not_called()


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("get_bucket_lifecycle_configuration", "s3:GetLifecycleConfiguration"),
        ("get_bucket_replication", "s3:GetReplicationConfiguration"),
    ],
)
def test_an_answer_without_the_members_that_it_has_is_told(
    account: Recorded, operation: str, action: str
) -> None:
    look = getattr(account.s3, operation)
    look.side_effect, look.return_value = None, {}
    assert removed(account)[1].startswith(f"{action} failed in {REGION}: UnparsableAnswer: ")


BOUNDARY = {"PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/own"}


@pytest.mark.parametrize(
    ("members", "given"),
    [
        ({"AssumeRolePolicyDocument": {"Statement": [THEIRS]}}, "another trust policy"),
        ({"PermissionsBoundary": BOUNDARY}, "a permissions boundary"),
    ],
)
def test_a_role_that_someone_gave_something_stays(
    account: Recorded, members: Any, given: str
) -> None:
    account.iam.get_role.return_value["Role"] |= members
    assert removed(account)[-1] == f"Kept role Own: {GIVEN.format(given, 'role')}."
    account.iam.delete_role.assert_not_called()


def test_a_role_of_a_record_without_its_change_goes(account: Recorded) -> None:
    record = account.record
    record.changes = [one for one in record.changes if one.resource.kind != "role"]
    account.journal.write(record)
    assert removed(account)[-1] == "Removed role Own."


def test_what_is_in_use_is_not_to_be_emptied_first(account: Recorded) -> None:
    account.logs.get_paginator.return_value.paginate.return_value[0]["logGroups"][0] |= {
        "metricFilterCount": 1
    }
    observation = configured(cloudWatchConfig=OURS)
    remover = Remover(account.access, account.journal, {REGION: observation})
    told = f"the logging configuration of {REGION} uses it"
    (first, *_) = remover.remove([REGION])
    assert first.message == f"Kept log-group /own in {REGION}: {told}."


def test_data_that_comes_meanwhile_stays(account: Recorded) -> None:
    pages = account.s3.get_paginator.return_value.paginate
    pages.side_effect = [[versions(CHECK)], [versions(CHECK, LOG)]]
    removed(account)
    assert deleted(CHECK) in account.calls()


@pytest.mark.parametrize("tags", [{}, {"prowler-bedrock-record": "another"}])
def test_what_is_another_records_stays(account: Recorded, tags: dict[str, str]) -> None:
    tag_list = [{"Key": name, "Value": value} for name, value in tags.items()]
    account.logs.list_tags_for_resource.return_value = {"tags": tags}
    account.s3.get_bucket_tagging.return_value = {"TagSet": tag_list}
    account.iam.get_role.return_value["Role"]["Tags"] = tag_list
    account.iam.get_role_policy.return_value = {"PolicyDocument": {"Statement": []}}
    foreign = "its tags do not say that a record of this journal created it"
    assert removed(account) == [
        f"Kept log-group /own in {REGION}: {foreign}.",
        f"Kept bucket logs in {REGION}: {foreign}.",
        f"Kept role-policy Own/{POLICY}: someone changed it since.",
        f"Kept role Own: {foreign}.",
    ]
    assert account.writes() == []


def assert_all(account: Recorded, result: str, messages: list[str], **options: bool) -> None:
    """All four things end in one result, each with its message."""
    remover = Remover(account.access, account.journal, {REGION: SwitchedOff()}, **options)
    resources = [one for one in account.record.created if one.kind not in ("role", "role-policy")]
    resources += [one for one in account.record.created if one.kind == "role-policy"]
    resources += [one for one in account.record.created if one.kind == "role"]
    assert remover.remove([REGION]) == [
        Removed(resource=resource, region=REGION, result=result, message=message)
        for resource, message in zip(resources, messages, strict=True)
    ]


NAMES = [
    f"log-group /own in {REGION}",
    f"bucket logs in {REGION}",
    f"role-policy Own/{POLICY}",
    "role Own",
]


def test_a_dry_run_tells_what_would_go(account: Recorded) -> None:
    messages = [f"Dry run: {name} would be removed." for name in NAMES]
    assert_all(account, "planned", messages, dry_run=True)
    assert account.writes() == []


def test_what_is_gone_is_told(account: Recorded) -> None:
    account.found_log_groups()
    account.s3.get_bucket_tagging.side_effect = refusal("NoSuchBucket")
    account.iam.get_role_policy.side_effect = refusal("NoSuchEntity")
    account.iam.get_role.side_effect = refusal("NoSuchEntity")
    assert_all(account, "gone", [f"There is no {name} any more." for name in NAMES])


def test_a_bare_404_is_not_taken_for_gone(account: Recorded) -> None:
    account.s3.get_bucket_tagging.side_effect = refusal("404")
    remover = Remover(account.access, account.journal, {REGION: SwitchedOff()})
    (bucket,) = (one for one in remover.remove([REGION]) if one.resource.kind == "bucket")
    assert bucket.result == "failed"
    assert bucket.message == f"s3:GetBucketTagging failed in {REGION}: 404: No."


DELETIONS = {
    "logs.delete_log_group": f"logs:DeleteLogGroup failed in {REGION}: Refused: No.",
    "s3.delete_bucket": f"s3:DeleteBucket failed in {REGION}: Refused: No.",
    "iam.delete_role_policy": "iam:DeleteRolePolicy failed: Refused: No.",
    "iam.delete_role": "iam:DeleteRole failed: Refused: No.",
}
LOOKS = {
    "logs.list_tags_for_resource": f"logs:ListTagsForResource failed in {REGION}: Refused: No.",
    "s3.get_bucket_tagging": f"s3:GetBucketTagging failed in {REGION}: Refused: No.",
    "iam.get_role_policy": "iam:GetRolePolicy failed: Refused: No.",
    "iam.get_role": "iam:GetRole failed: Refused: No.",
}


@pytest.mark.parametrize(("refused", "tried"), [(DELETIONS, True), (LOOKS, False)])
def test_a_refused_call_is_told_and_a_refused_removal_recorded(
    account: Recorded, refused: dict[str, str], tried: bool
) -> None:
    for call in refused:
        service, _, operation = call.partition(".")
        refuse(getattr(account.clients, service), operation)
    messages = list(refused.values())
    assert_all(account, "failed", messages)
    records = account.journal.records(ACCOUNT, REGION)[1:]
    ends = [("failed", one) for one in messages] if tried else []
    assert [(one.result, one.message) for one in records] == ends


def test_a_role_without_tags_stays(account: Recorded) -> None:
    del account.iam.get_role.return_value["Role"]["Tags"]
    assert removed(account)[-1].startswith("Kept role Own: its tags do not say")


OFF, UNREAD = SwitchedOff(), Unreadable(code="Throttling", message="No.")
LOGS = {"bucketName": "logs"}
OURS = {"logGroupName": "/own", "roleArn": f"arn:aws:iam::{ACCOUNT}:role/Own"}
WITH_PATH = {"logGroupName": "/x", "roleArn": f"arn:aws:iam::{ACCOUNT}:role/service/a/Own"}
ANOTHER = {"logGroupName": "/x", "roleArn": f"arn:aws:iam::{ACCOUNT}:role/TheirOwn"}


def configured(**config: Any) -> Observation:
    return parse_answer({"loggingConfig": config})


@pytest.mark.parametrize(
    ("observations", "force", "kept"),
    [
        ({REGION: OFF}, False, ""),
        ({REGION: OFF, "us-east-1": NotOffered()}, False, ""),
        ({REGION: configured(cloudWatchConfig=OURS)}, False, "group policy role"),
        (
            {"us-east-1": OFF, REGION: configured(cloudWatchConfig=OURS)},
            False,
            "group policy role",
        ),
        (
            {"us-east-1": NotOffered(), REGION: configured(cloudWatchConfig=OURS)},
            False,
            "group policy role",
        ),
        ({REGION: configured(cloudWatchConfig=WITH_PATH)}, False, "policy role"),
        ({REGION: configured(cloudWatchConfig=ANOTHER)}, False, ""),
        ({REGION: configured(s3Config=LOGS)}, False, "bucket"),
        (
            {
                REGION: configured(
                    cloudWatchConfig={
                        "logGroupName": "/x",
                        "roleArn": "x",
                        "largeDataDeliveryS3Config": LOGS,
                    }
                )
            },
            False,
            "bucket",
        ),
        (
            {REGION: OFF, "us-east-1": configured(cloudWatchConfig=OURS, s3Config=LOGS)},
            False,
            "policy role",
        ),
        ({REGION: OFF, "us-east-1": UNREAD}, False, "policy role"),
        ({REGION: OFF, "us-east-1": UNREAD}, True, ""),
        ({REGION: UNREAD}, False, "group bucket policy role"),
        ({REGION: UNREAD}, True, ""),
        ({"us-east-1": OFF}, False, "group bucket policy role"),
    ],
)
def test_what_is_or_may_be_in_use_stays(
    account: Recorded, observations: dict[str, Observation], force: bool, kept: str
) -> None:
    remover = Remover(account.access, account.journal, observations, force=force)
    names = ["group", "bucket", "policy", "role"]
    results = [one.result for one in remover.remove([REGION])]
    assert results == ["kept" if one in kept.split() else "removed" for one in names]


@pytest.mark.parametrize(
    ("observations", "why"),
    [
        ({REGION: configured(cloudWatchConfig=OURS)}, "the logging configuration of {} uses it"),
        ({"us-east-1": OFF}, "{} was not read, so it may be in use there"),
        (
            {REGION: UNREAD},
            "{} could not be read (Throttling), so it may be in use there; "
            f"`{REMOVE_ONLY} --force` removes it all the same",
        ),
    ],
)
def test_why_it_stays_is_told(
    account: Recorded, observations: dict[str, Observation], why: str
) -> None:
    first, *_ = Remover(account.access, account.journal, observations).remove([REGION])
    assert first.message == f"Kept log-group /own in {REGION}: {why.format(REGION)}."


def test_right_before_each_removal_its_users_are_read_again(
    account: Recorded, looked_again: list[list[str]]
) -> None:
    observations = {REGION: SwitchedOff(), "us-east-1": SwitchedOff()}
    Remover(account.access, account.journal, observations).remove([REGION])
    assert looked_again == [[REGION]] * 2 + [list(observations)] * 2


def test_of_another_region_only_the_roles_go(account: Recorded) -> None:
    remover = Remover(account.access, account.journal, {REGION: OFF})
    removed = remover.remove(["us-east-1"])
    assert [(one.resource.kind, one.result) for one in removed] == [
        ("role-policy", "removed"),
        ("role", "removed"),
    ]


def test_each_removal_is_recorded(account: Recorded) -> None:
    theirs = {"s3Config": {"bucketName": "theirs"}}
    observation = parse_answer({"loggingConfig": theirs})
    Remover(account.access, account.journal, {REGION: observation}).remove([REGION])
    kept = [
        (
            one.account,
            one.region,
            one.operation,
            one.earlier_configuration,
            one.later_configuration,
            one.result,
            one.message,
        )
        for one in account.journal.records(ACCOUNT, REGION)[1:]
    ]
    names = ["log-group /own", "bucket logs", f"role-policy Own/{POLICY}", "role Own"]
    assert kept == [
        (ACCOUNT, REGION, "remove", theirs, theirs, "succeeded", f"Removed {name}.")
        for name in names
    ]


def test_what_stood_already_is_told(tmp_path: Path) -> None:
    account = Recorded(tmp_path, REGION)
    account.logs.create_log_group.side_effect = refusal("ResourceAlreadyExistsException")
    group = {"logGroupName": "/own", "arn": f"{GROUP}:*", "retentionInDays": 7}
    account.found_log_groups(group)
    account.logs.list_tags_for_resource.return_value = {"tags": {}}
    settings = {"LogGroupName": "/own", "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/theirs"}
    assert account.outcome(settings).result == "changed"
    remover = Remover(account.access, account.journal, {REGION: OFF})
    (found,) = remover.remove([REGION])
    assert (found.result, found.message) == (
        "foreign",
        f"The log-group /own in {REGION} stood already.",
    )


@pytest.fixture
def begun(tmp_path: Path) -> Recorded:
    """The bucket was created, and its tags refused."""
    account = Recorded(tmp_path, REGION)
    account.s3.put_bucket_tagging.side_effect = refusal("Refused")
    assert account.outcome({"Destination": "s3", "BucketName": "logs"}).result == "failed"
    account.clients.reset_mock()
    account.s3.get_bucket_tagging.side_effect = refusal("NoSuchTagSet")
    account.s3.get_bucket_policy.side_effect = refusal("NoSuchBucketPolicy")
    as_new(account)
    gave_it_nothing(account)
    account.s3.get_paginator.return_value.paginate.return_value = [versions()]
    return account


def test_a_bucket_that_was_begun_goes_while_it_is_bare(begun: Recorded) -> None:
    assert removed(begun) == [f"Removed bucket logs in {REGION}."]
    assert begun.calls() == [
        TAGS_OF_BUCKET,
        ("s3.get_bucket_policy", OF_LOGS),
        ("s3.get_bucket_encryption", OF_LOGS),
        ("s3.get_bucket_versioning", OF_LOGS),
        ("s3.get_bucket_lifecycle_configuration", OF_LOGS),
        *LISTED,
        ("s3.get_bucket_notification_configuration", OF_LOGS),
        *LISTED,
        ("s3.delete_bucket", OF_LOGS),
    ]
    assert begun.journal.records(ACCOUNT, REGION)[-1].changes[0].earlier == {"Tags": {}}


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("get_bucket_tagging", "s3:GetBucketTagging"),
        ("get_bucket_policy", "s3:GetBucketPolicy"),
        ("get_bucket_encryption", "s3:GetEncryptionConfiguration"),
        ("get_bucket_versioning", "s3:GetBucketVersioning"),
        ("get_bucket_lifecycle_configuration", "s3:GetLifecycleConfiguration"),
        ("get_paginator", "s3:ListBucketVersions"),
        ("get_bucket_notification_configuration", "s3:GetBucketNotification"),
        ("delete_bucket", "s3:DeleteBucket"),
    ],
)
def test_a_refused_call_to_it_is_told(begun: Recorded, operation: str, action: str) -> None:
    refuse(begun.s3, operation)
    assert removed(begun) == [f"{action} failed in {REGION}: Refused: No."]


@pytest.mark.parametrize("what", ["object", "policy", "tags", *SET_BY_SOMEONE])
def test_a_bucket_that_is_in_use_since_it_was_begun_stays(begun: Recorded, what: str) -> None:
    if what == "object":
        begun.s3.get_paginator.return_value.paginate.return_value = [versions(LOG)]
    if what == "policy":
        begun.s3.get_bucket_policy.side_effect = None
        begun.s3.get_bucket_policy.return_value = {"Policy": "{}"}
    if what in SET_BY_SOMEONE:
        set_by_someone(begun, what)
    if what == "tags":
        begun.s3.get_bucket_tagging.side_effect = None
        begun.s3.get_bucket_tagging.return_value = {"TagSet": [{"Key": "a", "Value": "b"}]}
    assert removed(begun) == [f"The bucket logs in {REGION} stood already."]
    begun.s3.delete_bucket.assert_not_called()


def test_a_bucket_that_tells_of_events_since_it_was_begun_stays(begun: Recorded) -> None:
    begun.s3.get_bucket_notification_configuration.return_value = BUCKETS_EVENTS
    told = GIVEN.format("event notifications", "bucket")
    assert removed(begun) == [f"Kept bucket logs in {REGION}: {told}."]
    begun.s3.delete_bucket.assert_not_called()


def test_objects_that_can_not_be_looked_at_are_told(account: Recorded) -> None:
    refuse(account.s3, "get_paginator")
    told = f"s3:ListBucketVersions failed in {REGION}: Refused: No."
    assert removed(account)[1] == told
