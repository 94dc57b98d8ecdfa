"""Every call that enabling makes, in order, with all that it says."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from prowler_bedrock.enable.role import policy_name
from tests.core.account import ACCOUNT
from tests.core.recorded import ROLE, Recorded, refusal

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


def users_role(account: Recorded, minutes: int) -> None:
    created = datetime.now(timezone.utc) - timedelta(minutes=minutes)
    account.iam.get_role.side_effect = None
    account.iam.get_role.return_value = {"Role": {"Arn": ROLE, "CreateDate": created}}


def test_where_the_users_own_stand(tmp_path: Path) -> None:
    account = Recorded(tmp_path, "eu-west-1")
    users_role(account, minutes=9)
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
        ("logs.get_paginator", {}),
        ("logs.get_paginator().paginate", {"logGroupNamePrefix": "/own"}),
        ("s3.get_bucket_policy", OF_LOGS),
        (
            "s3.put_bucket_policy",
            OF_LOGS | {"Policy": {"Version": "2012-10-17", "Statement": [grant("eu-west-1")]}},
        ),
    ]


NOT_VALID = "Failed to validate permissions for log group: /own"
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
    users_role(account, minutes)
    put = account.bedrock.put_model_invocation_logging_configuration
    error = ClientError({"Error": {"Code": "ValidationException", "Message": NOT_VALID}}, "Put")
    answers = iter([error, error])

    def refusing(**given: Any) -> None:
        for refused in answers:
            raise refused
        account._put(**given)

    put.side_effect = refusing
    outcome = account.outcome({"LogGroupName": "/own", "RoleName": "Own"})
    assert (outcome.result, put.call_count) == (("changed", 3) if waits else ("failed", 1))
    assert outcome.message.endswith(f" {NOT_VALID}. {ADVICE}") is not waits
