"""What IAM's simulator is asked is the call that the service makes, with its conditions."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from prowler_bedrock.account.access import Access
from prowler_bedrock.destination.bucket import bucket_problems
from prowler_bedrock.destination.log_group import log_group_problems
from prowler_bedrock.destination.simulation import simulate_principal
from prowler_bedrock.logging_configuration.model import CloudWatchDestination, S3Destination
from tests.core.account import ACCOUNT

GROUP = "/invocations"
ROLE = f"role arn:aws:iam::{ACCOUNT}:role/a/b/r"


def policy(service: str, action: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": action}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Simulated:
    """Clients of an account in which everything stands and the simulator allows everything."""

    def __init__(self, partition: str, region: str, key_policy: str) -> None:
        self.asked: list[dict[str, Any]] = []
        self.region = region
        self.role = f"arn:{partition}:iam::{ACCOUNT}:role/a/b/r"
        key = f"arn:{partition}:kms:{region}:{ACCOUNT}:key/k"
        group = {"logGroupName": GROUP, "kmsKeyId": key}
        logs, iam, kms, s3 = Mock(), Mock(), Mock(), Mock()
        logs.get_paginator.return_value.paginate.return_value = [{"logGroups": [group]}]
        iam.get_role.return_value = {
            "Role": {
                "Arn": self.role,
                "AssumeRolePolicyDocument": json.loads(
                    policy("bedrock.amazonaws.com", "sts:AssumeRole")
                ),
            }
        }
        iam.simulate_custom_policy.side_effect = self._allow
        iam.simulate_principal_policy.side_effect = self._allow
        kms.describe_key.return_value = {"KeyMetadata": {"Arn": key, "KeyState": "Enabled"}}
        kms.get_key_policy.return_value = {"Policy": key_policy}
        s3.head_bucket.return_value = {
            "BucketRegion": region,
            "ResponseMetadata": {"HTTPHeaders": {}},
        }
        s3.get_bucket_ownership_controls.return_value = {
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        }
        s3.get_bucket_policy.return_value = {
            "Policy": policy("bedrock.amazonaws.com", "s3:PutObject")
        }
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        rule = {"ApplyServerSideEncryptionByDefault": default}
        s3.get_bucket_encryption.return_value = {
            "ServerSideEncryptionConfiguration": {"Rules": [rule]}
        }
        clients = {"logs": logs, "iam": iam, "kms": kms, "s3": s3}
        self.access = Access(ACCOUNT, partition, lambda service, _: clients[service])

    def _allow(self, **given: Any) -> dict[str, Any]:
        self.asked.append(given)
        return {
            "EvaluationResults": [
                {"EvalActionName": action, "EvalDecision": "allowed"}
                for action in given["ActionNames"]
            ]
        }

    def log_group(self) -> list[str]:
        destination = CloudWatchDestination.model_validate(
            {"logGroupName": GROUP, "roleArn": self.role}
        )
        return [one.sentence for one in log_group_problems(self.access, self.region, destination)]

    def bucket(self) -> list[str]:
        destination = S3Destination.model_validate({"bucketName": "b", "keyPrefix": "p"})
        return [one.sentence for one in bucket_problems(self.access, self.region, destination)]


def entries(call: dict[str, Any]) -> dict[str, tuple[str, list[str]]]:
    return {
        one["ContextKeyName"]: (one["ContextKeyType"], one["ContextKeyValues"])
        for one in call["ContextEntries"]
    }


PLACES = [
    ("aws", "eu-west-1", "logs.eu-west-1.amazonaws.com"),
    ("aws-us-gov", "us-gov-west-1", "logs.us-gov-west-1.amazonaws.com"),
    ("aws-cn", "cn-north-1", "logs.cn-north-1.amazonaws.com.cn"),
]


def of_service(partition: str, region: str, service: str, arn: str) -> dict[str, Any]:
    return {
        "aws:SourceAccount": ("string", [ACCOUNT]),
        "aws:SourceArn": ("string", [arn]),
        "aws:SecureTransport": ("boolean", ["true"]),
        "aws:PrincipalIsAWSService": ("boolean", ["true"]),
        "aws:PrincipalServiceName": ("string", [service]),
        "aws:RequestedRegion": ("string", [region]),
    }


@pytest.mark.parametrize(("partition", "region", "service"), PLACES)
def test_what_is_asked_for_a_log_group(partition: str, region: str, service: str) -> None:
    account = Simulated(partition, region, policy(service, "kms:*"))
    assert account.log_group() == []
    account.access.client("iam", None).get_role.assert_called_once_with(RoleName="r")
    key, trust, role = account.asked
    group = f"arn:{partition}:logs:{region}:{ACCOUNT}:log-group:{GROUP}"
    assert key["ActionNames"] == ["kms:GenerateDataKey"]
    assert key["ResourceArns"] == [f"arn:{partition}:kms:{region}:{ACCOUNT}:key/k"]
    assert entries(key) == {
        **of_service(partition, region, service, group),
        "kms:EncryptionContext:aws:logs:arn": ("string", [group]),
    }
    bedrock = f"arn:{partition}:bedrock:{region}:{ACCOUNT}:model-invocation-logging"
    assert trust["ActionNames"] == ["sts:AssumeRole"]
    assert trust["ResourceArns"] == [f"arn:{partition}:iam::{ACCOUNT}:role/a/b/r"]
    assert entries(trust) == of_service(partition, region, "bedrock.amazonaws.com", bedrock)
    assert role["PolicySourceArn"] == f"arn:{partition}:iam::{ACCOUNT}:role/a/b/r"
    assert role["ActionNames"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert role["ResourceArns"] == [f"{group}:log-stream:aws/bedrock/modelinvocations"]
    assert entries(role) == {
        "aws:SecureTransport": ("boolean", ["true"]),
        "aws:RequestedRegion": ("string", [region]),
    }


@pytest.mark.parametrize(("partition", "region", "_service"), PLACES)
def test_what_is_asked_for_a_bucket(partition: str, region: str, _service: str) -> None:
    account = Simulated(partition, region, policy("bedrock.amazonaws.com", "kms:*"))
    assert account.bucket() == []
    bucket, key = account.asked
    arn = f"arn:{partition}:bedrock:{region}:{ACCOUNT}:model-invocation-logging"
    context = of_service(partition, region, "bedrock.amazonaws.com", arn)
    folder = f"p/AWSLogs/{ACCOUNT}/BedrockModelInvocationLogs/{region}/2026/01/01/00"
    assert bucket["ActionNames"] == ["s3:PutObject"]
    assert bucket["ResourceArns"] == [f"arn:{partition}:s3:::b/{folder}/object.json.gz"]
    assert entries(bucket) == entries(key) == context
    (document,) = bucket["PolicyInputList"]
    statement = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}
    assert json.loads(document) == {"Version": "2012-10-17", "Statement": [statement]}


@pytest.mark.parametrize(
    ("partition", "region", "named", "good"),
    [
        ("aws", "eu-west-1", "logs.eu-west-1.amazonaws.com", True),
        ("aws", "eu-west-1", "logs.amazonaws.com", True),
        ("aws", "eu-west-1", "logs.us-east-1.amazonaws.com", False),
        ("aws", "eu-west-1", "bedrock.amazonaws.com", False),
        ("aws-cn", "cn-north-1", "logs.cn-north-1.amazonaws.com.cn", True),
        ("aws-cn", "cn-north-1", "logs.cn-north-1.amazonaws.com", True),
    ],
)
def test_a_key_policy_may_name_cloudwatch_logs_as_aws_does(
    partition: str, region: str, named: str, good: bool
) -> None:
    account = Simulated(partition, region, policy(named, "kms:*"))
    assert (account.log_group() == []) is good


def test_a_principal_is_asked_about_with_its_conditions() -> None:
    account = Simulated("aws", "eu-west-1", "{}")
    iam = account.access.client("iam", None)
    context = {"a:Flag": "false", "a:Other": "true", "a:Name": "True"}
    organization = {"AllowedByOrganizations": False}
    iam.simulate_principal_policy.side_effect = lambda **given: {
        "EvaluationResults": [
            account._allow(**given)["EvaluationResults"][0],
            {
                "EvalActionName": "a:C",
                "EvalDecision": "implicitDeny",
                "OrganizationsDecisionDetail": organization,
            },
        ]
    }
    first, second = simulate_principal(iam, ROLE, ["a:B", "a:C"], "*", context)
    assert (first.action, first.allowed, first.within_organization) == ("a:B", True, None)
    assert (second.action, second.allowed, second.within_organization) == ("a:C", False, False)
    (asked,) = account.asked
    assert asked["PolicySourceArn"] == ROLE
    assert entries(asked) == {
        "a:Flag": ("boolean", ["false"]),
        "a:Other": ("boolean", ["true"]),
        "a:Name": ("string", ["True"]),
    }


def test_an_action_that_the_simulator_is_silent_about_is_not_known() -> None:
    account = Simulated("aws", "eu-west-1", policy("logs.amazonaws.com", "kms:*"))
    iam = account.access.client("iam", None)
    iam.simulate_principal_policy.side_effect = lambda **_: {"EvaluationResults": []}
    (told,) = account.log_group()
    assert "iam:SimulatePrincipalPolicy failed: UnparsableAnswer" in told


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"EvalDecision": "allowed"}, None),
        (
            {"EvalDecision": "implicitDeny"},
            "{0} on {1} is not allowed by the policies of {2}: allow {0} there.",
        ),
        (
            {"EvalDecision": "explicitDeny"},
            "{0} on {1} is denied by a statement of the policies of {2}: change that statement.",
        ),
        (
            {
                "EvalDecision": "implicitDeny",
                "PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False},
            },
            "{0} on {1} is not allowed by the permissions boundary beside the policies of {2}: "
            "allow it in the boundary too.",
        ),
        (
            {
                "EvalDecision": "implicitDeny",
                "PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": True},
            },
            "{0} on {1} is not allowed by the policies of {2}: allow {0} there.",
        ),
        (
            {"EvalDecision": "allowed", "MissingContextValues": ["aws:a", "aws:b"]},
            "{0} on {1} depends on aws:a, aws:b in the policies of {2}, whose value is not known "
            "here.",
        ),
        (
            {"EvalDecision": "something new"},
            "{0} on {1} is not allowed by the policies of {2}: allow {0} there.",
        ),
    ],
)
def test_each_decision_is_told(answer: dict[str, Any], told: str | None) -> None:
    account = Simulated("aws", "eu-west-1", policy("logs.amazonaws.com", "kms:*"))
    iam = account.access.client("iam", None)
    iam.simulate_principal_policy.side_effect = lambda ActionNames, **_: {  # noqa: N803
        "EvaluationResults": [{"EvalActionName": one, **answer} for one in ActionNames]
    }
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"] if told else []
    streams = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:{GROUP}:log-stream"
    stream = f"{streams}:aws/bedrock/modelinvocations"
    assert account.log_group() == [str(told).format(one, stream, ROLE) for one in actions]


def test_a_policy_without_version_is_asked_about_in_its_older_language() -> None:
    account = Simulated("aws", "eu-west-1", policy("bedrock.amazonaws.com", "kms:*"))
    without = json.loads(policy("bedrock.amazonaws.com", "s3:PutObject"))
    del without["Version"]
    s3 = account.access.client("s3", "eu-west-1")
    s3.get_bucket_policy.return_value = {"Policy": json.dumps(without)}
    assert account.bucket() == []
    (document,) = account.asked[0]["PolicyInputList"]
    assert json.loads(document)["Version"] == "2008-10-17"


def test_where_no_statement_is_about_the_service_nothing_is_asked() -> None:
    account = Simulated("aws", "eu-west-1", policy("bedrock.amazonaws.com", "kms:*"))
    s3 = account.access.client("s3", "eu-west-1")
    s3.get_bucket_policy.return_value = {"Policy": policy("lambda.amazonaws.com", "s3:PutObject")}
    assert account.bucket() == [
        "s3:PutObject for bedrock.amazonaws.com is not allowed by the policy of bucket b: allow "
        "s3:PutObject to bedrock.amazonaws.com on "
        f"p/AWSLogs/{ACCOUNT}/BedrockModelInvocationLogs/* in the bucket policy."
    ]
    (key,) = account.asked
    assert key["ActionNames"] == ["kms:GenerateDataKey"]


KEY = "the KMS key of {}"


@pytest.mark.parametrize(
    ("operation", "action", "told"),
    [
        ("logs.get_paginator", "logs:DescribeLogGroups", [f"log group {GROUP}"]),
        ("iam.get_role", "iam:GetRole", [ROLE]),
        (
            "iam.simulate_custom_policy",
            "iam:SimulateCustomPolicy",
            [
                KEY.format(f"log group {GROUP}"),
                ROLE,
                "the policy of bucket b",
                KEY.format("bucket b"),
            ],
        ),
        ("iam.simulate_principal_policy", "iam:SimulatePrincipalPolicy", [f"what {ROLE} may do"]),
        ("s3.head_bucket", "s3:ListBucket", ["bucket b"]),
        (
            "s3.get_bucket_ownership_controls",
            "s3:GetBucketOwnershipControls",
            ["the object ownership of bucket b"],
        ),
        ("s3.get_bucket_policy", "s3:GetBucketPolicy", ["the policy of bucket b"]),
        (
            "s3.get_bucket_encryption",
            "s3:GetEncryptionConfiguration",
            ["the encryption of bucket b"],
        ),
        (
            "kms.describe_key",
            "kms:DescribeKey",
            [KEY.format(f"log group {GROUP}"), KEY.format("bucket b")],
        ),
        (
            "kms.get_key_policy",
            "kms:GetKeyPolicy",
            [KEY.format(f"log group {GROUP}"), KEY.format("bucket b")],
        ),
    ],
)
def test_a_refused_call_leaves_what_it_reads_unknown(
    operation: str, action: str, told: list[str]
) -> None:
    trusted = json.loads(policy("logs.amazonaws.com", "kms:*"))
    trusted["Statement"] += json.loads(policy("bedrock.amazonaws.com", "kms:*"))["Statement"]
    account = Simulated("aws", "eu-west-1", json.dumps(trusted))
    service, _, method = operation.partition(".")
    refusal = ClientError({"Error": {"Code": "Refused", "Message": "No."}}, method)
    client = account.access.client(service, "eu-west-1")
    called = getattr(client, method)
    called = called.return_value.paginate if method == "get_paginator" else called
    called.side_effect = refusal
    place = "" if service == "iam" else " in eu-west-1"
    assert account.log_group() + account.bucket() == [
        f"{what} could not be read: {action} failed{place}: Refused: No." for what in told
    ]
