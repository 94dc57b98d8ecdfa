"""Put back what the journal's newest change of a Region replaced, or turn logging off."""

from __future__ import annotations

from typing import Any

from prowler_bedrock.account.access import Access
from prowler_bedrock.backout.bucket_policies import adds_ours, restore_policy, survey_policies
from prowler_bedrock.backout.chain import UNDOABLE, Chain, newest_chain
from prowler_bedrock.backout.removal import uses
from prowler_bedrock.backout.retentions import survey_retentions
from prowler_bedrock.enable.enabler import SETTLE_SECONDS
from prowler_bedrock.enable.outcome import Outcome, failing_as_outcome
from prowler_bedrock.enable.replacement import send_once_settled
from prowler_bedrock.errors import PluginError, nothing_changed_on_error
from prowler_bedrock.journal.change import Change, Resource
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.record import Operation, Record
from prowler_bedrock.logging_configuration.compare import differences
from prowler_bedrock.logging_configuration.judge import judge
from prowler_bedrock.logging_configuration.model import shape_of
from prowler_bedrock.logging_configuration.read import parse_answer
from prowler_bedrock.logging_configuration.write import read_before_change, verify
from prowler_bedrock.retention.raiser import put_retention


class Restorer:
    """Backs out of changes in the Regions of one account; several Regions may run at once.

    Args:
        access: the account.
        journal: where records are kept.
        force: True goes on where someone changed the configuration after the recorded change.
        dry_run: True plans and changes nothing.
        settle_seconds: how long to retry while a policy that was put back is not usable yet.
    """

    def __init__(
        self,
        access: Access,
        journal: Journal,
        *,
        force: bool = False,
        dry_run: bool = False,
        settle_seconds: float = SETTLE_SECONDS,
    ) -> None:
        self._access, self._journal = access, journal
        self._force, self._dry_run = force, dry_run
        self._settle_seconds = settle_seconds

    @failing_as_outcome
    def restore(
        self,
        region: str,
        record_id: str | None = None,
        *,
        operations: frozenset[Operation] = UNDOABLE,
        past_failures: bool = False,
    ) -> Outcome:
        """Restore the state before the Region's newest change that is not undone yet.

        Args:
            region: the Region's name.
            record_id: the record that must be that change, or the beginning of its id.
            operations: what that change must be one of; another one is skipped.
            past_failures: True passes over changes that failed before they changed anything.

        Returns:
            The outcome; whatever went wrong is in it, nothing is raised for it.
        """
        with nothing_changed_on_error():
            records = self._journal.records(self._access.account, region)
            chain = newest_chain(records, record_id, past_failures=past_failures)
            if chain is None:
                return Outcome(
                    result="unchanged",
                    message=f"The journal holds no change of {region} in account "
                    f"{self._access.account} that is not undone yet. Nothing was changed.",
                )
            newest = chain.records[-1]
            if operations != UNDOABLE and newest.operation not in operations:
                return Outcome(
                    result="skipped",
                    message=f"The newest change of {region} that is not undone yet is "
                    f"{newest.operation} of {newest.start_in_words}, which is "
                    "not this check's: undo that one first. Nothing was changed.",
                )
            bedrock = self._access.client("bedrock", region)
            now = shape_of(read_before_change(bedrock, region))
            self._refuse_drift(region, now, chain)
            left: list[str] = []
            s3 = self._access.client("s3", region)
            policies = survey_policies(chain, s3, self._access.account, region, left)
            if not chain.sent and newest.operation != "repair":
                policies = _not_needed(policies, now, left)
            changes = [
                *policies,
                *survey_retentions(chain, self._access, region, left),
            ]
        record = Record(
            account=self._access.account,
            region=region,
            operation="restore",
            earlier_configuration=now,
            # What was never sent changed no configuration.
            later_configuration=chain.earlier_configuration if chain.sent else now,
            changes=changes,
            restores=[one.record_id for one in chain.records],
        )
        if chain.touched_nothing:
            left += _next_undone(records, chain)
        return self._carry_out(record, chain, _state(chain, now), left)

    @failing_as_outcome
    def disable(self, region: str) -> Outcome:
        """Turn logging off in a Region, whatever was before.

        Args:
            region: the Region's name.

        Returns:
            The outcome; whatever went wrong is in it, nothing is raised for it.
        """
        with nothing_changed_on_error():
            bedrock = self._access.client("bedrock", region)
            now = shape_of(read_before_change(bedrock, region))
            if now is None:
                return Outcome(
                    result="unchanged",
                    message=f"Model invocation logging is off in {region} already. "
                    "Nothing was changed.",
                )
            self._refuse_drift(region, now, self._last_change(region))
        record = Record(
            account=self._access.account,
            region=region,
            operation="disable",
            earlier_configuration=now,
            later_configuration=None,
        )
        return self._carry_out(record, None, "disabled", [])

    def check_unchanged(self, region: str) -> None:
        """Refuse where someone changed the Region after its newest recorded change.

        Args:
            region: the Region's name.

        Raises:
            PluginError: with the difference, unless forced; or when something can't be read.
        """
        with nothing_changed_on_error():
            bedrock = self._access.client("bedrock", region)
            now = shape_of(read_before_change(bedrock, region))
            self._refuse_drift(region, now, self._last_change(region))

    def _carry_out(
        self, record: Record, chain: Chain | None, state: str, left: list[str]
    ) -> Outcome:
        # Exactly: a flag that only one of them names is put back too.
        same = record.later_configuration == record.earlier_configuration
        changes = record.changes if same else record.all_changes
        if self._dry_run:
            return Outcome(
                result="planned" if changes else "unchanged",
                message=" ".join(
                    [
                        f"Dry run: model invocation logging in {record.region} "
                        f"{'would be' if changes else 'is'} {state}.",
                        *left,
                        "Nothing was changed.",
                    ]
                ),
                changes=changes,
            )
        with self._journal.making(record):
            self._apply(record, send=not same)
        read = parse_answer({"loggingConfig": record.later_configuration})
        verdict = judge(read, record.region)
        on = "on" if verdict and verdict.status == "PASS" else "off"
        message = " ".join(
            [
                f"Model invocation logging in {record.region} is {state}: {on}; read back and "
                "verified.",
                *left,
                f"Record: {self._journal.location(record)}",
            ]
        )
        message += self._journal.end(record, "succeeded", message)
        if chain:
            self._mark(chain, record, message)
        return Outcome(
            result="changed" if changes else "unchanged", message=message, changes=changes
        )

    def _mark(self, chain: Chain, restore: Record, message: str) -> None:
        """Note what is undone; where that can't be written, another run has to do it."""
        undone = {one.record_id for one in chain.records}
        # Undoing a restore brings back what that one had undone.
        back = {record_id for one in chain.records for record_id in one.restores}
        # Read again: the run of a record may still be at work and have noted more in it.
        try:
            for record in self._journal.records(restore.account, restore.region):
                if record.record_id in undone | back:
                    record.restored_by = restore.record_id if record.record_id in undone else None
                    self._journal.write(record)
        except PluginError as error:
            cause = "" if str(error) in message else f" {error}"
            raise PluginError(
                f"{message}{cause} What is undone is not marked so: run again."
            ) from error

    def _apply(self, record: Record, *, send: bool) -> None:
        region = record.region
        bedrock = self._access.client("bedrock", region)
        # Bedrock checks a configuration against the policies: what lets it in comes first, and what
        # it may still need goes last.
        first = [change for change in record.changes if adds_ours(change)]
        for change in first:
            self._undo(record, change)
        if send:
            young = bool(first)
            send_once_settled(bedrock, self._journal, record, lambda _: young, self._settle_seconds)
        verify(bedrock, region, record.later_configuration)
        for change in record.changes:
            if change not in first:
                self._undo(record, change)

    def _undo(self, record: Record, change: Change) -> None:
        if change.resource.kind == "log-group-retention":
            put_retention(self._access, self._journal, record, change)
            return
        self._journal.attempt(record, change.resource)
        s3 = self._access.client("s3", record.region)
        restore_policy(change, s3, self._access.account, record.region, self._settle_seconds)

    def _last_change(self, region: str) -> Chain | None:
        records = self._journal.records(self._access.account, region)
        return newest_chain(records, past_failures=True)

    def _refuse_drift(self, region: str, now: dict[str, Any] | None, chain: Chain | None) -> None:
        if self._force or chain is None or not chain.sent:
            return
        known = [*chain.sent, chain.earlier_configuration]
        if any(not differences(one, now) for one in known):
            return
        difference = Change(
            resource=Resource(kind="logging-configuration", name=region),
            earlier=now,
            later=known[0],
        )
        raise PluginError(
            f"Someone changed the configuration of {region} after the recorded change "
            f"{chain.records[-1].record_id}: look at the difference and add --force to go on.\n"
            f"{difference.diff('as it is', 'as recorded')}\n"
        )


def _state(chain: Chain, now: dict[str, Any] | None) -> str:
    """Say what the configuration is once a chain is undone."""
    newest = chain.records[-1]
    change = f"the change of {newest.start_in_words}"
    if chain.touched_nothing:
        return f"left as it is, since {change} ({newest.operation}) had changed nothing"
    if not chain.sent and differences(chain.earlier_configuration, now):
        return f"left as it is, since {change} sent no configuration"
    return f"as it was before {change}"


def _next_undone(records: list[Record], chain: Chain) -> list[str]:
    """Say what another backout undoes, if anything."""
    before = newest_chain([one for one in records if one not in chain.records])
    if before is None:
        return []
    one = before.records[-1]
    return [
        f"Another backout undoes the one before it: {one.operation} of {one.start_in_words} "
        f"(record {one.short_id})."
    ]


def _not_needed(
    policies: list[Change], now: dict[str, Any] | None, left: list[str]
) -> list[Change]:
    """Leave out what would keep Bedrock out of a bucket that it delivers to without our doing."""
    needed = [one for one in policies if uses(now or {}, one.resource)]
    left += [
        f"The policy of bucket {one.resource.name} stays as it is: the configuration needs it."
        for one in needed
    ]
    return [one for one in policies if one not in needed]
