"""The settings of the fixers, as a user writes them under the CheckID in ``--fixer-config``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_pascal

from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.enable.names import (
    BucketName,
    KeyArn,
    KeyPrefix,
    LogGroupName,
    RetentionInDays,
    RoleArn,
    RoleName,
)
from prowler_bedrock.errors import SettingsError, sentences
from prowler_bedrock.journal.places import check_place

DataType = Literal["text", "image", "embedding", "video", "audio"]
LowerSeverity = Literal["informational", "low", "medium"]
Destination = Literal["cloudwatch", "s3", "both"]
Settings = TypeVar("Settings", bound="CheckSettings")

_USELESS: dict[Destination, tuple[str, ...]] = {
    "cloudwatch": ("bucket_name", "key_prefix"),
    "s3": (
        "log_group_name", "retention_in_days", "kms_key_id", "role_name", "role_arn",
        "large_data_bucket_name", "large_data_key_prefix",
    ),
    "both": (),
}  # fmt: skip


class CheckSettings(BaseModel):
    """The settings of every check.

    Attributes:
        usage_window_in_days: ``UsageWindowInDays``, 1 to 455: a Region without an invocation in
            it is not in use.
        severity_in_unused_regions: ``SeverityInUnusedRegions`` of findings that fail in Regions
            that are not in use, where it is lower than the check's own.
    """

    model_config = ConfigDict(
        alias_generator=to_pascal, extra="forbid", frozen=True, strict=True, populate_by_name=False
    )

    usage_window_in_days: Annotated[int, Field(ge=1, le=455)] = 30
    severity_in_unused_regions: LowerSeverity | None = None


class ChangeSettings(CheckSettings):
    """The settings of every check that has a fixer.

    Attributes:
        only_regions_in_use: ``OnlyRegionsInUse``: the fixer leaves Regions that are not in use
            alone.
        dry_run: ``DryRun``: print the changes and make none.
        journal_directory: ``JournalDirectory`` for the records, instead of the user-state one; a
            directory or ``s3://<bucket>/<prefix>``.
    """

    only_regions_in_use: bool = False
    dry_run: bool = False
    journal_directory: Annotated[str, AfterValidator(check_place)] | None = None


class EnableSettings(ChangeSettings):
    """What to create and to configure in each Region; every setting has a working default.

    Names and ARNs may hold ``{account}`` and ``{region}``.

    Attributes:
        destination: ``Destination``: ``cloudwatch``, ``s3`` or ``both``.
        log_group_name: ``LogGroupName``, the CloudWatch log group; created when it is missing.
        retention_in_days: ``RetentionInDays`` of a log group that is created; an existing one
            keeps its own.
        kms_key_id: ``KmsKeyId``, ARN of a KMS key in the Region for a log group that is created.
        role_name: ``RoleName``, the role that Bedrock assumes; created once per account when it
            is missing.
        role_arn: ``RoleArn`` of an existing role, used as it is instead of `role_name`.
        bucket_name: ``BucketName``, the S3 bucket in the Region; created when it is missing.
        key_prefix: ``KeyPrefix`` of the objects in it, without slashes at its ends.
        large_data_bucket_name: ``LargeDataBucketName``, the bucket for what does not fit into a
            log event (over 100 KB, binary); created when it is missing.
        large_data_key_prefix: ``LargeDataKeyPrefix`` of the objects in that one.
        bucket_kms_key_id: ``BucketKmsKeyId``, ARN of a KMS key in the Region for buckets that are
            created, instead of S3's own key.
        data_types: ``DataTypes`` to deliver; ``None`` means all that the installed botocore knows.
    """

    destination: Destination = "cloudwatch"
    log_group_name: LogGroupName = "/aws/bedrock/modelinvocations"
    retention_in_days: RetentionInDays = 365
    kms_key_id: KeyArn | None = None
    role_name: RoleName = "BedrockModelInvocationLogging"
    role_arn: RoleArn | None = None
    bucket_name: BucketName | None = None
    key_prefix: KeyPrefix | None = None
    large_data_bucket_name: BucketName | None = None
    large_data_key_prefix: KeyPrefix | None = None
    bucket_kms_key_id: KeyArn | None = None
    data_types: Annotated[list[DataType], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> EnableSettings:
        problems = []
        if self.role_arn and self._set("role_name"):
            problems.append("set either RoleName or RoleArn, not both")
        if self.destination != "cloudwatch" and not self.bucket_name:
            problems.append(f"Destination {self.destination} needs BucketName")
        for name in filter(self._set, _USELESS[self.destination]):
            problems.append(
                f"{to_pascal(name)} has no use with Destination {self.destination}; leave it out "
                "or set another Destination"
            )
        if self.large_data_key_prefix and not self.large_data_bucket_name:
            problems.append("LargeDataKeyPrefix needs LargeDataBucketName")
        if self.bucket_kms_key_id and not (self.bucket_name or self.large_data_bucket_name):
            problems.append("BucketKmsKeyId needs BucketName or LargeDataBucketName")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _set(self, name: str) -> bool:
        return name in self.model_fields_set and getattr(self, name) is not None


def parse_settings(raw: object) -> EnableSettings:
    """Return the settings of enabling that a user wrote.

    Args:
        raw: the mapping under the CheckID; ``None`` or an empty one means all defaults.

    Raises:
        SettingsError: with one sentence per problem.
    """
    return parse(EnableSettings, raw, CHECK_ID)


def parse(model: type[Settings], raw: object, owner: str) -> Settings:
    """Return the settings that a user wrote.

    Args:
        model: what settings there are.
        raw: the mapping under the CheckID; ``None`` or an empty one means all defaults.
        owner: the CheckID.

    Raises:
        SettingsError: with one sentence per problem.
    """
    raw = {} if raw is None else raw
    if not isinstance(raw, dict):
        raise SettingsError([f"{owner}: expected a mapping of settings, got {type(raw).__name__}."])
    try:
        # Keys are the user's: a number as a key must be refused, not crash pydantic.
        return model.model_validate({str(key): value for key, value in raw.items()})
    except ValidationError as error:
        raise SettingsError(sentences(error, list(setting_names(model)), owner)) from error


def setting_names(model: type[CheckSettings] = EnableSettings) -> Iterable[str]:
    """Return the names of the settings as a user writes them.

    Args:
        model: what settings there are.
    """
    return (str(field.alias) for field in model.model_fields.values())
