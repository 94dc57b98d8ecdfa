"""The verdict on how long the destinations of a Region keep logs.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html,
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html.
"""

from __future__ import annotations

from typing import Any

from prowler_bedrock.account.access import Access
from prowler_bedrock.destination.problem import Problem, broken, unknown, unreadable, verdict_of
from prowler_bedrock.enable.log_group import find_log_group, is_of_class_delivery
from prowler_bedrock.logging_configuration.judge import SUBJECT, Verdict, delivering
from prowler_bedrock.logging_configuration.model import LoggingConfiguration, Observation
from prowler_bedrock.retention.lifecycle import bucket_problems
from prowler_bedrock.retention.settings import RetentionSettings


def kept_days(group: dict[str, Any]) -> int | None:
    """Return how many days a log group keeps events, or ``None`` where they never expire.

    Args:
        group: the log group, as CloudWatch Logs describes it.
    """
    days: int | None = group.get("retentionInDays")
    return 1 if is_of_class_delivery(group) else days


def judge_retention(
    access: Access, region: str, observation: Observation, settings: RetentionSettings
) -> Verdict | None:
    """Return the verdict of the check on retention, or ``None`` where there is none.

    Args:
        access: the account.
        region: the Region's name.
        observation: what reading the Region gave.
        settings: how long logs must be kept.
    """
    config = delivering(observation, region)
    if not isinstance(config, LoggingConfiguration):
        return config
    minimum = settings.minimum_days
    problems: list[Problem] = []
    kept: list[str] = []
    if config.log_group_name:
        problems += _log_group(access, region, config.log_group_name, minimum, kept)
    for bucket in config.buckets:
        found = bucket_problems(access, region, bucket, minimum)
        problems += [one for one in found if one not in problems]
        sentence = f"S3 Bucket {bucket.bucket_name} keeps logs for at least {minimum} days"
        if not found and sentence not in kept:
            kept.append(sentence)
    verdict = verdict_of(problems, f"{SUBJECT}:", f"{SUBJECT}:")
    return verdict or Verdict(status="PASS", status_extended=f"{SUBJECT}: {' and '.join(kept)}.")


def _log_group(
    access: Access, region: str, name: str, minimum: int, kept: list[str]
) -> list[Problem]:
    problems: list[Problem] = []
    with unreadable(problems, f"the retention of log group {name}"):
        group = find_log_group(access.client("logs", region), name, region)
        days = kept_days(group) if group else None
        if group is None:
            problems.append(unknown(f"log group {name} does not exist, so it keeps nothing."))
        elif days is None:
            kept.append(
                f"CloudWatch Log Group {name} never expires, so that its storage costs grow "
                "without end"
            )
        elif days < minimum:
            what = f"CloudWatch Log Group {name} keeps logs for {days} days"
            repair = f"set its retention to at least {minimum} days"
            if is_of_class_delivery(group):
                repair = (
                    "its class DELIVERY has no other retention, so deliver to a log group of "
                    "another class"
                )
            problems.append(broken(what, repair))
        else:
            kept.append(f"CloudWatch Log Group {name} keeps logs for {days} days")
    return problems
