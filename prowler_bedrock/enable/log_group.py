"""The CloudWatch log group of one Region: created when missing, never changed when not ours."""

from __future__ import annotations

from typing import Any

from prowler_bedrock.enable.journal import CreatedResource, Creating
from prowler_bedrock.enable.plan import Plan
from prowler_bedrock.enable.role import MANAGED_TAG, RECORD_TAG
from prowler_bedrock.errors import AwsCallError, aws_call


def ensure_log_group(
    logs: Any,
    plan: Plan,
    region: str,
    record_id: str,
    *,
    begun_before: bool,
    creating: Creating,
) -> str | None:
    """Create the log group with its retention, or leave an existing one as it is.

    The creation itself is the test for existence: AWS refuses it where the group exists, so two
    runs at once can't both believe that they created it.

    Args:
        logs: a boto3 ``logs`` client of the Region.
        plan: the Region's plan.
        region: the Region's name.
        record_id: of the journal record, for the log group's tag.
        begun_before: True where an earlier run may have been stopped between creating the group
            and setting its retention; the retention is set then.
        creating: records a creation around it.

    Returns:
        A sentence worth telling about an existing group, or ``None``.

    Raises:
        AwsCallError: when CloudWatch Logs refuses a call.
    """
    resource = CreatedResource(kind="log-group", name=plan.log_group_name)
    try:
        with creating(resource), aws_call("logs:CreateLogGroup", region):
            logs.create_log_group(
                logGroupName=plan.log_group_name,
                tags={MANAGED_TAG: "created", RECORD_TAG: record_id},
                **({"kmsKeyId": plan.kms_key_id} if plan.kms_key_id else {}),
            )
    except AwsCallError as error:
        if error.code not in ("ResourceAlreadyExistsException", "OperationAbortedException"):
            raise
        return _existing(logs, plan, region, begun_before)
    _set_retention(logs, plan, region)
    return None


def _set_retention(logs: Any, plan: Plan, region: str) -> None:
    with aws_call("logs:PutRetentionPolicy", region):
        logs.put_retention_policy(
            logGroupName=plan.log_group_name, retentionInDays=plan.retention_in_days
        )


def _existing(logs: Any, plan: Plan, region: str, begun_before: bool) -> str | None:
    group: dict[str, Any] = {}
    with aws_call("logs:DescribeLogGroups", region):
        pages = logs.get_paginator("describe_log_groups").paginate(
            logGroupNamePrefix=plan.log_group_name
        )
        for page in pages:
            for candidate in page["logGroups"]:
                if candidate["logGroupName"] == plan.log_group_name:
                    group = candidate
            if group:
                break
    retention = group.get("retentionInDays")
    if retention is None and begun_before:
        _set_retention(logs, plan, region)
        return None
    if retention != plan.retention_in_days:
        kept = f"{retention} days" if retention else "no expiry"
        return f"The existing log group {plan.log_group_name} keeps its retention ({kept})."
    return None
