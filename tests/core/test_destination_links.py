"""Links of a destination that need no simulation, and whom a resource's policy names."""

import json
from typing import Any
from unittest.mock import patch

import boto3
import pytest

from prowler_bedrock.destination.bucket import bucket_problems
from prowler_bedrock.destination.key import KeyUser, key_problems
from prowler_bedrock.destination.log_group import log_group_problems
from prowler_bedrock.destination.problem import broken, unknown, verdict_of
from prowler_bedrock.destination.simulation import statements_for
from prowler_bedrock.logging_configuration.judge import Verdict
from prowler_bedrock.logging_configuration.model import CloudWatchDestination, S3Destination
from tests.core.account import ACCOUNT, GROUP, Account

REGION = "us-east-1"
BEDROCK = {"bedrock.amazonaws.com"}
USER = KeyUser(name="bedrock.amazonaws.com", principals=BEDROCK, actions=["kms:X"], context={})


@pytest.mark.parametrize(
    ("principal", "named"),
    [
        ({"Principal": {"Service": "bedrock.amazonaws.com"}}, True),
        ({"Principal": {"Service": ["lambda.amazonaws.com", "bedrock.amazonaws.com"]}}, True),
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}, False),
        ({"Principal": {"Service": "lambda.amazonaws.com"}}, False),
        ({"Principal": {"Federated": "*"}}, False),
        ({"NotPrincipal": {"Service": "bedrock.amazonaws.com"}}, False),
        ({"NotPrincipal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}, True),
    ],
)
def test_whom_a_statement_names(principal: dict[str, Any], named: bool) -> None:
    body = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    for statement in (body | principal, [body | principal]):
        found = statements_for(json.dumps({"Statement": statement}), BEDROCK)
        assert found == ([body] if named else [])


def test_a_statement_without_resource_is_about_its_own() -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}
    (found,) = statements_for(json.dumps({"Statement": trust}), BEDROCK)
    assert found["Resource"] == "*"
    (found,) = statements_for(json.dumps({"Statement": trust | {"NotResource": "a"}}), BEDROCK)
    assert "Resource" not in found


def test_sids_that_an_identity_policy_may_not_have_are_left_out() -> None:
    allow = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}
    given = [{"Sid": sid, "Principal": "*", **allow} for sid in ("", "", "Deny non-TLS, 1")]
    assert statements_for(json.dumps({"Statement": given}), BEDROCK) == [allow] * 3


def test_a_policy_without_statements_names_nobody() -> None:
    assert statements_for("{}", BEDROCK) == []


def problems(account: Account, role_arn: str | None) -> list[str]:
    boto3.client("logs", region_name=REGION).create_log_group(logGroupName=GROUP)
    given = {"logGroupName": GROUP} | ({"roleArn": role_arn} if role_arn else {})
    destination = CloudWatchDestination.model_validate(given)
    found = log_group_problems(account.access, REGION, destination)
    assert all(one.broken for one in found)
    return [one.sentence for one in found]


def test_a_role_of_another_account(account: Account) -> None:
    (sentence,) = problems(account, "arn:aws:iam::999999999999:role/theirs")
    assert sentence == (
        f"role arn:aws:iam::999999999999:role/theirs is not of account {ACCOUNT}: "
        "use a role of the account."
    )


def test_a_role_of_the_same_name_under_another_path(account: Account) -> None:
    boto3.client("iam").create_role(
        RoleName="theirs", Path="/other/", AssumeRolePolicyDocument="{}"
    )
    arn = f"arn:aws:iam::{ACCOUNT}:role/theirs"
    (sentence,) = problems(account, arn)
    assert sentence == f"role {arn} does not exist: create it or configure another one."


def test_a_log_group_without_role(account: Account) -> None:
    (sentence,) = problems(account, None)
    assert sentence == f"log group {GROUP} has no role: configure a role that Bedrock assumes."


def test_a_bucket_that_may_not_be_looked_at(account: Account) -> None:
    account.faults["HeadBucket"] = [("403", "Forbidden")]
    destination = S3Destination.model_validate({"bucketName": "theirs"})
    (found,) = bucket_problems(account.access, REGION, destination)
    assert not found.broken
    assert found.sentence == (
        f"bucket theirs could not be read: s3:ListBucket failed in {REGION}: AccessDenied: the "
        f"bucket is of another account than {ACCOUNT}, or may not be read; "
        "allow s3:ListBucket to this principal."
    )


def test_a_key_that_aws_manages(account: Account) -> None:
    key = {"Arn": "arn", "KeyState": "Enabled", "KeyManager": "AWS"}
    with patch("prowler_bedrock.destination.key.describe_key", return_value=key):
        (found,) = key_problems(account.access, REGION, "alias/aws/s3", "it", USER)
    assert not found.broken
    assert found.sentence == (
        "it is encrypted with the AWS managed key arn, whose policy can't be changed for Bedrock: "
        "use a customer managed key or SSE-S3."
    )


def test_a_key_that_does_not_exist(account: Account) -> None:
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/12345678-1234-1234-1234-123456789012"
    (found,) = key_problems(account.access, REGION, key, "it", USER)
    assert found.broken
    assert found.sentence == (
        f"KMS key {key} of it does not exist: encrypt it with a key that exists."
    )


def test_what_is_broken_is_told_first_and_fails() -> None:
    problems = [unknown("X is UNKNOWNX."), broken("a is off", "turn a on"), unknown("c. Why.")]
    assert verdict_of(problems, "No:", "Perhaps:") == Verdict(
        status="FAIL", status_extended="No: a is off: turn a on; X is UNKNOWNX; c. Why."
    )
    assert verdict_of(problems[::2], "No:", "Perhaps:") == Verdict(
        status="MANUAL", status_extended="Perhaps: X is UNKNOWNX; c. Why."
    )
    assert verdict_of([], "No:", "Perhaps:") is None
