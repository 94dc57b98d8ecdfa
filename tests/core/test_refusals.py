"""A refused call is named by its IAM action and its Region, whatever was being done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import boto3
import pytest

from tests.core.account import BUCKET_WRITES, GROUP, Account, Clients

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


def remove_what_is_empty(account: Account) -> str:
    remover = account.remover()
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


def tested(account: Account) -> None:
    """Off again; the log group that was created holds Bedrock's event."""
    account.enabler().enable(REGION)
    account.write_permission_event(REGION)
    restore(account)


# The IAM action of each operation.
ACTIONS = {
    "DeleteModelInvocationLoggingConfiguration": (
        "bedrock:DeleteModelInvocationLoggingConfiguration"
    ),
    "PutModelInvocationLoggingConfiguration": "bedrock:PutModelInvocationLoggingConfiguration",
    "CreateRole": "iam:CreateRole",
    "DeleteRole": "iam:DeleteRole",
    "DeleteRolePolicy": "iam:DeleteRolePolicy",
    "GetRole": "iam:GetRole",
    "GetRolePolicy": "iam:GetRolePolicy",
    "PutRolePolicy": "iam:PutRolePolicy",
    "CreateLogGroup": "logs:CreateLogGroup",
    "DeleteLogGroup": "logs:DeleteLogGroup",
    "DescribeLogGroups": "logs:DescribeLogGroups",
    "DescribeLogStreams": "logs:DescribeLogStreams",
    "DescribeSubscriptionFilters": "logs:DescribeSubscriptionFilters",
    "FilterLogEvents": "logs:FilterLogEvents",
    "ListTagsForResource": "logs:ListTagsForResource",
    "PutRetentionPolicy": "logs:PutRetentionPolicy",
    "CreateBucket": "s3:CreateBucket",
    "DeleteBucket": "s3:DeleteBucket",
    "DeleteBucketPolicy": "s3:DeleteBucketPolicy",
    "DeleteObjects": "s3:DeleteObjectVersion",
    "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "GetBucketOwnershipControls": "s3:GetBucketOwnershipControls",
    "GetBucketPolicy": "s3:GetBucketPolicy",
    "GetBucketReplication": "s3:GetReplicationConfiguration",
    "GetBucketTagging": "s3:GetBucketTagging",
    "HeadBucket": "s3:ListBucket",
    "ListObjectVersions": "s3:ListBucketVersions",
    "PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "PutBucketPolicy": "s3:PutBucketPolicy",
    "PutBucketTagging": "s3:PutBucketTagging",
    "PutBucketVersioning": "s3:PutBucketVersioning",
    "PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}


class Doing(NamedTuple):
    """A change, and every operation that it calls, reading the configuration aside."""

    prepare: Callable[[Account], None]
    act: Callable[[Account], str]
    operations: list[str]


CHANGES = {
    "enable what is new": Doing(
        nothing,
        enable,
        [
            "GetRole",
            "CreateRole",
            "PutRolePolicy",
            "CreateLogGroup",
            "PutRetentionPolicy",
            "HeadBucket",
            *BUCKET_WRITES,
            "PutModelInvocationLoggingConfiguration",
        ],
    ),
    "enable what stands": Doing(
        standing,
        enable,
        [
            "GetRole",
            "GetRolePolicy",
            "CreateLogGroup",
            "DescribeLogGroups",
            "HeadBucket",
            "GetBucketOwnershipControls",
            "GetBucketPolicy",
            "PutBucketPolicy",
            "PutModelInvocationLoggingConfiguration",
        ],
    ),
    "preview": Doing(
        standing,
        preview,
        [
            "GetRole",
            "GetRolePolicy",
            "DescribeLogGroups",
            "HeadBucket",
            "GetBucketOwnershipControls",
            "GetBucketPolicy",
        ],
    ),
    "restore no policy": Doing(
        enabled_with_their_bucket,
        restore,
        ["GetBucketPolicy", "DeleteBucketPolicy", "DeleteModelInvocationLoggingConfiguration"],
    ),
    "restore a policy": Doing(
        enabled_with_their_policy,
        restore,
        ["GetBucketPolicy", "PutBucketPolicy", "DeleteModelInvocationLoggingConfiguration"],
    ),
    "remove": Doing(
        backed_out,
        remove,
        [
            "DescribeLogGroups",
            "ListTagsForResource",
            "DescribeSubscriptionFilters",
            "DeleteLogGroup",
            "GetBucketTagging",
            "GetBucketPolicy",
            "GetBucketLifecycleConfiguration",
            "GetBucketReplication",
            "GetBucketNotificationConfiguration",
            "ListObjectVersions",
            "DeleteObjects",
            "DeleteBucket",
            "GetRolePolicy",
            "DeleteRolePolicy",
            "GetRole",
            "DeleteRole",
        ],
    ),
    "remove a log group that Bedrock tested": Doing(
        tested,
        remove_what_is_empty,
        [
            "DescribeLogGroups",
            "ListTagsForResource",
            "DescribeSubscriptionFilters",
            "DescribeLogStreams",
            "FilterLogEvents",
            "DeleteLogGroup",
            "GetRolePolicy",
            "DeleteRolePolicy",
            "GetRole",
            "DeleteRole",
        ],
    ),
}


@pytest.mark.parametrize(
    ("change", "operation"),
    [(name, one) for name, doing in CHANGES.items() for one in doing.operations],
)
def test_a_refused_call_is_named(account: Account, change: str, operation: str) -> None:
    prepare, act, _ = CHANGES[change]
    prepare(account)
    account.faults[operation] = [("Refused", "No.")]
    action = ACTIONS[operation]
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
    prepare, act, operations = CHANGES[change]
    prepare(account)
    account.calls.clear()
    act(account)
    assert set(account.calls) - {READ} == set(operations)


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
    account.clients = Clients()
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
