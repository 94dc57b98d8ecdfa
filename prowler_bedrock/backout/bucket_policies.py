"""Our statements in buckets' policies: which they are, and taking them out of those of others."""

from __future__ import annotations

import json
from collections.abc import Iterable
from operator import not_
from typing import Any

from tenacity import Retrying, retry_if_result, stop_after_delay, wait_random_exponential

from prowler_bedrock.backout.chain import Chain
from prowler_bedrock.enable.bucket_policy import (
    added_statement,
    added_statements,
    same_policy,
    without_statement,
)
from prowler_bedrock.enable.standing_bucket import NO_BUCKET, StandingBucket
from prowler_bedrock.errors import AwsCallError, PluginError, aws_call
from prowler_bedrock.journal.change import Change
from prowler_bedrock.journal.record import Record

_SETTLE_SECONDS = 15.0


def survey_policies(
    chain: Chain, s3: Any, account: str, region: str, left: list[str]
) -> list[Change]:
    """Return the bucket policies to restore; reads only.

    A policy that is still as we left it gets its earlier text back, byte for byte; one that someone
    changed since loses our statement and nothing else. A statement of ours that someone changed is
    theirs to keep or delete.

    Args:
        chain: the records to undo.
        s3: a boto3 ``s3`` client of the Region.
        account: the 12-digit account id.
        region: the Region's name.
        left: gets a sentence for each one that stays as someone left it.

    Raises:
        PluginError: when a policy can't be read, or someone changed our statement in it.
    """
    changes = []
    for resource, undone in chain.by_resource("bucket-policy").items():
        try:
            now = StandingBucket(s3, resource.name, account, region).policy()
        except AwsCallError as error:
            if error.code == NO_BUCKET:
                continue
            raise
        restored = now
        for change in undone:
            restored = _undo(restored, change)
        if restored != now:
            changes.append(Change(resource=resource, earlier=now, later=restored))
        elif now != undone[-1].earlier:
            name = resource.name
            left.append(f"The policy of bucket {name} stays as it is: someone changed it since.")
    return changes


def adds_ours(change: Change) -> bool:
    """Say whether a change of a bucket's policy lets Bedrock in again.

    Args:
        change: as `survey_policies` returned it; one of something else does not.

    Raises:
        PluginError: when a policy can't be read.
    """
    policies = change.resource.kind == "bucket-policy"
    return policies and added_statement(change.earlier, change.later) is not None


def our_statements(records: Iterable[Record], bucket: str) -> list[dict[str, Any]]:
    """Return every statement that records put, or meant to put, into a bucket's policy.

    Args:
        records: of the account.
        bucket: the bucket's name.

    Raises:
        PluginError: when a policy in a record can't be read.
    """
    put = []
    for change in (change for record in records for change in record.changes):
        if change.resource.name != bucket:
            continue
        if change.resource.kind == "bucket" and change.later:
            put += added_statements(None, json.dumps(change.later["Policy"]))
        if change.resource.kind == "bucket-policy":
            put += added_statements(change.earlier, change.later)
    return put


def restore_policy(
    change: Change, s3: Any, account: str, region: str, settle_seconds: float
) -> None:
    """Put or delete a bucket's policy, and read it back.

    Args:
        change: as `survey_policies` returned it.
        s3: a boto3 ``s3`` client of the Region.
        account: the 12-digit account id.
        region: the Region's name.
        settle_seconds: how long S3 may go on to answer with the earlier policy; 15 at most.

    Raises:
        PluginError: when someone changed the policy since, another one is read back, or S3 refuses
            a call.

    Source: bucket configurations in "Amazon S3 data consistency model",
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html.
    """
    bucket = StandingBucket(s3, change.resource.name, account, region)
    if not bucket.policy_still(change):
        return
    if change.later is None:
        with aws_call("s3:DeleteBucketPolicy", region):
            s3.delete_bucket_policy(**bucket.own)
    else:
        with aws_call("s3:PutBucketPolicy", region):
            s3.put_bucket_policy(**bucket.own, Policy=change.later)
    standing = Retrying(
        retry=retry_if_result(not_),
        stop=stop_after_delay(min(settle_seconds, _SETTLE_SECONDS)),
        wait=wait_random_exponential(multiplier=0.5, max=2),
        retry_error_callback=lambda _: False,
    )
    if not standing(lambda: same_policy(bucket.policy(), change.later)):
        raise PluginError(
            f"The policy of bucket {change.resource.name} read back is not the one that was put: "
            "someone else may have changed it at the same time; look at it and run again."
        )


def _undo(policy: str | None, change: Change) -> str | None:
    if same_policy(policy, change.later):
        earlier: str | None = change.earlier
        return earlier
    if policy is None:
        return None
    try:
        added = added_statement(change.earlier, change.later)
        return without_statement(policy, added) if added else policy
    except PluginError as error:
        raise PluginError(f"Bucket {change.resource.name}: {error}") from error
