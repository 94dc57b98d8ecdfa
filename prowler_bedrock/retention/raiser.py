"""Raise the retention of a Region's log group; never lower it."""

from __future__ import annotations

from typing import Any

from prowler_bedrock.account.access import Access
from prowler_bedrock.enable.log_group import find_log_group, is_of_class_delivery
from prowler_bedrock.enable.names import RETENTION_DAYS
from prowler_bedrock.enable.outcome import Outcome, failing_as_outcome
from prowler_bedrock.errors import PluginError, aws_call, nothing_changed_on_error
from prowler_bedrock.journal.change import Change, Resource
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.record import Record
from prowler_bedrock.logging_configuration.model import Configured, shape_of
from prowler_bedrock.logging_configuration.write import read_before_change
from prowler_bedrock.retention.judge import judge_retention, kept_days
from prowler_bedrock.retention.settings import RetentionSettings

PUT_ACTION = "logs:PutRetentionPolicy"


class RetentionRaiser:
    """Raises the retention of the log groups of one account's Regions.

    Args:
        access: the account.
        settings: how long logs must be kept.
        journal: where records are kept.
    """

    def __init__(self, access: Access, settings: RetentionSettings, journal: Journal) -> None:
        self._access, self._settings, self._journal = access, settings, journal

    @failing_as_outcome
    def raise_retention(self, region: str) -> Outcome:
        """Raise the retention of a Region's log group where it is too short, and verify it.

        A bucket's lifecycle is never changed: the outcome names the rule to correct.

        Args:
            region: the Region's name.

        Returns:
            The outcome; whatever went wrong is in it, nothing is raised for it.
        """
        with nothing_changed_on_error():
            bedrock = self._access.client("bedrock", region)
            observation = read_before_change(bedrock, region)
            if not isinstance(observation, Configured):
                raise PluginError(f"Model invocation logging is off in {region}: turn it on first.")
            name = observation.configuration.log_group_name
            change = self._change(region, name) if name else None
        if change is None:
            verdict = judge_retention(self._access, region, observation, self._settings)
            told = verdict.status_extended if verdict else "Nothing is delivered."
            passes = verdict is not None and verdict.status == "PASS"
            return Outcome(
                result="unchanged" if passes else "failed",
                message=f"{told} Nothing was changed.",
                for_a_person=verdict is not None and verdict.status == "FAIL",
            )
        shape = shape_of(observation)
        record = Record(
            account=self._access.account,
            region=region,
            operation="retention",
            earlier_configuration=shape,
            later_configuration=shape,
            changes=[change],
        )
        days = change.later["retentionInDays"]
        if self._settings.dry_run:
            text = f"Dry run: log group {name} in {region} would keep logs for {days} days."
            return Outcome(
                result="planned", message=f"{text} Nothing was changed.", changes=record.changes
            )
        with self._journal.making(record):
            put_retention(self._access, self._journal, record, change)
            verdict = judge_retention(self._access, region, observation, self._settings)
        message = (
            f"Log group {name} in {region} keeps logs for {days} days; read back and verified. "
            f"Record: {self._journal.location(record)}"
        )
        message += self._journal.end(record, "succeeded", message)
        if verdict is None or verdict.status != "PASS":
            # The log group is right now, but a bucket is not.
            told = verdict.status_extended if verdict else ""
            return Outcome(
                result="failed",
                message=f"{message} {told}".strip(),
                changes=record.changes,
                for_a_person=verdict is not None and verdict.status == "FAIL",
            )
        return Outcome(result="changed", message=message, changes=record.changes)

    def _change(self, region: str, name: str) -> Change | None:
        group = find_log_group(self._access.client("logs", region), name, region)
        if group is None:
            raise PluginError(f"Log group {name} does not exist in {region}.")
        days = kept_days(group)
        if days is None or days >= self._settings.minimum_days:
            return None
        if is_of_class_delivery(group):
            raise PluginError(
                f"Log group {name} in {region} keeps logs for {days} days, and its class DELIVERY "
                "has no other retention: deliver to a log group of another class."
            )
        raised = next(one for one in RETENTION_DAYS if one >= self._settings.minimum_days)
        return Change(
            resource=Resource(kind="log-group-retention", name=name),
            earlier=retention_state(group, days),
            later=retention_state(group, raised),
        )


def retention_state(group: dict[str, Any], days: int | None) -> dict[str, Any]:
    """Return what a record keeps of a log group's retention.

    Args:
        group: an entry of DescribeLogGroups; when it was created tells it from one that is made
            again under its name.
        days: the retention; ``None`` where logs never expire.
    """
    return {"retentionInDays": days, "creationTime": group.get("creationTime")}


def put_retention(access: Access, journal: Journal, record: Record, change: Change) -> None:
    """Set a log group's retention and read it back.

    Args:
        access: the account.
        journal: where the record is kept.
        record: the change is one of its; noted as begun before the call, and as not begun where AWS
            refuses it.
        change: the retention before and after.

    Raises:
        PluginError: when a call fails, or another retention is read back.
    """
    region, name = record.region, change.resource.name
    logs = access.client("logs", region)
    days = change.later["retentionInDays"]
    now = (find_log_group(logs, name, region) or {}).get("retentionInDays")
    if now == days:
        return  # Another run was faster.
    if now != change.earlier["retentionInDays"]:
        raise PluginError(
            f"Someone changed the retention of log group {name} in {region} while this change was "
            "prepared: it stays as they left it. Run again."
        )
    with journal.changing(record, change.resource), aws_call(PUT_ACTION, region):
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    group = find_log_group(logs, name, region) or {}
    if group.get("retentionInDays") != days:
        raise PluginError(
            f"The retention of log group {name} read back in {region} is not {days} days: someone "
            "else changed it at the same time; scan again."
        )
