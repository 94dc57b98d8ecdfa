"""The verdict on whether what a Region logs can arrive."""

from __future__ import annotations

from prowler_bedrock.account.access import Access
from prowler_bedrock.destination.bucket import bucket_problems
from prowler_bedrock.destination.log_group import log_group_problems
from prowler_bedrock.destination.problem import Problem
from prowler_bedrock.logging_configuration.judge import SUBJECT, Verdict, judge
from prowler_bedrock.logging_configuration.model import Configured, Observation, Unreadable


def judge_destination(access: Access, region: str, observation: Observation) -> Verdict | None:
    """Return the verdict of the check on destinations, or ``None`` where there is none.

    Args:
        access: the account.
        region: the Region's name.
        observation: what reading the Region gave.
    """
    delivery = judge(observation, region)
    if isinstance(observation, Unreadable):
        return delivery
    if not isinstance(observation, Configured) or delivery is None or delivery.status != "PASS":
        # Logging that is off is the subject of another check.
        return None
    problems, names = destination_problems(access, region, observation)
    certain = [one.sentence for one in problems if one.broken]
    uncertain = [one.sentence for one in problems if not one.broken]
    if certain:
        text = f"{SUBJECT} cannot deliver: {' '.join(certain + uncertain)}"
        return Verdict(status="FAIL", status_extended=text)
    if uncertain:
        text = f"{SUBJECT} may not be able to deliver: {' '.join(uncertain)}"
        return Verdict(status="MANUAL", status_extended=text)
    return Verdict(
        status="PASS", status_extended=f"{SUBJECT} can be delivered to {' and '.join(names)}."
    )


def destination_problems(
    access: Access, region: str, observation: Configured
) -> tuple[list[Problem], list[str]]:
    """Return what is wrong with the destinations of a Region, and what these are.

    Args:
        access: the account.
        region: the Region's name.
        observation: the Region's configuration.
    """
    config = observation.configuration
    problems: list[Problem] = []
    names = []
    buckets = []
    if config.cloud_watch and config.log_group_name:
        names.append(f"CloudWatch Log Group: {config.log_group_name}")
        problems += log_group_problems(access, region, config.cloud_watch)
        if config.cloud_watch.large_data_delivery:
            buckets.append(config.cloud_watch.large_data_delivery)
    if config.s3 and config.bucket_name:
        buckets.append(config.s3)
    for bucket in buckets:
        name = f"S3 Bucket: {bucket.bucket_name}"
        if name not in names:
            names.append(name)
        # Two prefixes of one bucket may share a problem.
        found = bucket_problems(access, region, bucket)
        problems += [one for one in found if one not in problems]
    return problems, names
