"""The state of one Region, for people and for machines."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from prowler_bedrock.logging_configuration.data_types import data_types
from prowler_bedrock.logging_configuration.judge import judge, not_offered
from prowler_bedrock.logging_configuration.model import Observation, shape_of

State = Literal["on", "off", "unreadable", "not offered"]


class RegionStatus(BaseModel):
    """The state of one Region.

    Attributes:
        account: the 12-digit account id.
        region: the Region's name.
        state: ``on`` where something is delivered, ``off``, ``unreadable``, or ``not offered``
            where the Region has no Bedrock.
        status: the check's verdict, ``None`` where it reports nothing.
        log_group_name: the CloudWatch log group.
        bucket_name: the S3 bucket, with its key prefix.
        large_data_bucket_name: the bucket for large data, with its key prefix.
        data_types: those that are delivered.
        message: the check's sentence.
    """

    account: str
    region: str
    state: State
    status: Literal["PASS", "FAIL", "MANUAL"] | None
    log_group_name: str | None = None
    bucket_name: str | None = None
    large_data_bucket_name: str | None = None
    data_types: list[str] = []
    message: str


def region_status(account: str, region: str, observation: Observation) -> RegionStatus:
    """Return the state of a Region.

    Args:
        account: the 12-digit account id.
        region: the Region's name.
        observation: what reading it gave.
    """
    verdict = judge(observation, region)
    if verdict is None:
        message = not_offered(region)
        return RegionStatus(
            account=account, region=region, state="not offered", status=None, message=message
        )
    states: dict[str, State] = {"PASS": "on", "FAIL": "off", "MANUAL": "unreadable"}
    config = shape_of(observation) or {}
    cloud_watch = config.get("cloudWatchConfig") or {}
    return RegionStatus(
        account=account,
        region=region,
        state=states[verdict.status],
        status=verdict.status,
        log_group_name=cloud_watch.get("logGroupName"),
        bucket_name=s3_place(config.get("s3Config")),
        large_data_bucket_name=s3_place(cloud_watch.get("largeDataDeliveryS3Config")),
        data_types=[name for name, on in data_types(config).items() if on],
        message=verdict.status_extended,
    )


def s3_place(destination: dict[str, Any] | None) -> str | None:
    """Return an S3 destination as ``bucket/prefix``.

    Args:
        destination: ``s3Config`` or ``largeDataDeliveryS3Config``.
    """
    if not destination:
        return None
    prefix = destination.get("keyPrefix")
    return f"{destination['bucketName']}/{prefix}" if prefix else str(destination["bucketName"])
