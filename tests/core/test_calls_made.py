"""Every call that enabling makes, in order, with all that it says."""

from __future__ import annotations

import hashlib
import json
from contextlib import nullcontext
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from prowler_bedrock.enable.role import Role, RoleKeeper, policy_name
from prowler_bedrock.errors import AwsCallError
from tests.core.account import ACCOUNT
from tests.core.recorded import NOT_VALID, ROLE, Recorded, refusal

OF_LOGS = {"Bucket": "logs", "ExpectedBucketOwner": ACCOUNT}
POLICY = policy_name("/own")
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "bedrock.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": ACCOUNT},
                "ArnLike": {"aws:SourceArn": f"arn:aws:bedrock:*:{ACCOUNT}:*"},
            },
        }
    ],
}
DELIVERY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": f"arn:aws:logs:*:{ACCOUNT}:log-group:/own:log-stream:"
            "aws/bedrock/modelinvocations",
        }
    ],
}
TLS = {
    "Sid": "ProwlerBedrockTlsOnly",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def grant(region: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": "bedrock.amazonaws.com"},
        "Action": ["s3:PutObject"],
        "Resource": [f"arn:aws:s3:::logs/p/AWSLogs/{ACCOUNT}/BedrockModelInvocationLogs/*"],
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:bedrock:{region}:{ACCOUNT}:*"},
        },
    }


@pytest.mark.parametrize("key", [None, "k"])
@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_where_nothing_stands(tmp_path: Path, region: str, key: str | None) -> None:
    account = Recorded(tmp_path, region)
    arn = f"arn:aws:kms:{region}:{ACCOUNT}:key/{key}"
    calls = account.enable(**({"KmsKeyId": arn, "BucketKmsKeyId": arn} if key else {}))
    place = {"CreateBucketConfiguration": {"LocationConstraint": region}}
    default = (
        {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn} if key else {"SSEAlgorithm": "AES256"}
    )
    (put,) = [given for name, given in calls if name.startswith("bedrock.put_")]
    assert put["loggingConfig"]["cloudWatchConfig"] == {"logGroupName": "/own", "roleArn": ROLE}
    assert put["loggingConfig"]["s3Config"] == {"bucketName": "logs", "keyPrefix": "p"}
    assert calls == [
        ("iam.get_role", {"RoleName": "Own"}),
        ("s3.head_bucket", OF_LOGS),
        (
            "iam.create_role",
            {
                "RoleName": "Own",
                "AssumeRolePolicyDocument": TRUST,
                "Description": "Lets Amazon Bedrock write model invocation logs.",
                "Tags": account.tag_list,
            },
        ),
        (
            "iam.put_role_policy",
            {"RoleName": "Own", "PolicyName": POLICY, "PolicyDocument": DELIVERY},
        ),
        (
            "logs.create_log_group",
            {"logGroupName": "/own", "tags": account.tags} | ({"kmsKeyId": arn} if key else {}),
        ),
        ("logs.put_retention_policy", {"logGroupName": "/own", "retentionInDays": 731}),
        (
            "s3.create_bucket",
            {"Bucket": "logs", "ObjectOwnership": "BucketOwnerEnforced"}
            | ({} if region == "us-east-1" else place),
        ),
        ("s3.put_bucket_tagging", OF_LOGS | {"Tagging": {"TagSet": account.tag_list}}),
        (
            "s3.put_public_access_block",
            OF_LOGS
            | {
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": True,
                    "IgnorePublicAcls": True,
                    "BlockPublicPolicy": True,
                    "RestrictPublicBuckets": True,
                }
            },
        ),
        (
            "s3.put_bucket_encryption",
            OF_LOGS
            | {
                "ServerSideEncryptionConfiguration": {
                    "Rules": [
                        {
                            "ApplyServerSideEncryptionByDefault": default,
                            "BucketKeyEnabled": key is not None,
                        }
                    ]
                }
            },
        ),
        (
            "s3.put_bucket_versioning",
            OF_LOGS | {"VersioningConfiguration": {"Status": "Enabled"}},
        ),
        (
            "s3.put_bucket_policy",
            OF_LOGS | {"Policy": {"Version": "2012-10-17", "Statement": [TLS, grant(region)]}},
        ),
        ("bedrock.put_model_invocation_logging_configuration", put),
    ]
    later = {
        "role": {"AssumeRolePolicyDocument": TRUST, "Tags": {"prowler-bedrock": "created"}},
        "role-policy": DELIVERY,
        "log-group": {
            "retentionInDays": 731,
            **({"kmsKeyId": arn} if key else {}),
            "tags": {"prowler-bedrock": "created"},
        },
        "bucket": account.record.changes[-1].later,
    }
    names = ["Own", f"Own/{POLICY}", "/own", "logs"]
    assert [(one.resource.name, one.resource.kind) for one in account.record.changes] == list(
        zip(names, later, strict=True)
    )
    assert {one.resource.kind: one.later for one in account.record.changes} == later
    assert account.record.created == [one.resource for one in account.record.changes]
    assert (account.record.operation, account.record.earlier_configuration) == ("enable", None)
    assert account.record.later_configuration == put["loggingConfig"]


