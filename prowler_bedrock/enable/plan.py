"""Settle, without any change, what one Region shall get."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from prowler_bedrock.enable.settings import EnableSettings
from prowler_bedrock.errors import SettingsError

PUT_OPERATION = "PutModelInvocationLoggingConfiguration"
LOG_STREAM = "aws/bedrock/modelinvocations"
_FLAG_SUFFIX = "DataDeliveryEnabled"


class Plan(BaseModel):
    """What one Region shall get.

    Attributes:
        log_group_name: the CloudWatch log group to deliver to.
        retention_in_days: its retention where it is created.
        kms_key_id: its KMS key where it is created.
        role_name: the role to find or create, or ``None`` where `role_arn` was given.
        role_arn: the role as given by the settings.
        flags: the API's delivery flags, such as ``textDataDeliveryEnabled``.
    """

    log_group_name: str
    retention_in_days: int
    kms_key_id: str | None
    role_name: str | None
    role_arn: str | None
    flags: dict[str, bool]

    def logging_config(self, role_arn: str, earlier: dict[str, Any] | None) -> dict[str, Any]:
        """Return the ``loggingConfig`` to put; what an earlier one held besides is kept.

        Args:
            role_arn: the role that Bedrock assumes to write to the log group.
            earlier: the configuration that was read before, in the API's shape.
        """
        config = dict(earlier or {})
        destination = {"logGroupName": self.log_group_name, "roleArn": role_arn}
        return config | {"cloudWatchConfig": destination} | self.flags


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
    problems = []
    if settings.role_arn:
        _, arn_partition, _, _, arn_account, _ = settings.role_arn.split(":", 5)
        if (arn_partition, arn_account) != (partition, account):
            problems.append(
                f"RoleArn: expected a role of account {account} in partition {partition} "
                f"(got {settings.role_arn!r})."
            )
    if settings.kms_key_id:
        _, arn_partition, _, arn_region, _, _ = settings.kms_key_id.split(":", 5)
        if (arn_partition, arn_region) != (partition, region):
            problems.append(
                f"KmsKeyId: expected a key in {region}, where the log group is "
                f"(got {settings.kms_key_id!r})."
            )
    known = delivery_flags(bedrock)
    wanted: list[str] = list(settings.data_types or []) or [
        flag.removesuffix(_FLAG_SUFFIX) for flag in known
    ]
    for data_type in wanted:
        if f"{data_type}{_FLAG_SUFFIX}" not in known:
            problems.append(
                f"DataTypes: the installed botocore does not know {data_type!r}; upgrade it or "
                "leave that type out."
            )
    if problems:
        raise SettingsError(problems)
    return Plan(
        log_group_name=settings.log_group_name,
        retention_in_days=settings.retention_in_days,
        kms_key_id=settings.kms_key_id,
        role_name=None if settings.role_arn else settings.role_name,
        role_arn=settings.role_arn,
        flags={flag: flag.removesuffix(_FLAG_SUFFIX) in wanted for flag in known},
    )


def delivery_flags(bedrock: Any) -> list[str]:
    """Return the delivery flags of ``loggingConfig`` that the installed botocore can send.

    Args:
        bedrock: a boto3 ``bedrock`` client; only its service model is read.
    """
    operation = bedrock.meta.service_model.operation_model(PUT_OPERATION)
    members = operation.input_shape.members["loggingConfig"].members
    return [name for name in members if name.endswith(_FLAG_SUFFIX)]
