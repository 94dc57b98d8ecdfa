"""Repair what this plugin created and someone broke; nothing else is touched."""

from __future__ import annotations

from typing import Any

from prowler_bedrock.account.access import Access
from prowler_bedrock.destination.judge import judge_destination
from prowler_bedrock.enable.enabler import SETTLE_SECONDS
from prowler_bedrock.enable.outcome import Outcome, failing_as_outcome
from prowler_bedrock.enable.plan import CloudWatchPlan, plan_to_stay
from prowler_bedrock.enable.region_work import RegionWork
from prowler_bedrock.enable.role import RoleKeeper
from prowler_bedrock.enable.settings import ChangeSettings, EnableSettings
from prowler_bedrock.errors import AwsCallError, PluginError, nothing_changed_on_error
from prowler_bedrock.journal.change import Change, Resource
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.record import Record
from prowler_bedrock.logging_configuration.compare import differences
from prowler_bedrock.logging_configuration.model import (
    Configured,
    LoggingConfiguration,
    shape_of,
)
from prowler_bedrock.logging_configuration.write import read_before_change


class DestinationRepairer:
    """Repairs destinations in the Regions of one account.

    Args:
        access: the account.
        settings: ``DryRun`` and ``JournalDirectory``.
        journal: where records are kept; it says what this plugin created.
        settle_seconds: how long to retry while what was created is not usable yet.
    """

    def __init__(
        self,
        access: Access,
        settings: ChangeSettings,
        journal: Journal,
        settle_seconds: float = SETTLE_SECONDS,
    ) -> None:
        self._access, self._settings, self._journal = access, settings, journal
        self._settle_seconds = settle_seconds
        self._roles = RoleKeeper(access.client("iam", None), access.account, access.partition)

    @failing_as_outcome
    def repair(self, region: str) -> Outcome:
        """Create again what this plugin had created for a Region and is missing, and verify it.

        Args:
            region: the Region's name.

        Returns:
            The outcome; whatever went wrong, and what a person must repair, is in it.
        """
        bedrock = self._access.client("bedrock", region)
        with nothing_changed_on_error():
            observation = read_before_change(bedrock, region)
            verdict = judge_destination(self._access, region, observation)
            if verdict is None or not isinstance(observation, Configured):
                raise PluginError(f"Model invocation logging is off in {region}: turn it on first.")
            if verdict.status == "PASS" and not self._broken_off(region):
                text = f"{verdict.status_extended} Nothing was changed."
                return Outcome(result="unchanged", message=text)
            earlier = shape_of(observation)
            work, record = self._survey(region, observation.configuration, earlier)
        if record is None or work is None:
            text = f"{verdict.status_extended} Nothing was changed: none of it is the plugin's own."
            broken = verdict.status == "FAIL"
            return Outcome(result="failed", message=text, for_a_person=broken)
        if self._settings.dry_run:
            names = ", ".join(f"{c.resource.kind} {c.resource.name}" for c in record.changes)
            text = f"Dry run: would create {names} again. Nothing was changed."
            return Outcome(result="planned", message=text, changes=record.changes)
        with self._journal.making(record):
            work.apply(record, bedrock, self._settle_seconds)
        verdict = judge_destination(self._access, region, observation)
        repaired = verdict is not None and verdict.status == "PASS"
        told = verdict.status_extended if verdict else "Nothing is delivered."
        message = f"{told} Record: {self._journal.location(record)}"
        message += self._journal.end(record, "succeeded" if repaired else "failed", message)
        result = "changed" if repaired else "failed"
        return Outcome.model_validate(
            {"result": result, "message": message, "changes": record.changes}
        )

    def _survey(
        self, region: str, config: LoggingConfiguration, earlier: dict[str, Any] | None
    ) -> tuple[RegionWork | None, Record | None]:
        """Return what creates again what is ours, or twice ``None`` where it is not ours."""
        records = self._journal.account_records(self._access.account)
        created = _created(records, region)
        made = [
            change
            for one in records
            if one.region == region
            for change in one.changes
            if change.resource in one.created
        ]
        log_group = _log_group_of(config, created, made)
        if log_group and not (log_group.role_name or log_group.role_arn):
            return None, None  # Which role shall write there, only a person can say.
        plan = plan_to_stay(config, log_group, _keys_of_buckets(made))
        work = RegionWork(self._access, region, plan, self._roles, self._journal)
        try:
            record = work.survey("repair", earlier, thorough=True)
        except AwsCallError:
            raise  # What can't be read is not known to be someone else's.
        except PluginError:
            # A bucket of another Region or with ACLs: only a person can repair that.
            return None, None
        ours = all(_ours(change.resource, created) for change in record.changes)
        same = not differences(record.later_configuration, earlier)
        wanted = record.changes or self._broken_off(region)
        return (work, record) if wanted and ours and same else (None, None)

    def _broken_off(self, region: str) -> bool:
        # A log group that a repair created may lack its retention, which no destination needs.
        records = self._journal.records(self._access.account, region)
        newest = records[-1] if records else None
        return newest is not None and newest.operation == "repair" and newest.result != "succeeded"


def _created(records: list[Record], region: str) -> set[Resource]:
    created: set[Resource] = set()
    for record in records:
        # Roles and buckets are the account's; a log group of one name may stand in each Region.
        here = record.region == region
        created |= {
            one
            for one in record.created
            if (here or one.kind != "log-group")
            # A backout takes our statement away; all else stays until it is removed.
            and not (one.kind == "bucket-policy" and record.restored_by)
        }
        if record.operation == "remove" and record.result == "succeeded":
            removed = {one.resource for one in record.changes}
            created -= {one for one in removed if here or one.kind != "log-group"}
    return created


def _ours(resource: Resource, created: set[Resource]) -> bool:
    # What belongs to something that the plugin created is the plugin's too.
    owner = {"role-policy": "role", "bucket-policy": "bucket"}.get(resource.kind)
    if resource in created or owner is None:
        return resource in created
    return any(one.kind == owner and one.name == resource.name.split("/")[0] for one in created)


def _log_group_of(
    config: LoggingConfiguration, created: set[Resource], made: list[Change]
) -> CloudWatchPlan | None:
    if config.cloud_watch is None or config.log_group_name is None:
        return None
    group = Resource(kind="log-group", name=config.log_group_name)
    state = next((one.later for one in reversed(made) if one.resource == group), None) or {}
    arn = config.cloud_watch.role_arn
    role = (arn or "").rsplit("/", 1)[-1]
    own = Resource(kind="role", name=role) in created
    return CloudWatchPlan(
        log_group_name=config.log_group_name,
        retention_in_days=state.get("retentionInDays", EnableSettings().retention_in_days),
        kms_key_id=state.get("kmsKeyId"),
        role_name=role if own else None,
        role_arn=None if own else arn,
    )


def _keys_of_buckets(made: list[Change]) -> dict[str, str | None]:
    return {
        one.resource.name: one.later["Encryption"].get("KMSMasterKeyID")
        for one in made
        if one.resource.kind == "bucket"
    }
