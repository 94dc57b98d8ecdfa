"""A refused call is named by its IAM action and its Region, whatever was being done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from tests.core.account import GROUP, Account

REGION = "eu-west-1"
BUCKET = "bedrock-logs"
BOTH = {"Destination": "both", "BucketName": BUCKET}
READ = "GetModelInvocationLoggingConfiguration"


def enable(account: Account) -> str:
    return account.enabler(BOTH).enable(REGION).message


def preview(account: Account) -> str:
    return account.enabler(BOTH | {"DryRun": True}).enable(REGION).message


def restore(account: Account) -> str:
    return account.restorer().restore(REGION).message


def remove(account: Account) -> str:
    remover = account.remover(remove_data=True)
    account.calls.clear()
    return " ".join(one.message for one in remover.remove([REGION]))


def nothing(account: Account) -> None:
    """A new account."""


def standing(account: Account) -> None:
    """What a user made, but for the role: that one is ours."""
    account.enabler().enable("us-east-1")
    place: Any = {"LocationConstraint": REGION}
    boto3.client("s3", REGION).create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration=place, ObjectOwnership="BucketOwnerEnforced"
    )
    boto3.client("logs", REGION).create_log_group(logGroupName=GROUP)


def enabled_with_their_bucket(account: Account) -> None:
    """On, to a bucket that had no policy."""
    standing(account)
    enable(account)


def enabled_with_their_policy(account: Account) -> None:
    """On, to a bucket that had a policy."""
    standing(account)
    policy = '{"Version": "2012-10-17", "Statement": []}'
    boto3.client("s3", REGION).put_bucket_policy(Bucket=BUCKET, Policy=policy)
    enable(account)


def backed_out(account: Account) -> None:
    """Off again; the bucket that was created holds a log."""
    enable(account)
    boto3.client("s3", REGION).put_object(Bucket=BUCKET, Key="log")
    restore(account)


# Each operation that the change calls, reading the configuration aside, with its action.
CHANGES: dict[str, tuple[Callable[[Account], None], Callable[[Account], str], dict[str, str]]] = {
    "enable what is new": (
        nothing,
        enable,
        {
            "GetRole": "iam:GetRole",
            "CreateRole": "iam:CreateRole",
            "PutRolePolicy": "iam:PutRolePolicy",
            "CreateLogGroup": "logs:CreateLogGroup",
            "PutRetentionPolicy": "logs:PutRetentionPolicy",
            "HeadBucket": "s3:ListBucket",
            "CreateBucket": "s3:CreateBucket",
            "PutBucketTagging": "s3:PutBucketTagging",
            "PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
            "PutBucketEncryption": "s3:PutEncryptionConfiguration",
            "PutBucketVersioning": "s3:PutBucketVersioning",
            "PutBucketPolicy": "s3:PutBucketPolicy",
            "PutModelInvocationLoggingConfiguration": (
                "bedrock:PutModelInvocationLoggingConfiguration"
            ),
        },
    ),
    "enable what stands": (
        standing,
        enable,
        {
            "GetRole": "iam:GetRole",
            "GetRolePolicy": "iam:GetRolePolicy",
            "CreateLogGroup": "logs:CreateLogGroup",
            "DescribeLogGroups": "logs:DescribeLogGroups",
            "ListTagsForResource": "logs:ListTagsForResource",
            "HeadBucket": "s3:ListBucket",
            "GetBucketOwnershipControls": "s3:GetBucketOwnershipControls",
            "GetBucketPolicy": "s3:GetBucketPolicy",
            "PutBucketPolicy": "s3:PutBucketPolicy",
            "PutModelInvocationLoggingConfiguration": (
                "bedrock:PutModelInvocationLoggingConfiguration"
            ),
        },
    ),
    "preview": (
        standing,
        preview,
        {
            "GetRole": "iam:GetRole",
            "GetRolePolicy": "iam:GetRolePolicy",
            "DescribeLogGroups": "logs:DescribeLogGroups",
            "HeadBucket": "s3:ListBucket",
            "GetBucketOwnershipControls": "s3:GetBucketOwnershipControls",
            "GetBucketPolicy": "s3:GetBucketPolicy",
        },
    ),
    "restore no policy": (
        enabled_with_their_bucket,
        restore,
        {
            "GetBucketPolicy": "s3:GetBucketPolicy",
            "DeleteBucketPolicy": "s3:DeleteBucketPolicy",
            "DeleteModelInvocationLoggingConfiguration": (
                "bedrock:DeleteModelInvocationLoggingConfiguration"
            ),
        },
    ),
    "restore a policy": (
        enabled_with_their_policy,
        restore,
        {
            "GetBucketPolicy": "s3:GetBucketPolicy",
            "PutBucketPolicy": "s3:PutBucketPolicy",
            "DeleteModelInvocationLoggingConfiguration": (
                "bedrock:DeleteModelInvocationLoggingConfiguration"
            ),
        },
    ),
    "remove": (
        backed_out,
        remove,
        {
            "DescribeLogGroups": "logs:DescribeLogGroups",
            "ListTagsForResource": "logs:ListTagsForResource",
            "DescribeLogStreams": "logs:DescribeLogStreams",
            "DeleteLogGroup": "logs:DeleteLogGroup",
            "GetBucketTagging": "s3:GetBucketTagging",
            "ListObjectVersions": "s3:ListBucketVersions",
            "DeleteObjects": "s3:DeleteObjectVersion",
            "DeleteBucket": "s3:DeleteBucket",
            "GetRolePolicy": "iam:GetRolePolicy",
            "DeleteRolePolicy": "iam:DeleteRolePolicy",
            "GetRole": "iam:GetRole",
            "DeleteRole": "iam:DeleteRole",
        },
    ),
}


@pytest.mark.parametrize(
    ("change", "operation"), [(name, one) for name, change in CHANGES.items() for one in change[2]]
)
def test_a_refused_call_is_named(account: Account, change: str, operation: str) -> None:
    prepare, act, actions = CHANGES[change]
    prepare(account)
    account.faults[operation] = [("Refused", "No.")]
    action = actions[operation]
    place = "" if action.startswith("iam:") else f" in {REGION}"
    assert f"{action} failed{place}: Refused: No." in act(account)


@pytest.mark.parametrize(
    ("prepare", "act"), [(standing, enable), (enabled_with_their_bucket, restore)]
)
def test_a_policy_that_can_not_be_read_again_stays(
    account: Account, prepare: Callable[[Account], None], act: Callable[[Account], str]
) -> None:
    prepare(account)
    account.faults["GetBucketPolicy"] = [None, ("Refused", "No.")]
    account.calls.clear()
    assert f"s3:GetBucketPolicy failed in {REGION}: Refused: No." in act(account)
    assert not {"PutBucketPolicy", "DeleteBucketPolicy"} & set(account.calls)


@pytest.mark.parametrize("change", CHANGES)
def test_no_call_is_missing_above(account: Account, change: str) -> None:
    prepare, act, actions = CHANGES[change]
    prepare(account)
    account.calls.clear()
    act(account)
    assert set(account.calls) - {READ} == set(actions)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            {"Key": "log", "Code": "AccessDenied", "Message": "No."},
            "AccessDenied: No; allow s3:DeleteObjectVersion to this principal.",
        ),
        ({"Key": "log"}, "Unknown: no message."),
    ],
)
def test_an_object_that_s3_keeps_is_told(
    account: Account, error: dict[str, str], told: str
) -> None:
    backed_out(account)
    client = account.client

    def refusing(service: str, region: str | None) -> Any:
        made = client(service, region)
        made.meta.events.register(
            "after-call.s3.DeleteObjects", lambda parsed, **_: parsed.update(Errors=[error])
        )
        return made

    account.client = refusing  # type: ignore[method-assign]
    assert f"s3:DeleteObjectVersion failed in {REGION}: {told}" in remove(account)
    assert "DeleteBucket" not in account.calls
