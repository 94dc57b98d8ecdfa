"""Whether a bucket's lifecycle rules delete logs too early.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html.
"""

from __future__ import annotations

from typing import Any

from prowler_bedrock.account.access import Access
from prowler_bedrock.destination.problem import Problem, broken, unknown, unreadable
from prowler_bedrock.enable.standing_bucket import StandingBucket
from prowler_bedrock.logging_configuration.model import S3Destination, log_folder

_NARROWING = {
    "Tag": "that have its tags",
    "Tags": "that have its tags",
    "ObjectSizeGreaterThan": "that are of its size",
    "ObjectSizeLessThan": "that are of its size",
}


def bucket_problems(
    access: Access, region: str, destination: S3Destination, minimum: int
) -> list[Problem]:
    """Return the lifecycle rules that delete logs of a destination too early.

    Args:
        access: the account.
        region: the Region's name.
        destination: ``s3Config`` or ``largeDataDeliveryS3Config``.
        minimum: how long logs must be kept, in days.
    """
    name = destination.bucket_name
    logs = f"{log_folder(destination.key_prefix, access.account)}/{region}/"
    problems: list[Problem] = []
    with unreadable(problems, f"the lifecycle of bucket {name}"):
        bucket = StandingBucket(access.client("s3", region), name, access.account, region)
        for rule in bucket.lifecycle_rules() or []:
            what = _deletes(rule, minimum)
            if rule["Status"] != "Enabled" or what is None:
                continue
            where = f"lifecycle rule {rule.get('ID', 'without ID')} of bucket {name}"
            applied, narrowed = _filter(rule)
            if not (logs.startswith(applied) or applied.startswith(logs)):
                continue
            if narrowed:
                problems.append(unknown(f"{where} {what} {narrowed}."))
            else:
                repair = f"keep them for at least {minimum} days"
                problems.append(broken(f"{where} {what}", repair))
    return problems


def _deletes(rule: dict[str, Any], minimum: int) -> str | None:
    expiration = rule.get("Expiration", {})
    if "Date" in expiration:
        return f"deletes logs on {expiration['Date']:%Y-%m-%d}"
    days = expiration.get("Days")
    return f"deletes logs after {days} days" if days is not None and days < minimum else None


def _filter(rule: dict[str, Any]) -> tuple[str, str]:
    """Return the prefix that a rule applies to, and what narrows it further, if anything does."""
    chosen = rule.get("Filter") or {}
    combined = chosen.get("And", {})
    prefix = rule.get("Prefix") or chosen.get("Prefix") or combined.get("Prefix") or ""
    found = {_NARROWING[name] for name in (*chosen, *combined) if name in _NARROWING}
    return str(prefix), " and ".join(sorted(found))