def stands(account: Recorded, minutes: int, tags: list[dict[str, str]] | None = None) -> None:
    """The role stands since some minutes; without tags it is a user's own."""
    created = datetime.now(timezone.utc) - timedelta(minutes=minutes)
    role = {"Arn": ROLE, "CreateDate": created} | ({"Tags": tags} if tags else {})
    account.iam.get_role.side_effect = None
    account.iam.get_role.return_value = {"Role": role}


def standing_bucket(account: Recorded, *, granted: bool) -> None:
    """The bucket is a user's; its policy lets Bedrock in, or there is none."""
    head = {"BucketRegion": "eu-west-1", "ResponseMetadata": {"HTTPHeaders": {}}}
    account.s3.head_bucket.side_effect = [head]
    account.s3.get_bucket_ownership_controls.return_value = {
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    }
    text = json.dumps({"Statement": [grant("eu-west-1")]})
    account.s3.get_bucket_policy.return_value = {"Policy": text}
    account.s3.get_bucket_policy.side_effect = None if granted else refusal("NoSuchBucketPolicy")


TO_LOG_GROUP = {"LogGroupName": "/own", "RoleName": "Own"}
TAGGED = [{"Key": "prowler-bedrock", "Value": "created"}]


def test_a_role_of_ours_gets_the_policy_that_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda seconds: None)
    account = Recorded(tmp_path, "eu-west-1")
    stands(account, 9, TAGGED)
    account.iam.get_role_policy.side_effect = refusal("NoSuchEntity")
    # The policy is new, so Bedrock may not see it yet.
    account.refuse_puts(1)
    assert account.outcome(TO_LOG_GROUP).result == "changed"
    of_policy = {"RoleName": "Own", "PolicyName": POLICY}
    assert [one for one in account.calls() if one[0].startswith("iam.")] == [
        ("iam.get_role", {"RoleName": "Own"}),
        ("iam.get_role_policy", of_policy),
        ("iam.get_role_policy", of_policy),
        ("iam.put_role_policy", of_policy | {"PolicyDocument": DELIVERY}),
    ]
    assert [one.kind for one in account.record.created] == ["role-policy", "log-group"]


@pytest.mark.parametrize(("tags", "looks"), [(TAGGED, 1), (None, 0)])
def test_a_role_that_has_all_it_needs_is_left_alone(
    tmp_path: Path, tags: list[dict[str, str]] | None, looks: int
) -> None:
    account = Recorded(tmp_path, "eu-west-1")
    stands(account, 9, tags)
    account.iam.get_role_policy.return_value = {"PolicyDocument": DELIVERY}
    assert account.outcome(TO_LOG_GROUP).result == "changed"
    names = [name for name, _ in account.calls() if name.startswith("iam.")]
    assert names == ["iam.get_role", *["iam.get_role_policy"] * looks]


def test_a_given_role_is_not_looked_at(tmp_path: Path) -> None:
    account = Recorded(tmp_path, "eu-west-1")
    outcome = account.outcome({"LogGroupName": "/own", "RoleArn": ROLE})
    assert outcome.result == "changed"
    calls = account.calls()
    assert not [name for name, _ in calls if name.startswith("iam.")]
    put = calls[-1][1]["loggingConfig"]
    assert put["cloudWatchConfig"] == {"logGroupName": "/own", "roleArn": ROLE}
    assert account.record.later_configuration == put


