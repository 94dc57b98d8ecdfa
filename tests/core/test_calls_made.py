"""Every call that enabling makes, in order, with all that it says."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from prowler_bedrock.enable.role import policy_name
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
    account.logs.get_paginator.return_value.paginate.return_value = [
        {"logGroups": [other]},
        {"logGroups": [group, other]},
    ]
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
    pages = account.logs.get_paginator.return_value.paginate
    for groups, kinds in (
        ([], ["log-group", "logging-configuration"]),
        ([{"logGroupName": "/own"}], ["logging-configuration"]),
    ):
        pages.return_value = [{"logGroups": groups}]
        outcome = account.outcome(TO_LOG_GROUP | {"DryRun": True})
        assert outcome.result == "planned"
        assert [one.resource.kind for one in outcome.changes] == kinds


def test_where_the_users_own_stand(tmp_path: Path) -> None:
    account = Recorded(tmp_path, "eu-west-1")
    stands(account, 9)
    account.logs.create_log_group.side_effect = refusal("ResourceAlreadyExistsException")
    account.logs.get_paginator.return_value.paginate.return_value = [
        {"logGroups": [{"logGroupName": "/own", "retentionInDays": 7}]}
    ]
    head = {"BucketRegion": "eu-west-1", "ResponseMetadata": {"HTTPHeaders": {}}}
    account.s3.head_bucket.side_effect = [head]
    account.s3.get_bucket_ownership_controls.return_value = {
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    }
    account.s3.get_bucket_policy.side_effect = refusal("NoSuchBucketPolicy")
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
