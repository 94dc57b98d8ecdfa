"""The CloudWatch log group of one Region: created when missing, never changed when not ours."""

from __future__ import annotations

from typing import Any

from prowler_bedrock.enable.plan import CloudWatchPlan
from prowler_bedrock.enable.tags import MANAGED_TAG, RECORD_TAG, tags_of_record
from prowler_bedrock.errors import AwsCallError, PluginError, aws_call
from prowler_bedrock.journal.change import Change, Resource
from prowler_bedrock.journal.journal import Creating
from prowler_bedrock.journal.record import Record, begun_last

_CREATE = "logs:CreateLogGroup"
_EXISTS = "ResourceAlreadyExistsException"
# Another request for the same log group is at work.
_BUSY = "OperationAbortedException"


class LogGroup:
    """One log group in one Region.

    Args:
        logs: a boto3 ``logs`` client of the Region.
        plan: the log group and what it shall get where it is created.
        region: the Region's name.
    """

    def __init__(self, logs: Any, plan: CloudWatchPlan, region: str) -> None:
        self._logs, self._plan, self._region = logs, plan, region
        self.resource = Resource(kind="log-group", name=plan.log_group_name)

    def survey(self) -> list[Change]:
        """Return the log group's creation where it is missing; reads only.

        Raises:
            AwsCallError: when CloudWatch Logs refuses the call.
        """
        group = find_log_group(self._logs, self._plan.log_group_name, self._region)
        return [] if group else self.creation()

    def creation(self) -> list[Change]:
        """Return the log group's creation, without looking whether it is missing.

        `apply` finds out by itself, so that enabling needs no call for it.
        """
        later = {"retentionInDays": self._plan.retention_in_days}
        key = {"kmsKeyId": self._plan.kms_key_id} if self._plan.kms_key_id else {}
        tags = {"tags": {MANAGED_TAG: "created"}}
        return [Change(resource=self.resource, earlier=None, later={**later, **key, **tags})]

    def apply(
        self, record_id: str, earlier_records: list[Record], creating: Creating
    ) -> str | None:
        """Create the log group with its retention, or leave an existing one as it is.

        The creation itself is the test for existence: AWS refuses it where the group exists, so
        two runs at once can't both believe that they created it.

        Args:
            record_id: of the journal record, for the log group's tag.
            earlier_records: the Region's journal records; one of them may have been stopped
                between creating the group and setting its retention.
            creating: records a creation around it.

        Returns:
            A sentence worth telling about an existing group, or ``None``.

        Raises:
            PluginError: when CloudWatch Logs refuses a call.
        """
        key = {"kmsKeyId": self._plan.kms_key_id} if self._plan.kms_key_id else {}
        try:
            with creating(self.resource) as creation:
                with aws_call(_CREATE, self._region):
                    self._logs.create_log_group(
                        logGroupName=self._plan.log_group_name,
                        tags=tags_of_record(record_id),
                        **key,
                    )
                creation.stands = True
                self._set_retention()
        except AwsCallError as error:
            if error.action != _CREATE or error.code not in (_EXISTS, _BUSY):
                raise
            group = find_log_group(self._logs, self._plan.log_group_name, self._region)
            if group is None:
                if error.code == _BUSY:
                    raise PluginError(
                        f"{error} Someone else is creating or deleting log group "
                        f"{self._plan.log_group_name} at this moment. Run again."
                    ) from error
                return None  # Made a moment ago and not listed yet: nothing is known of it.
            begun = {one.record_id for one in begun_last(earlier_records, self.resource)}
            if not error.sent_once:
                # The answer to our own creation may have been lost, and botocore sent it again.
                begun.add(record_id)
            return self._existing(group, begun, creating)
        return None

    def _set_retention(self) -> None:
        with aws_call("logs:PutRetentionPolicy", self._region):
            self._logs.put_retention_policy(
                logGroupName=self._plan.log_group_name,
                retentionInDays=self._plan.retention_in_days,
            )

    def _existing(self, group: dict[str, Any], begun: set[str], creating: Creating) -> str | None:
        retention = group.get("retentionInDays")
        # Stopped half-way: only its tag tells our group from one that shall never expire.
        if (
            retention is None
            and begun
            and read_tags(self._logs, group, self._region).get(RECORD_TAG) in begun
        ):
            with creating(self.resource) as creation:
                creation.stands = True
                self._set_retention()
            retention = self._plan.retention_in_days
        kept = []
        if retention != self._plan.retention_in_days:
            kept.append(f"retention ({retention_in_words(retention)})")
        key = group.get("kmsKeyId")
        if self._plan.kms_key_id not in (None, key):
            kept.append(f"encryption ({key or 'no KMS key'})")
        if not kept:
            return None
        name = self._plan.log_group_name
        return f"The existing log group {name} keeps its {' and its '.join(kept)}."


def retention_in_words(days: int | None) -> str:
    """Return a log group's retention in words.

    Args:
        days: its ``retentionInDays``; ``None`` means that its events never expire.
    """
    return f"{days} days" if days else "no expiry"


def find_log_group(logs: Any, name: str, region: str) -> dict[str, Any] | None:
    """Return a log group as CloudWatch Logs describes it, or ``None`` where there is none.

    Args:
        logs: a boto3 ``logs`` client.
        name: the log group's name.
        region: the Region's name, for the error.

    Raises:
        AwsCallError: when CloudWatch Logs refuses the call.
    """
    with aws_call("logs:DescribeLogGroups", region):
        pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
        for page in pages:
            for group in page["logGroups"]:
                if group["logGroupName"] == name:
                    return dict(group)
    return None


def is_of_class_delivery(group: dict[str, Any]) -> bool:
    """Say whether a log group is of the class for logs of Lambda, which keeps events for one day.

    ``PutRetentionPolicy`` refuses it: https://github.com/hashicorp/terraform-provider-aws/issues/42657.

    Args:
        group: the log group, as CloudWatch Logs describes it.
    """
    return bool(group.get("logGroupClass") == "DELIVERY")


def read_tags(logs: Any, group: dict[str, Any], region: str) -> dict[str, str]:
    """Return a log group's tags.

    Args:
        logs: a boto3 ``logs`` client.
        group: the log group, as `find_log_group` returns it.
        region: the Region's name, for the error.

    Raises:
        AwsCallError: when CloudWatch Logs refuses the call.
    """
    with aws_call("logs:ListTagsForResource", region):
        # The API takes the ARN without the part that stands for the log's streams.
        arn = group["arn"].removesuffix(":*")
        return dict(logs.list_tags_for_resource(resourceArn=arn)["tags"])