def test_what_iam_answers_in_another_shape_is_told(tmp_path: Path) -> None:
    account = Recorded(tmp_path, "eu-west-1")
    account.iam.get_role.side_effect = None
    account.iam.get_role.return_value = {"Role": {"Arn": ROLE}}
    assert account.outcome(TO_LOG_GROUP).message == (
        "iam:GetRole failed: UnparsableAnswer: an answer of another shape than documented "
        "(KeyError). Nothing was changed."
    )


@pytest.mark.parametrize(
    ("log_group_name", "readable"),
    [
        ("/aws/bedrock/X", "aws-bedrock-X"),
        ("X/.y_z#1-", "X-.y_z-1"),
        ("a" * 90, "a" * 80),
        ("/\u00e4/b", "b"),
    ],
)
def test_each_log_group_has_a_policy_of_its_own_name(log_group_name: str, readable: str) -> None:
    digest = hashlib.sha256(log_group_name.encode()).hexdigest()[:8]
    assert policy_name(log_group_name) == f"DeliverTo-{readable}-{digest}"


@pytest.mark.parametrize("code", ["ResourceAlreadyExistsException", "OperationAbortedException"])
@pytest.mark.parametrize("ours", [True, False])
def test_a_log_group_that_was_begun_gets_its_retention(
    tmp_path: Path, code: str, ours: bool
) -> None:
    account = Recorded(tmp_path, "eu-west-1")
    account.logs.put_retention_policy.side_effect = refusal("Refused")
    failed = account.outcome(TO_LOG_GROUP)
    assert failed.message == "logs:PutRetentionPolicy failed in eu-west-1: Refused: No."
    account.clients.reset_mock()
    account.logs.put_retention_policy.side_effect = None
    account.logs.create_log_group.side_effect = refusal(code)
    arn = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/own"
    group = {"logGroupName": "/own", "arn": f"{arn}:*"}
    other = {"logGroupName": "/own-other", "retentionInDays": 7, "arn": "other"}
    account.found_log_groups(other, group, other)
    tags = account.tags if ours else {"prowler-bedrock-record": "another"}
    account.logs.list_tags_for_resource.return_value = {"tags": tags}
    outcome = account.outcome(TO_LOG_GROUP)
    assert outcome.result == "changed"
    calls = account.calls()
    assert ("logs.list_tags_for_resource", {"resourceArn": arn}) in calls
    retention = ("logs.put_retention_policy", {"logGroupName": "/own", "retentionInDays": 365})
    assert (retention in calls) is ours
    note = "The existing log group /own keeps its retention (no expiry)."
    assert (note in outcome.message) is not ours


def test_a_preview_tells_a_log_group_only_where_it_is_missing(tmp_path: Path) -> None:
    account = Recorded(tmp_path, "eu-west-1")
    stands(account, 9)
    for groups, kinds in (
        ([], ["log-group", "logging-configuration"]),
        ([{"logGroupName": "/own"}], ["logging-configuration"]),
    ):
        account.found_log_groups(*groups)
        outcome = account.outcome(TO_LOG_GROUP | {"DryRun": True})
        assert outcome.result == "planned"
        assert [one.resource.kind for one in outcome.changes] == kinds


def test_where_the_users_own_stand(tmp_path: Path) -> None:
    account = Recorded(tmp_path, "eu-west-1")
    stands(account, 9)
    account.logs.create_log_group.side_effect = refusal("ResourceAlreadyExistsException")
    account.found_log_groups({"logGroupName": "/own", "retentionInDays": 7})
    standing_bucket(account, granted=False)
    calls = account.enable()
    assert calls[:-1] == [
        ("iam.get_role", {"RoleName": "Own"}),
        ("s3.head_bucket", OF_LOGS),
        ("s3.get_bucket_ownership_controls", OF_LOGS),
        ("s3.get_bucket_policy", OF_LOGS),
        ("logs.create_log_group", {"logGroupName": "/own", "tags": account.tags}),
        ("logs.get_paginator(describe_log_groups)", {}),
        ("logs.get_paginator().paginate", {"logGroupNamePrefix": "/own"}),
        ("s3.get_bucket_policy", OF_LOGS),
        (
            "s3.put_bucket_policy",
            OF_LOGS | {"Policy": {"Version": "2012-10-17", "Statement": [grant("eu-west-1")]}},
        ),
    ]


