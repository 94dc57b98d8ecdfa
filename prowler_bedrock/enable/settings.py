"""The settings of the fixer, as a user writes them under the CheckID in ``--fixer-config``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_pascal

from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.errors import SettingsError, sentences

DataType = Literal["text", "image", "embedding", "video", "audio"]

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
RETENTION_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
)  # fmt: skip
_PARTITION = r"arn:aws(?:-[a-z]+)*"
_ROLE_ARN = re.compile(_PARTITION + r":iam::\d{12}:role/[\w+=,.@/-]+")
_KEY_ARN = re.compile(_PARTITION + r":kms:[a-z0-9-]+:\d{12}:key/[\w-]+")
_LOG_GROUP = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")
_ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)


def _retention(days: int) -> int:
    if days not in RETENTION_DAYS:
        offered = ", ".join(map(str, RETENTION_DAYS))
        raise ValueError(f"CloudWatch Logs offers only these retentions, in days: {offered}")
    return days


def _matching(pattern: re.Pattern[str], expected: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(f"expected {expected}")
        return value

    return AfterValidator(check)


class EnableSettings(BaseModel):
    """What to create and to configure in each Region; every setting has a working default.

    Attributes:
        log_group_name: ``LogGroupName``, the CloudWatch log group; created when it is missing.
        retention_in_days: ``RetentionInDays`` of a log group that is created; an existing one
            keeps its own.
        kms_key_id: ``KmsKeyId``, ARN of a KMS key in the Region for a log group that is created.
        role_name: ``RoleName``, the role that Bedrock assumes; created once per account when it
            is missing.
        role_arn: ``RoleArn`` of an existing role, used as it is instead of `role_name`.
        data_types: ``DataTypes`` to deliver; ``None`` means all that the installed botocore knows.
        journal_directory: ``JournalDirectory`` for the records, instead of the user-state one.
    """

    model_config = ConfigDict(
        alias_generator=to_pascal, extra="forbid", frozen=True, strict=True, populate_by_name=False
    )

    log_group_name: Annotated[
        str, _matching(_LOG_GROUP, "1 to 512 letters, digits or any of . - _ / #")
    ] = "/aws/bedrock/modelinvocations"
    retention_in_days: Annotated[int, AfterValidator(_retention)] = 365
    kms_key_id: (
        Annotated[str, _matching(_KEY_ARN, "an ARN such as arn:aws:kms:REGION:ACCOUNT:key/ID")]
        | None
    ) = None
    role_name: Annotated[
        str, _matching(_ROLE_NAME, "1 to 64 letters, digits or any of _ + = , . @ -")
    ] = "BedrockModelInvocationLogging"
    role_arn: (
        Annotated[str, _matching(_ROLE_ARN, "an ARN such as arn:aws:iam::ACCOUNT:role/NAME")] | None
    ) = None
    data_types: Annotated[list[DataType], Field(min_length=1)] | None = None
    journal_directory: str | None = None

    @model_validator(mode="after")
    def _one_role(self) -> EnableSettings:
        if self.role_arn and "role_name" in self.model_fields_set:
            raise ValueError("set either RoleName or RoleArn, not both")
        return self

    @property
    def journal_path(self) -> Path | None:
        """The journal's directory where the user named one."""
        return Path(self.journal_directory).expanduser() if self.journal_directory else None


def parse_settings(raw: object) -> EnableSettings:
    """Return the settings that a user wrote.

    Args:
        raw: the mapping under the CheckID; ``None`` or an empty one means all defaults.

    Raises:
        SettingsError: with one sentence per problem.
    """
    raw = {} if raw is None else raw
    if not isinstance(raw, dict):
        raise SettingsError(
            [f"{CHECK_ID}: expected a mapping of settings, got {type(raw).__name__}."]
        )
    try:
        # Keys are the user's: a number as a key must be refused, not crash pydantic.
        return EnableSettings.model_validate({str(key): value for key, value in raw.items()})
    except ValidationError as error:
        raise SettingsError(sentences(error, _names(), CHECK_ID)) from error


def _names() -> list[str]:
    return [str(field.alias) for field in EnableSettings.model_fields.values()]
