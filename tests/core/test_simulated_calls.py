"""What IAM's simulator is asked is the call that the service makes, with its conditions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prowler_bedrock.destination.simulation import simulate_principal
from tests.core.account import ACCOUNT
from tests.core.simulated import GROUP, ROLE, Simulated, policy


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
    assert key["ActionNames"] == ["kms:GenerateDataKey", "kms:Decrypt"]
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
    assert key["ActionNames"] == ["kms:GenerateDataKey"]
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
    account = Simulated()
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


def test_a_policy_without_version_is_asked_about_in_its_older_language() -> None:
    account = Simulated()
    without = json.loads(policy("bedrock.amazonaws.com", "s3:PutObject"))
    del without["Version"]
    s3 = account.access.client("s3", "eu-west-1")
    s3.get_bucket_policy.return_value = {"Policy": json.dumps(without)}
    assert account.bucket() == []
    (document,) = account.asked[0]["PolicyInputList"]
    assert json.loads(document)["Version"] == "2008-10-17"


def test_where_no_statement_is_about_the_service_nothing_is_asked() -> None:
    account = Simulated()
    s3 = account.access.client("s3", "eu-west-1")
    s3.get_bucket_policy.return_value = {"Policy": policy("lambda.amazonaws.com", "s3:PutObject")}
    assert account.bucket() == [
        "s3:PutObject for bedrock.amazonaws.com is not allowed by the policy of bucket b: allow "
        "s3:PutObject to bedrock.amazonaws.com on "
        f"p/AWSLogs/{ACCOUNT}/BedrockModelInvocationLogs/* in the bucket policy."
    ]
    (key,) = account.asked
    assert key["ActionNames"] == ["kms:GenerateDataKey"]


def test_a_bucket_is_asked_for_by_its_name_and_owner() -> None:
    account = Simulated()
    assert account.bucket() == []
    s3, kms = (account.access.client(one, "eu-west-1") for one in ("s3", "kms"))
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"
    for call in (
        s3.head_bucket,
        s3.get_bucket_ownership_controls,
        s3.get_bucket_policy,
        s3.get_bucket_encryption,
    ):
        call.assert_called_once_with(Bucket="b", ExpectedBucketOwner=ACCOUNT)
    kms.describe_key.assert_called_once_with(KeyId=key)
    kms.get_key_policy.assert_called_once_with(KeyId=key, PolicyName="default")