ADVICE = (
    f"The role {ROLE} was not made by prowler-bedrock and is left as it is: it must trust "
    "bedrock.amazonaws.com and allow logs:CreateLogStream and logs:PutLogEvents on the log group."
)


@pytest.mark.parametrize(("minutes", "waits"), [(1, True), (3, False)])
def test_only_a_young_role_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, minutes: int, waits: bool
) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda seconds: None)
    account = Recorded(tmp_path, "eu-west-1")
    stands(account, minutes)
    account.refuse_puts(2)
    outcome = account.outcome(TO_LOG_GROUP)
    puts = account.bedrock.put_model_invocation_logging_configuration.call_count
    assert (outcome.result, puts) == (("changed", 3) if waits else ("failed", 1))
    assert outcome.message.endswith(f" {NOT_VALID}. {ADVICE}") is not waits


OURS_FAILED = (
    "bedrock:PutModelInvocationLoggingConfiguration failed in eu-west-1: ValidationException: "
)


def test_it_waits_longer_and_longer_but_at_most_eight_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waited.append)
    monkeypatch.setattr("tenacity.wait.random.uniform", lambda low, high: high)
    account = Recorded(tmp_path, "eu-west-1")
    account.refuse_puts(6)
    assert account.outcome(TO_LOG_GROUP).result == "changed"
    assert waited == [0.5, 1, 2, 4, 8, 8]


def test_it_gives_up_after_the_time_to_settle(tmp_path: Path) -> None:
    account = Recorded(tmp_path, "eu-west-1")
    account.refuse_puts(1)
    outcome = account.outcome(TO_LOG_GROUP, settle_seconds=0)
    # The role is ours, so there is nothing to say about it.
    assert (outcome.result, outcome.message) == ("failed", f"{OURS_FAILED}{NOT_VALID}.")


BUCKET_NOT_VALID = "Failed to validate permissions for bucket: logs"
BUCKET_ADVICE = (
    "The bucket's policy, Object Ownership and KMS key policy must let bedrock.amazonaws.com write."
)


@pytest.mark.parametrize(
    ("bucket", "role_minutes", "refused", "waits"),
    [
        ("new", None, "bucket", True),
        ("standing", None, "bucket", True),
        ("granted", None, "bucket", False),
        ("granted", 1, "bucket", True),
        ("granted", 3, "bucket", False),
        ("new", 3, "log group", False),
        ("new", 1, "log group", True),
    ],
)
def test_only_a_young_bucket_policy_or_role_is_waited_for(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bucket: str,
    role_minutes: int | None,
    refused: str,
    waits: bool,
) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda seconds: None)
    account = Recorded(tmp_path, "eu-west-1")
    settings = {"Destination": "s3", "BucketName": "logs", "KeyPrefix": "p"}
    if role_minutes:
        stands(account, role_minutes)
        settings |= {"Destination": "both"} | TO_LOG_GROUP
    if bucket != "new":
        standing_bucket(account, granted=bucket == "granted")
    message, advice = (
        (BUCKET_NOT_VALID, BUCKET_ADVICE) if refused == "bucket" else (NOT_VALID, ADVICE)
    )
    account.refuse_puts(2, message)
    outcome = account.outcome(settings)
    assert outcome.result == ("changed" if waits else "failed")
    told = f"{OURS_FAILED}{message}. {advice}"
    assert (outcome.message == told) is not waits


