"""Settle, without any call, what one Region shall get."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from prowler_bedrock.enable.names import (
    BUCKET,
    KEY_ARN,
    KEY_PREFIX,
    LOG_GROUP,
    ROLE_ARN,
    ROLE_NAME,
    Named,
    fill,
)
from prowler_bedrock.enable.settings import EnableSettings
from prowler_bedrock.errors import SettingsError
from prowler_bedrock.logging_configuration.compare import is_empty
from prowler_bedrock.logging_configuration.data_types import FLAG_SUFFIX, delivery_flags
from prowler_bedrock.logging_configuration.model import (
    CloudWatchDestination,
    LoggingConfiguration,
    S3Destination,
)

LOG_STREAM = "aws/bedrock/modelinvocations"
DESTINATIONS = ("cloudWatchConfig", "s3Config")
_FIELDS: dict[str, Named] = {
    "log_group_name": LOG_GROUP,
    "kms_key_id": KEY_ARN,
    "role_name": ROLE_NAME,
    "role_arn": ROLE_ARN,
    "bucket_name": BUCKET,
    "key_prefix": KEY_PREFIX,
    "large_data_bucket_name": BUCKET,
    "large_data_key_prefix": KEY_PREFIX,
    "bucket_kms_key_id": KEY_ARN,
}


class CloudWatchPlan(BaseModel):
    """A log group and the role that writes to it.

    Attributes:
        log_group_name: the CloudWatch log group to deliver to.
        retention_in_days: its retention where it is created.
        kms_key_id: its KMS key where it is created.
        role_name: the role to find or create, or ``None`` where `role_arn` was given.
        role_arn: the role as given by the settings.
    """

    log_group_name: str
    retention_in_days: int
    kms_key_id: str | None
    role_name: str | None
    role_arn: str | None


class BucketPlan(BaseModel):
    """A bucket that Bedrock delivers to.

    Attributes:
        name: the bucket.
        key_prefixes: the prefixes under which it delivers; an empty one means none.
        kms_key_id: its KMS key where it is created; ``None`` means S3's own.
    """

    name: str
    key_prefixes: list[str]
    kms_key_id: str | None


class Plan(BaseModel):
    """What one Region shall get.

    Attributes:
        cloud_watch: the CloudWatch destination.
        s3: ``s3Config`` in the API's shape.
        large_data: ``largeDataDeliveryS3Config`` in the API's shape.
        buckets: the buckets of both.
        flags: the API's delivery flags, such as ``textDataDeliveryEnabled``.
        flags_chosen: True where the settings name the data types.
    """

    cloud_watch: CloudWatchPlan | None
    s3: dict[str, str] | None
    large_data: dict[str, str] | None
    buckets: list[BucketPlan]
    flags: dict[str, bool]
    flags_chosen: bool

    def logging_config(
        self, role_arn: str | None, earlier: dict[str, Any] | None
    ) -> dict[str, Any]:
        """Return the ``loggingConfig`` to put; what an earlier one held besides is kept.

        Args:
            role_arn: the role that Bedrock assumes to write to the log group.
            earlier: the configuration that was read before, in the API's shape.
        """
        earlier = earlier or {}
        config = {k: v for k, v in earlier.items() if k not in DESTINATIONS}
        had_destination = any(not is_empty(earlier.get(name)) for name in DESTINATIONS)
        if self.cloud_watch:
            destination = {"logGroupName": self.cloud_watch.log_group_name, "roleArn": role_arn}
            large = {"largeDataDeliveryS3Config": self.large_data} if self.large_data else {}
            config["cloudWatchConfig"] = destination | large
        if self.s3:
            config["s3Config"] = self.s3
        # A redirected Region keeps the data types that it delivered before.
        keeps = had_destination and any(name.endswith(FLAG_SUFFIX) for name in config)
        return config if keeps and not self.flags_chosen else config | self.flags

    def keeping(self, found: LoggingConfiguration) -> Plan:
        """Return this plan with what it leaves open as destinations that stand already have it.

        A log group keeps its role, a bucket the prefix where none is planned.

        Args:
            found: the configuration with those destinations.
        """
        theirs = found.cloud_watch
        s3 = _with_prefix(self.s3, found.s3)
        large = _with_prefix(self.large_data, theirs.large_data_delivery if theirs else None)
        key = next((bucket.kms_key_id for bucket in self.buckets), None)
        kept = {
            "cloud_watch": _with_role(self.cloud_watch, theirs),
            "s3": s3,
            "large_data": large,
            "buckets": _buckets(s3, large, key),
        }
        return self.model_copy(update=kept)

    @property
    def destinations(self) -> str:
        """The destinations, in words."""
        named = []
        if self.cloud_watch:
            named.append(f"CloudWatch log group {self.cloud_watch.log_group_name}")
        if self.s3:
            place = "/".join(filter(None, (self.s3["bucketName"], self.s3.get("keyPrefix"))))
            named.append(f"S3 bucket {place}")
        return " and ".join(named)


def settle_plan(
    settings: EnableSettings, *, account: str, partition: str, region: str, bedrock: Any
) -> Plan:
    """Return the plan for a Region.

    Args:
        settings: the user's settings.
        account: the 12-digit account id.
        partition: the AWS partition, such as ``aws-us-gov``.
        region: the Region's name.
        bedrock: a boto3 ``bedrock`` client; only its service model is read.

    Raises:
        SettingsError: when a setting does not fit this account, partition or Region.
    """
    names, problems = _filled(settings, account, region)
    role_arn = names["role_arn"]
    if role_arn:
        _, arn_partition, _, _, arn_account, _ = role_arn.split(":")
        if (arn_partition, arn_account) != (partition, account):
            problems.append(
                f"RoleArn: expected a role of account {account} in partition {partition} "
                f"(got {role_arn!r})."
            )
    for name, what in (("kms_key_id", "log group"), ("bucket_kms_key_id", "bucket")):
        if names[name]:
            _, arn_partition, _, arn_region, _, _ = str(names[name]).split(":")
            if (arn_partition, arn_region) != (partition, region):
                problems.append(
                    f"{_alias(name)}: expected a key in {region}, where the {what} is "
                    f"(got {names[name]!r})."
                )
    known = delivery_flags(bedrock)
    wanted: list[str] = list(settings.data_types or []) or [
        flag.removesuffix(FLAG_SUFFIX) for flag in known
    ]
    for data_type in wanted:
        if f"{data_type}{FLAG_SUFFIX}" not in known:
            problems.append(
                f"DataTypes: the installed botocore does not know {data_type!r}; upgrade it or "
                "leave that type out."
            )
    if problems:
        raise SettingsError(problems)
    cloud_watch = s3 = large = None
    if settings.destination in ("cloudwatch", "both"):
        cloud_watch = CloudWatchPlan(
            log_group_name=str(names["log_group_name"]),
            retention_in_days=settings.retention_in_days,
            kms_key_id=names["kms_key_id"],
            role_name=None if role_arn else names["role_name"],
            role_arn=role_arn,
        )
        large = _s3_shape(names["large_data_bucket_name"], names["large_data_key_prefix"])
    if settings.destination in ("s3", "both"):
        s3 = _s3_shape(names["bucket_name"], names["key_prefix"])
    return Plan(
        cloud_watch=cloud_watch,
        s3=s3,
        large_data=large,
        buckets=_buckets(s3, large, names["bucket_kms_key_id"]),
        flags={flag: flag.removesuffix(FLAG_SUFFIX) in wanted for flag in known},
        flags_chosen=settings.data_types is not None,
    )


def plan_to_stay(
    config: LoggingConfiguration, cloud_watch: CloudWatchPlan | None, keys: Mapping[str, str | None]
) -> Plan:
    """Return the plan of which a configuration comes out as it is.

    Its names are those that AWS has accepted, whatever a setting may hold.

    Args:
        config: the configuration.
        cloud_watch: its log group, with what this gets where it is missing.
        keys: bucket to the ARN of the KMS key that it gets where it is missing, if any.
    """
    large = config.cloud_watch.large_data_delivery if cloud_watch and config.cloud_watch else None
    s3, large_data = (
        _s3_shape(one.bucket_name, one.key_prefix) if one and one.bucket_name else None
        for one in (config.s3, large)
    )
    return Plan(
        cloud_watch=cloud_watch,
        s3=s3,
        large_data=large_data,
        buckets=[
            bucket.model_copy(update={"kms_key_id": keys.get(bucket.name)})
            for bucket in _buckets(s3, large_data, None)
        ],
        flags={},
        flags_chosen=False,
    )


def _filled(
    settings: EnableSettings, account: str, region: str
) -> tuple[dict[str, str | None], list[str]]:
    names: dict[str, str | None] = {}
    problems = []
    for field, named in _FIELDS.items():
        written = getattr(settings, field)
        names[field] = value = fill(written, account, region) if written else None
        if value and not named.pattern.fullmatch(value):
            problems.append(f"{_alias(field)}: expected {named.expected} (got {value!r}).")
    return names, problems


def _alias(field: str) -> str:
    return str(EnableSettings.model_fields[field].alias)


def _s3_shape(bucket: str | None, prefix: str | None) -> dict[str, str] | None:
    if bucket is None:
        return None
    return {"bucketName": bucket} | ({"keyPrefix": prefix} if prefix else {})


def _with_role(
    planned: CloudWatchPlan | None, found: CloudWatchDestination | None
) -> CloudWatchPlan | None:
    if not planned or not found or planned.log_group_name != found.log_group_name:
        return planned
    # A role of the planned name is found by it, and completed where it is the plugin's own.
    if not found.role_arn or found.role_arn.split("/")[-1] == planned.role_name:
        return planned
    return planned.model_copy(update={"role_name": None, "role_arn": found.role_arn})


def _with_prefix(
    planned: dict[str, str] | None, found: S3Destination | None
) -> dict[str, str] | None:
    if not found or planned != {"bucketName": found.bucket_name}:
        return planned
    return _s3_shape(found.bucket_name, found.key_prefix)


def _buckets(
    s3: dict[str, str] | None, large: dict[str, str] | None, kms_key_id: str | None
) -> list[BucketPlan]:
    prefixes: dict[str, list[str]] = {}
    for shape in filter(None, (s3, large)):
        prefixes.setdefault(shape["bucketName"], []).append(shape.get("keyPrefix", ""))
    return [
        BucketPlan(name=name, key_prefixes=sorted(set(found)), kms_key_id=kms_key_id)
        for name, found in prefixes.items()
    ]
