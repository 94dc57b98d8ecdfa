"""Every call that enabling makes, in order, with all that it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.core.account import ACCOUNT, TRUST
from tests.core.answers import cause, refusal
from tests.core.recorded import (
    DELIVERY,
    LOOKS_WHETHER_NEW,
    OF_LOGS,
    POLICY,
    PUT,
    ROLE,
    TO_LOG_GROUP,
    Recorded,
    as_new,
    decoded,
    grant,
    standing_bucket,
    stands,
)

PRIVATE = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
TLS = {
    "Sid": "ProwlerBedrockTlsOnly",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


@pytest.mark.parametrize("key", [None, "k"])
@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_where_nothing_stands(tmp_path: Path, region: str, key: str | None) -> None:
    account = Recorded(tmp_path, region)
    as_new(account)
    # Only there, S3 answers alike for a bucket that the account has already.
    unsure = region == "us-east-1"
    arn = f"arn:aws:kms:{region}:{ACCOUNT}:key/{key}"
    calls = account.enable(**({"KmsKeyId": arn, "BucketKmsKeyId": arn} if key else {}))
    place = {"CreateBucketConfiguration": {"LocationConstraint": region}}
    default = (
        {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn} if key else {"SSEAlgorithm": "AES256"}
    )
    trust = {"Version": "2012-10-17", "Statement": [TRUST]}
    (put,) = [given for name, given in calls if name.startswith("bedrock.put_")]
    assert put["loggingConfig"]["cloudWatchConfig"] == {"logGroupName": "/own", "roleArn": ROLE}
    assert put["loggingConfig"]["s3Config"] == {"bucketName": "logs", "keyPrefix": "p"}
    assert calls == [
        ("iam.get_role", {"RoleName": "Own"}),
        ("s3.head_bucket", OF_LOGS),
        *([("kms.describe_key", {"KeyId": arn})] if key else []),
        (
            "iam.create_role",
            {
                "RoleName": "Own",
                "AssumeRolePolicyDocument": trust,
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
        *([("s3.head_bucket", OF_LOGS)] if unsure else []),
        (
            "s3.create_bucket",
            {"Bucket": "logs", "ObjectOwnership": "BucketOwnerEnforced"}
            | ({} if unsure else place),
        ),
        *(LOOKS_WHETHER_NEW if unsure else []),
        ("s3.put_bucket_tagging", OF_LOGS | {"Tagging": {"TagSet": account.tag_list}}),
        (
            "s3.put_public_access_block",
            OF_LOGS | {"PublicAccessBlockConfiguration": PRIVATE},
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
        (PUT, put),
    ]
    later = {
        "role": {
            "AssumeRolePolicyDocument": trust,
            "Tags": {"prowler-bedrock": "created"},
        },
        "role-policy": DELIVERY,
        "log-group": {
            "retentionInDays": 731,
            **({"kmsKeyId": arn} if key else {}),
            "tags": {"prowler-bedrock": "created"},
        },
        "bucket": {
            "Region": region,
            "ObjectOwnership": "BucketOwnerEnforced",
            "PublicAccessBlock": PRIVATE,
            "Encryption": default,
            "Versioning": "Enabled",
            "Tags": {"prowler-bedrock": "created"},
            "Policy": account.record.changes[-1].later["Policy"],
        },
    }
    names = ["Own", f"Own/{POLICY}", "/own", "logs"]
    assert [(one.resource.name, one.resource.kind) for one in account.record.changes] == list(
        zip(names, later, strict=True)
    )
    assert {one.resource.kind: one.later for one in account.record.changes} == later
    created = json.dumps(account.record.changes[-1].later["Policy"])
    assert decoded(created) == dict(calls)["s3.put_bucket_policy"]["Policy"]
    assert account.record.created == [one.resource for one in account.record.changes]
    assert (account.record.operation, account.record.earlier_configuration) == ("enable", None)
    assert account.record.later_configuration == put["loggingConfig"]


def test_where_the_users_own_stand(recorded: Recorded) -> None:
    stands(recorded, 9)
    recorded.logs.create_log_group.side_effect = refusal("ResourceAlreadyExistsException")
    recorded.found_log_groups({"logGroupName": "/own", "retentionInDays": 7})
    standing_bucket(recorded, granted=False)
    calls = recorded.enable()
    assert calls[:-1] == [
        ("iam.get_role", {"RoleName": "Own"}),
        ("s3.head_bucket", OF_LOGS),
        ("s3.get_bucket_ownership_controls", OF_LOGS),
        ("s3.get_bucket_policy", OF_LOGS),
        ("logs.create_log_group", {"logGroupName": "/own", "tags": recorded.tags}),
        ("logs.get_paginator(describe_log_groups)", {}),
        ("logs.get_paginator().paginate", {"logGroupNamePrefix": "/own"}),
        ("s3.get_bucket_policy", OF_LOGS),
        (
            "s3.put_bucket_policy",
            OF_LOGS | {"Policy": {"Version": "2012-10-17", "Statement": [grant("eu-west-1")]}},
        ),
    ]


def test_a_redirected_region_keeps_what_was_delivered(recorded: Recorded) -> None:
    stands(recorded, 9)
    earlier = {"s3Config": {"bucketName": "theirs"}, "textDataDeliveryEnabled": False}
    recorded.bedrock.get_model_invocation_logging_configuration.return_value = {
        "loggingConfig": earlier
    }
    later = {
        "cloudWatchConfig": {"logGroupName": "/own", "roleArn": ROLE},
        "textDataDeliveryEnabled": False,
    }
    recorded.found_log_groups({"logGroupName": "/own"})
    planned = recorded.outcome(TO_LOG_GROUP | {"DryRun": True}, redirect=True)
    assert [(one.earlier, one.later) for one in planned.changes[-1:]] == [(earlier, later)]
    assert recorded.outcome(TO_LOG_GROUP, redirect=True).result == "changed"
    assert recorded.calls()[-1][1] == {"loggingConfig": later}
    record = recorded.record
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
    recorded: Recorded, settings: dict[str, Any], config: dict[str, Any]
) -> None:
    recorded.found_log_groups()
    recorded.iam.get_role.side_effect = None
    recorded.iam.get_role.return_value = {"Role": {"Arn": ROLE}}
    planned = recorded.outcome(settings | {"DryRun": True}).changes[-1].later
    assert {k: v for k, v in planned.items() if not k.endswith("DataDeliveryEnabled")} == config


def test_what_reads_back_different_is_told_with_its_region(recorded: Recorded) -> None:
    recorded.bedrock.put_model_invocation_logging_configuration.side_effect = None
    outcome = recorded.outcome(TO_LOG_GROUP)
    assert outcome.result == "failed"
    assert " read back from eu-west-1 is not the one that was sent" in outcome.message


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("iam.get_role", "iam:GetRole failed: Refused: No. Nothing was changed."),
        ("iam.put_role_policy", "iam:PutRolePolicy failed: Refused: No."),
        ("logs.create_log_group", "logs:CreateLogGroup failed in eu-west-1: Refused: No."),
        ("logs.put_retention_policy", "logs:PutRetentionPolicy failed in eu-west-1: Refused: No."),
    ],
)
def test_a_refused_call_is_told(recorded: Recorded, operation: str, told: str) -> None:
    service, _, method = operation.partition(".")
    getattr(getattr(recorded.clients, service), method).side_effect = refusal("Refused")
    assert cause(recorded.outcome(TO_LOG_GROUP).message) == told.removesuffix(
        " Nothing was changed."
    )


def test_what_had_been_begun_is_told(recorded: Recorded) -> None:
    recorded.iam.create_role.side_effect = refusal("AccessDenied", retries=0)
    assert recorded.outcome(TO_LOG_GROUP).message.endswith("principal. Nothing was changed.")
    recorded.iam.create_role.side_effect = None
    recorded.logs.put_retention_policy.side_effect = refusal("Refused", retries=0)
    message = recorded.outcome(TO_LOG_GROUP).message
    record = recorded.journal.records(ACCOUNT, recorded.region)[-1]
    assert message == (
        "logs:PutRetentionPolicy failed in eu-west-1: Refused: No. Begun by then: role Own, "
        f"role-policy Own/{POLICY}, log-group /own (record {record.record_id[:12]}); another run "
        "goes on from there."
    )
    assert record.message == message