def test_a_redirected_region_keeps_what_was_delivered(tmp_path: Path) -> None:
    account = Recorded(tmp_path, "eu-west-1")
    stands(account, 9)
    earlier = {"s3Config": {"bucketName": "theirs"}, "textDataDeliveryEnabled": False}
    account.bedrock.get_model_invocation_logging_configuration.return_value = {
        "loggingConfig": earlier
    }
    later = {
        "cloudWatchConfig": {"logGroupName": "/own", "roleArn": ROLE},
        "textDataDeliveryEnabled": False,
    }
    account.found_log_groups({"logGroupName": "/own"})
    planned = account.outcome(TO_LOG_GROUP | {"DryRun": True}, redirect=True)
    assert [(one.earlier, one.later) for one in planned.changes[-1:]] == [(earlier, later)]
    assert account.outcome(TO_LOG_GROUP, redirect=True).result == "changed"
    assert account.calls()[-1][1] == {"loggingConfig": later}
    record = account.record
    assert (record.operation, record.earlier_configuration) == ("redirect", earlier)
    assert record.later_configuration == later


@pytest.mark.parametrize(
    ("settings", "config"),
    [
        (
            {"LogGroupName": "/own", "RoleArn": ROLE},
            {"cloudWatchConfig": {"logGroupName": "/own", "roleArn": ROLE}},
        ),
        ({"Destination": "s3", "BucketName": "logs"}, {"s3Config": {"bucketName": "logs"}}),
    ],
)
def test_a_preview_shows_the_configuration(
    tmp_path: Path, settings: dict[str, Any], config: dict[str, Any]
) -> None:
    account = Recorded(tmp_path, "eu-west-1")
    account.found_log_groups()
    planned = account.outcome(settings | {"DryRun": True}).changes[-1].later
    assert {k: v for k, v in planned.items() if not k.endswith("DataDeliveryEnabled")} == config


def test_what_reads_back_different_is_told_with_its_region(tmp_path: Path) -> None:
    account = Recorded(tmp_path, "eu-west-1")
    account.bedrock.put_model_invocation_logging_configuration.side_effect = None
    outcome = account.outcome(TO_LOG_GROUP)
    assert outcome.result == "failed"
    assert " read back from eu-west-1 is not the one that was sent" in outcome.message


@pytest.mark.parametrize("tagged", [True, False])
def test_a_role_that_another_run_creates_at_the_same_moment_is_used(
    tmp_path: Path, tagged: bool
) -> None:
    account = Recorded(tmp_path, "eu-west-1")
    stands(account, 1, TAGGED if tagged else None)
    found = account.iam.get_role.return_value
    account.iam.get_role.side_effect = [refusal("NoSuchEntity"), found]
    account.iam.create_role.side_effect = refusal("EntityAlreadyExists")
    account.iam.get_role_policy.side_effect = refusal("NoSuchEntity")
    assert account.outcome(TO_LOG_GROUP).result == "changed"
    assert account.iam.get_role.call_count == 2
    assert account.iam.get_role.call_args.kwargs == {"RoleName": "Own"}
    assert account.iam.put_role_policy.call_count == tagged


def test_a_role_that_can_not_be_created_is_told(tmp_path: Path) -> None:
    account = Recorded(tmp_path, "eu-west-1")
    account.iam.create_role.side_effect = refusal("Refused")
    assert account.outcome(TO_LOG_GROUP).message == "iam:CreateRole failed: Refused: No."
    assert account.iam.get_role.call_count == 1


