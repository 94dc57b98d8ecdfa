"""Every call that enabling makes, in order, with all that it says."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from botocore.exceptions import ClientError

from prowler_bedrock.account.access import Access
from prowler_bedrock.enable.enabler import Enabler
from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.enable.role import policy_name
from prowler_bedrock.enable.settings import parse_settings
from prowler_bedrock.journal.journal import Journal
from tests.core.account import ACCOUNT

ROLE = f"arn:aws:iam::{ACCOUNT}:role/Own"
SETTINGS = {
    "Destination": "both",
    "LogGroupName": "/own",
    "RetentionInDays": 731,
    "RoleName": "Own",
    "BucketName": "logs",
    "KeyPrefix": "p",
}
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


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "No."}}, "Operation")


class Recorded:
    """Clients of an account in which nothing stands; each call with what it says."""

    def __init__(self, directory: Path, region: str) -> None:
        self.region, self.journal = region, Journal(directory)
        self.clients = Mock()
        self.iam, self.logs, self.s3 = self.clients.iam, self.clients.logs, self.clients.s3
        self.bedrock = self.clients.bedrock
        # Only its service model is read.
        self.bedrock.meta = boto3.client("bedrock", region_name=region).meta
        self.bedrock.put_model_invocation_logging_configuration.side_effect = self._put
        self.bedrock.get_model_invocation_logging_configuration.return_value = {}
        self.iam.get_role.side_effect = refusal("NoSuchEntity")
        self.iam.create_role.return_value = {"Role": {"Arn": ROLE}}
        self.s3.head_bucket.side_effect = refusal("404")
        self.s3.exceptions.BucketAlreadyOwnedByYou = type("Owned", (ClientError,), {})

    def _put(self, **given: Any) -> None:
        self.bedrock.get_model_invocation_logging_configuration.return_value = given

    def _client(self, service: str, region: str | None) -> Any:
        assert region == (None if service == "iam" else self.region)
        return getattr(self.clients, service)

    def outcome(self, settings: dict[str, Any]) -> Outcome:
        access = Access(ACCOUNT, "aws", self._client)
        return Enabler(access, parse_settings(settings), self.journal, 30).enable(self.region)

    def enable(self, **settings: Any) -> list[tuple[str, dict[str, Any]]]:
        outcome = self.outcome(SETTINGS | settings)
        assert outcome.result == "changed", outcome.message
        # But for the policies' texts, of which the order of members says nothing.
        return [
            (name, {key: decoded(value) for key, value in given.items()})
            for name, _, given in self.clients.mock_calls
            if not name.startswith("bedrock.get_")
        ]

    @property
    def tags(self) -> dict[str, str]:
        (record,) = self.journal.records(ACCOUNT, self.region)
        return {"prowler-bedrock": "created", "prowler-bedrock-record": record.record_id}

    @property
    def tag_list(self) -> list[dict[str, str]]:
        return [{"Key": name, "Value": value} for name, value in self.tags.items()]


def decoded(value: Any) -> Any:
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    document = json.loads(value)
    for statement in document["Statement"]:
        if str(statement.get("Sid")).startswith("ProwlerBedrockDelivery"):
            del statement["Sid"]
    return document


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
