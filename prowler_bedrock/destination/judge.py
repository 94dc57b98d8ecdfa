"""The verdict on whether what a Region logs can arrive."""

from __future__ import annotations

from prowler_bedrock.account.access import Access
from prowler_bedrock.destination.bucket import bucket_problems
from prowler_bedrock.destination.log_group import log_group_problems
from prowler_bedrock.destination.problem import Problem, verdict_of
from prowler_bedrock.logging_configuration.judge import SUBJECT, Verdict, delivering
from prowler_bedrock.logging_configuration.model import LoggingConfiguration, Observation


def judge_destination(access: Access, region: str, observation: Observation) -> Verdict | None:
    """Return the verdict of the check on destinations, or ``None`` where there is none.

    Args:
        access: the account.
        region: the Region's name.
        observation: what reading the Region gave.
    """
    config = delivering(observation, region)
    if not isinstance(config, LoggingConfiguration):
        return config
    names = [f"S3 Bucket: {bucket.bucket_name}" for bucket in config.buckets]
    problems: list[Problem] = []
    if config.cloud_watch and config.log_group_name:
        names.insert(0, f"CloudWatch Log Group: {config.log_group_name}")
        problems += log_group_problems(access, region, config.cloud_watch)
    for bucket in config.buckets:
        # Two prefixes of one bucket may share a problem.
        found = bucket_problems(access, region, bucket)
        problems += [one for one in found if one not in problems]
    verdict = verdict_of(
        problems, f"{SUBJECT} cannot deliver:", f"{SUBJECT} may not be able to deliver:"
    )
    said = " and ".join(dict.fromkeys(names))
    return verdict or Verdict(
        status="PASS",
        status_extended=f"{SUBJECT} can be delivered to {said} by all policies that the account "
        "can read.",
    )
