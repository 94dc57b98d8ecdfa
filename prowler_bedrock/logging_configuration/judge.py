"""Turn an observation into the verdict of ``bedrock_model_invocation_logging_enabled``."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from prowler_bedrock.errors import DENIED_CODES, EXPIRED_CODES, NOT_ENABLED_CODES
from prowler_bedrock.logging_configuration.aim import WrongRegionError
from prowler_bedrock.logging_configuration.model import (
    Configured,
    LoggingConfiguration,
    NotOffered,
    Observation,
    Unreadable,
)
from prowler_bedrock.logging_configuration.read import GET_ACTION

SUBJECT = "Bedrock Model Invocation Logging"
THROTTLED_CODES = frozenset({"ThrottlingException", "Throttling", "TooManyRequestsException"})


class Verdict(BaseModel):
    """A status as Prowler knows it, and the sentence that explains it.

    Attributes:
        status: the status.
        status_extended: one or more sentences.
        region_unused: True where the Region is known not to be in use.
    """

    status: Literal["PASS", "FAIL", "MANUAL"]
    status_extended: str
    region_unused: bool = False


def judge(observation: Observation, region: str) -> Verdict | None:
    """Return the verdict for a Region, or ``None`` where there is nothing to report.

    Args:
        observation: what reading the Region gave.
        region: the Region's name, for the sentence of an unreadable one.
    """
    if isinstance(observation, NotOffered):
        return None
    if isinstance(observation, Unreadable):
        return Verdict(status="MANUAL", status_extended=_unreadable(observation, region))
    if isinstance(observation, Configured):
        return _configured(observation.configuration)
    return Verdict(status="FAIL", status_extended=f"{SUBJECT} is disabled.")


def delivering(observation: Observation, region: str) -> LoggingConfiguration | Verdict | None:
    """Return the configuration of a Region that delivers logs, for a check on how it does so.

    Args:
        observation: what reading the Region gave.
        region: the Region's name, for the sentence of an unreadable one.

    Returns:
        The configuration; the verdict where the Region can't be read; ``None`` where nothing is
        delivered, which only `judge` reports.
    """
    verdict = judge(observation, region)
    if isinstance(observation, Unreadable):
        return verdict
    passes = verdict is not None and verdict.status == "PASS"
    return observation.configuration if isinstance(observation, Configured) and passes else None


def _configured(configuration: LoggingConfiguration) -> Verdict:
    # The words are those of Prowler's built-in check, so that reports of both compare.
    destinations = []
    if configuration.log_group_name:
        destinations.append(f"CloudWatch Log Group: {configuration.log_group_name}")
    if configuration.bucket_name:
        destinations.append(f"S3 Bucket: {configuration.bucket_name}")
    if not destinations:
        return Verdict(
            status="FAIL",
            status_extended=f"{SUBJECT} has a configuration without a CloudWatch Log Group "
            "or an S3 Bucket, so nothing is delivered.",
        )
    return Verdict(
        status="PASS", status_extended=f"{SUBJECT} is enabled in {' and '.join(destinations)}."
    )


def not_offered(region: str) -> str:
    """Return the sentence about a Region that has no Bedrock.

    Args:
        region: the Region's name.
    """
    return f"Bedrock is not offered in {region}."


def _unreadable(observation: Unreadable, region: str) -> str:
    if observation.code in DENIED_CODES:
        step = f"allow {GET_ACTION} to the scanning principal and scan again"
    elif observation.code in THROTTLED_CODES:
        step = "scan again, with more retries (--aws-retries-max-attempts)"
    elif observation.code in NOT_ENABLED_CODES:
        step = (
            "the Region may be one that this account has not enabled: enable it or leave it out; "
            "if other Regions say the same, check the credentials"
        )
    elif observation.code in EXPIRED_CODES:
        step = "renew the credentials and scan again"
    elif observation.code == WrongRegionError.__name__:
        step = (
            "configure no endpoint of one Region for others (AWS_ENDPOINT_URL, "
            "AWS_ENDPOINT_URL_BEDROCK), and scan again"
        )
    else:
        step = "check the connection to the Region and scan again"
    return (
        f"{SUBJECT} could not be read in {region}: {observation.code} "
        f"({observation.message.rstrip('.')}); {step}."
    )
