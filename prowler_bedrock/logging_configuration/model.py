"""The API's ``loggingConfig`` and what reading it can give.

Source: Amazon Bedrock API Reference, LoggingConfig
(https://docs.aws.amazon.com/bedrock/latest/APIReference/API_LoggingConfig.html).
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Shape(BaseModel):
    # A newer API may return members that this version does not know: they are kept.
    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True, strict=True)


class S3Destination(_Shape):
    """``s3Config`` or ``largeDataDeliveryS3Config``."""

    bucket_name: str = Field(alias="bucketName")
    key_prefix: str | None = Field(default=None, alias="keyPrefix")


def log_folder(key_prefix: str | None, account: str) -> str:
    """Return the folder of a bucket below which Bedrock writes, without a slash at its end.

    Source: "Set up an Amazon S3 destination" in
    https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html.

    Args:
        key_prefix: the destination's ``keyPrefix``.
        account: the 12-digit account id.
    """
    prefix = (key_prefix or "").strip("/")
    start = f"{prefix}/" if prefix else ""
    return f"{start}AWSLogs/{account}/BedrockModelInvocationLogs"


class CloudWatchDestination(_Shape):
    """``cloudWatchConfig``."""

    log_group_name: str = Field(alias="logGroupName")
    role_arn: str | None = Field(default=None, alias="roleArn")
    large_data_delivery: S3Destination | None = Field(
        default=None, alias="largeDataDeliveryS3Config"
    )


class LoggingConfiguration(_Shape):
    """``loggingConfig`` as `GetModelInvocationLoggingConfiguration` returns it."""

    cloud_watch: CloudWatchDestination | None = Field(default=None, alias="cloudWatchConfig")
    s3: S3Destination | None = Field(default=None, alias="s3Config")

    @property
    def log_group_name(self) -> str | None:
        """The CloudWatch log group, or ``None`` when that destination is not configured."""
        return (self.cloud_watch.log_group_name or None) if self.cloud_watch else None

    @property
    def bucket_name(self) -> str | None:
        """The S3 bucket, or ``None`` when that destination is not configured."""
        return (self.s3.bucket_name or None) if self.s3 else None

    @property
    def large_data(self) -> S3Destination | None:
        """The bucket beside the log group, or ``None`` when large data goes nowhere."""
        large = self.cloud_watch.large_data_delivery if self.cloud_watch else None
        return large if large and large.bucket_name and self.log_group_name else None

    @property
    def buckets(self) -> list[S3Destination]:
        """Every bucket to which something is delivered, that for large data first."""
        found = [self.large_data, self.s3 if self.bucket_name else None]
        return [bucket for bucket in found if bucket]

    def api_shape(self) -> dict[str, Any]:
        """Return the configuration as the API wrote it."""
        return self.model_dump(by_alias=True, exclude_unset=True)


class Configured(BaseModel):
    """The Region answered with a configuration."""

    configuration: LoggingConfiguration


class SwitchedOff(BaseModel):
    """The Region answered without a configuration: logging is off."""


class NotOffered(BaseModel):
    """Bedrock, or this operation, does not exist in the Region."""


class Unreadable(BaseModel):
    """The Region gave no usable answer.

    Attributes:
        code: AWS's error code or botocore's exception name.
        message: the message that came with it, on one line.
    """

    code: str
    message: str


Observation = Configured | SwitchedOff | NotOffered | Unreadable


def shape_of(observation: Observation) -> dict[str, Any] | None:
    """Return ``loggingConfig`` as the API wrote it, or ``None`` where none was observed.

    Args:
        observation: what reading a Region gave.
    """
    return observation.configuration.api_shape() if isinstance(observation, Configured) else None