def test_a_log_group_whose_creation_was_answered_by_a_second_try_is_ours(tmp_path: Path) -> None:
    account = Recorded(tmp_path, "eu-west-1")
    account.logs.create_log_group.side_effect = refusal("ResourceAlreadyExistsException")
    group = {"logGroupName": "/own", "arn": "arn:*"}
    account.found_log_groups(group)
    account.logs.list_tags_for_resource.side_effect = lambda **_: {"tags": account.tags}
    assert account.outcome(TO_LOG_GROUP).result == "changed"
    assert account.logs.put_retention_policy.call_count == 1


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("iam.get_role", "iam:GetRole failed: Refused: No. Nothing was changed."),
        ("iam.put_role_policy", "iam:PutRolePolicy failed: Refused: No."),
        ("logs.create_log_group", "logs:CreateLogGroup failed in eu-west-1: Refused: No."),
        ("logs.put_retention_policy", "logs:PutRetentionPolicy failed in eu-west-1: Refused: No."),
    ],
)
def test_a_refused_call_is_told(tmp_path: Path, operation: str, told: str) -> None:
    account = Recorded(tmp_path, "eu-west-1")
    service, _, method = operation.partition(".")
    getattr(getattr(account.clients, service), method).side_effect = refusal("Refused")
    assert account.outcome(TO_LOG_GROUP).message == told


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("get_paginator", "logs:DescribeLogGroups"),
        ("list_tags_for_resource", "logs:ListTagsForResource"),
    ],
)
def test_a_refused_look_at_a_log_group_is_told(tmp_path: Path, operation: str, action: str) -> None:
    account = Recorded(tmp_path, "eu-west-1")
    account.logs.create_log_group.side_effect = refusal("ResourceAlreadyExistsException")
    account.found_log_groups({"logGroupName": "/own", "arn": "arn:*"})
    getattr(account.logs, operation).side_effect = refusal("Refused")
    message = account.outcome(TO_LOG_GROUP).message
    assert message == f"{action} failed in eu-west-1: Refused: No."


class Keeper:
    """The keeper of the roles of an account in which nothing stands."""

    def __init__(self, directory: Path) -> None:
        self.account = Recorded(directory, "eu-west-1")
        self.iam = self.account.iam
        self.roles = RoleKeeper(self.iam, ACCOUNT, "aws")

    def apply(self, name: str, log_group_name: str) -> Role:
        return self.roles.apply(name, log_group_name, "id", lambda resource: nullcontext())

    def calls(self) -> list[str]:
        names = [name.removeprefix("iam.") for name, _ in self.account.calls()]
        self.account.clients.reset_mock()
        return names


def test_a_role_is_looked_for_and_created_once(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path)
    planned, changes = keeper.roles.survey("Own", "/own")
    assert (planned.arn, [one.resource.kind for one in changes]) == (ROLE, ["role", "role-policy"])
    assert keeper.roles.survey("Own", "/own") == (planned, changes)
    role = keeper.apply("Own", "/own")
    assert role == Role(arn=ROLE, settling=True, managed=True, created=True)
    assert keeper.calls() == ["get_role", "create_role", "put_role_policy"]
    assert keeper.apply("Own", "/own") == role
    assert keeper.roles.survey("Own", "/own") == (role, [])
    assert keeper.calls() == []


def test_after_a_refusal_the_role_is_looked_for_again(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path)
    keeper.roles.survey("Own", "/own")
    keeper.iam.create_role.side_effect = [refusal("Refused"), {"Role": {"Arn": ROLE}}]
    with pytest.raises(AwsCallError):
        keeper.apply("Own", "/own")
    assert keeper.apply("Own", "/own").arn == ROLE
    assert keeper.iam.get_role.call_args.kwargs == {"RoleName": "Own"}
    policies = [one.kwargs["PolicyName"] for one in keeper.iam.put_role_policy.call_args_list]
    assert policies == [POLICY]
    looked_and_created = ["get_role", "create_role"]
    assert keeper.calls() == [*looked_and_created * 2, "put_role_policy"]


@pytest.mark.parametrize("other_role", [False, True])
def test_the_role_of_another_log_groups_turn_is_not_created_twice(
    tmp_path: Path, other_role: bool
) -> None:
    keeper = Keeper(tmp_path)
    name = "Other" if other_role else "Own"
    keeper.roles.survey("Own", "/own")
    keeper.roles.survey(name, "/other")
    keeper.apply("Own", "/own")
    keeper.calls()
    if not other_role:
        stands(keeper.account, 0, TAGGED)
    keeper.iam.get_role_policy.side_effect = refusal("NoSuchEntity")
    keeper.apply(name, "/other")
    put = keeper.iam.put_role_policy.call_args.kwargs
    assert (put["RoleName"], put["PolicyName"]) == (name, policy_name("/other"))
    assert "log-group:/other:" in put["PolicyDocument"]
    looked = ["get_role", "get_role_policy", "get_role_policy", "put_role_policy"]
    assert keeper.calls() == (["create_role", "put_role_policy"] if other_role else looked)
