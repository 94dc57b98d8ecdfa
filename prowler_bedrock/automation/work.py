"""Carry out tasks: check them, hold the lease, fix or back out, tell it on the finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from time import monotonic
from typing import Any

import boto3
from pydantic import BaseModel

from prowler_bedrock.account.connection import open_client
from prowler_bedrock.automation.finding import Finding, parse_finding, refuse_contradiction
from prowler_bedrock.automation.lease import BusyError, Handled, Lease, Leases
from prowler_bedrock.automation.member import Members
from prowler_bedrock.automation.organization import Membership, check_region
from prowler_bedrock.automation.refusal import Decision, LeftAloneError, RefusedError
from prowler_bedrock.automation.security_hub import (
    Workflow,
    current_findings,
    has_room,
    is_suppressed,
    update_finding,
)
from prowler_bedrock.automation.settings import AutomationSettings
from prowler_bedrock.automation.task import Task
from prowler_bedrock.backout.chain import UNDOABLE
from prowler_bedrock.backout.restorer import Restorer
from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.errors import AwsCallError, PluginError, cause_of
from prowler_bedrock.fixes import FIXES, fix_of
from prowler_bedrock.journal.bucket_store import BucketStore
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.record import Operation

JOURNAL_PREFIX = "journal"
# As many as Lambda hands over in one batch by default.
_WORKERS = 10
# A lease outlasts the function, which may be stopped while it holds one.
_MARGIN_SECONDS = 5.0
# Reading a finding again costs one of the three calls a second that Security Hub gives.
_FRESH_SECONDS = 5.0
# How a task ends whose finding the lease then knows as handled.
_HANDLED = frozenset({"changed", "unchanged", "planned", "skipped"})


class Result(BaseModel):
    """How a task ended.

    Attributes:
        decision: ``changed``, ``unchanged``, ``planned`` and ``skipped`` as an outcome says it;
            ``excluded`` by an opt-out; ``held`` after a backout; ``stale``, ``duplicate`` or
            ``refused`` for a finding that must not be acted on; ``failed`` otherwise.
        message: one or more sentences for people.
    """

    decision: Decision
    message: str

    @property
    def retry(self) -> bool:
        """True where trying again may help."""
        return self.decision == "failed"


class Automation:
    """What works on tasks in one security account.

    Args:
        session: a boto3 session of the function, in the aggregation Region.
        settings: the settings.
        account: the 12-digit id of the security account.
        partition: the AWS partition.

    Raises:
        PluginError: when botocore refuses the AWS configuration.
    """

    def __init__(
        self,
        session: boto3.Session,
        settings: AutomationSettings,
        account: str,
        partition: str,
    ) -> None:
        self._settings, self._partition = settings, partition
        organizations = open_client(session, "organizations")
        self._membership = Membership(organizations, settings)
        self._members = Members(session, partition, settings.role_name, settings.external_id)
        self._security_hub = open_client(session, "securityhub")
        s3 = open_client(session, "s3")
        bucket = settings.journal_bucket
        self._journal = Journal(BucketStore(s3, bucket, JOURNAL_PREFIX, owner=account))
        self._leases = Leases(s3, bucket, account)
        # When the findings of the batch were read; a function works on one at a time.
        self._read_at = monotonic()

    def run(
        self, tasks: Iterable[Task], seconds: float, attempts: Mapping[str, int] | None = None
    ) -> list[Result]:
        """Carry out tasks, several at once; none of them stops the others.

        Args:
            tasks: the tasks.
            seconds: how long the function may still run.
            attempts: task id to how often it was delivered by now, for the note of a failure.

        Returns:
            One result for each task, in their order; nothing is raised for what went wrong.
        """
        given = list(tasks)
        self._read_at = monotonic()
        ends_at = self._read_at + seconds
        try:
            findings = [task.finding for task in given if task.finding]
            standing = current_findings(self._security_hub, findings) if findings else {}
        except PluginError as error:
            return [Result(decision="failed", message=str(error))] * len(given)
        with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
            return list(
                pool.map(
                    lambda task: self._run(
                        task,
                        standing.get(task.finding.key) if task.finding else None,
                        ends_at,
                        (attempts or {}).get(task.task_id, 0),
                    ),
                    given,
                )
            )

    def _run(
        self, task: Task, standing: dict[str, Any] | None, ends_at: float, attempt: int
    ) -> Result:
        try:
            if task.action not in self._settings.actions:
                raise RefusedError(f"{task.action} may not be asked for here. Nothing was changed.")
            if task.finding:
                # From here on, what Security Hub holds counts and not what was handed over.
                held = _held_finding(task, task.finding, standing)
                task = task.model_copy(update={"finding": held})
            check_region(self._settings, task.region)
            self._membership.check(task.account)
            return self._hold(task, standing, ends_at)
        except LeftAloneError as reason:
            result = Result(decision=reason.decision, message=str(reason))
            told = reason.tell
        except RefusedError as reason:
            result, told = Result(decision="refused", message=str(reason)), reason.tell
        except BusyError as error:
            # The other run may tell meanwhile how it ended: only the last try has the last word.
            result = Result(decision="failed", message=str(error))
            told = attempt >= self._settings.max_receive_count
        except Exception as error:
            # Nothing may reach Lambda as a traceback, or end the other tasks of the batch.
            result, told = Result(decision="failed", message=cause_of(error)), True
        if told:
            try:
                self._tell(task, standing, result, attempt)
            except Exception as error:
                cause = cause_of(error)
                text = f"{result.message} This could not be written on the finding: {cause}"
                return Result(decision="failed", message=text)
        return result

    def _hold(self, task: Task, standing: dict[str, Any] | None, ends_at: float) -> Result:
        holding = self._leases.hold(
            task.account,
            task.region,
            task.key,
            deadline=ends_at + _MARGIN_SECONDS,
            wait_seconds=(ends_at - monotonic()) / 4,
        )
        with holding as lease:
            _refuse_duplicate(task, lease)
            outcome = self._act(task, lease)
            decision: Decision = "refused" if outcome.for_a_person else outcome.result
            result = Result(decision=decision, message=outcome.message)
            if not result.retry:
                # Told before it counts as handled: where telling fails, the next delivery does it.
                self._tell(task, standing, result)
                lease.handled[task.check_id] = _handled(task, decision)
                return result
        raise PluginError(outcome.message)

    def _act(self, task: Task, lease: Lease) -> Outcome:
        if task.automatic:
            self._refuse_after_backout(task)
        access = self._members.access(task.account)
        if task.action == "BackOut":
            if lease.begun_before and (done := self._backed_out(task, lease.begun_before)):
                return done
            restorer = Restorer(access, self._journal, dry_run=self._settings.dry_run)
            return restorer.restore(task.region, operations=_undone_by(task), past_failures=True)
        settings = self._settings.of_check(task.check_id, self._partition)
        return fix_of(task.check_id, access, settings, self._journal)(task.region)

    def _backed_out(self, task: Task, since: datetime) -> Outcome | None:
        """Return what an earlier delivery came to: another backout would undo one change more."""
        records, undoable = self._journal.records(task.account, task.region), _undone_by(task)
        for one in reversed(records):
            if one.operation == "restore" and one.result == "succeeded" and one.started_at > since:
                undone = [other for other in records if other.record_id in one.restores]
                if all(
                    other.restored_by == one.record_id and other.operation in undoable
                    for other in undone
                ):
                    return Outcome(result="changed", message=str(one.message))
        return None

    def _refuse_after_backout(self, task: Task) -> None:
        records = self._journal.records(task.account, task.region)
        # What failed before it sent anything left the Region as it was.
        changes = [
            one
            for one in records
            if one.operation != "remove" and (one.result == "succeeded" or one.sent)
        ]
        if not changes or changes[-1].operation not in ("restore", "disable"):
            return
        newest = changes[-1]
        undone = {one.operation for one in records if one.record_id in newest.restores}
        # After an undo that left logging on, only what it undid is not done again.
        if newest.later_configuration is None or undone & FIXES[task.check_id].operations:
            raise LeftAloneError(
                "held",
                f"A person backed out of {task.region} on "
                f"{newest.started_at:%Y-%m-%d %H:%M} UTC, so it is not changed by itself. "
                "Choose the custom action that fixes to turn logging on again.",
                tell=True,
            )

    def _tell(
        self, task: Task, standing: dict[str, Any] | None, result: Result, attempt: int = 0
    ) -> None:
        if task.finding is None or standing is None:
            return
        if monotonic() - self._read_at > _FRESH_SECONDS:
            # A person may have suppressed it since, or given it fields.
            standing = current_findings(self._security_hub, [task.finding]).get(task.finding.key)
            if standing is None:
                return  # It was deleted meanwhile.
        if result.decision not in _HANDLED and not has_room(standing):
            # Without our mark on it, the event of our own update would be handled like a new one.
            return
        text = result.message
        if result.retry and attempt:
            most = self._settings.max_receive_count
            text = f"Try {attempt} of {most} failed: {text}"
            if attempt >= most:
                text = f"{text} Redrive the dead-letter queue once the cause is gone."
        try:
            update_finding(
                self._security_hub,
                task.finding,
                standing,
                outcome=result.decision,
                text=text,
                workflow=_workflow(task, standing, result),
            )
        except AwsCallError as error:
            # It was deleted meanwhile: there is nothing to tell it on.
            if error.code != "FindingNotFound":
                raise


def _undone_by(task: Task) -> frozenset[Operation]:
    # Several findings of a Region may be chosen at once: each undoes its own check's change alone.
    return FIXES[task.check_id].operations if task.finding else UNDOABLE


def _workflow(task: Task, standing: dict[str, Any], result: Result) -> Workflow | None:
    if is_suppressed(standing):
        # A person's decision on the finding itself.
        return None
    if result.decision in ("failed", "refused"):
        return "NOTIFIED"
    if result.decision in ("changed", "unchanged"):
        return "RESOLVED" if task.action == "Fix" else "NOTIFIED"
    return None


def _held_finding(task: Task, given: Finding, standing: dict[str, Any] | None) -> Finding:
    """Return what Security Hub holds of a finding, if Prowler made it and the task fits it."""
    if standing is None:
        raise RefusedError("Security Hub does not hold this finding. Nothing was changed.")
    now = parse_finding(standing)
    refuse_contradiction(now)
    if now.check_id != task.check_id:
        raise RefusedError(
            f"Security Hub holds this finding for {now.check_id}, not for {task.check_id}. "
            "Nothing was changed."
        )
    if not task.automatic:
        return now
    why = None
    if now.updated_at > given.updated_at:
        why = "the finding was updated since, which has an event of its own"
    elif now.record_state != "ACTIVE" or now.compliance.status != "FAILED":
        why = f"the finding is {now.record_state} and {now.compliance.status} now"
    elif now.workflow.status == "SUPPRESSED":
        why = "a person suppressed the finding"
    if why:
        raise LeftAloneError("stale", f"Left alone: {why}.")
    return now


def _handled(task: Task, outcome: str) -> Handled:
    finding = task.finding
    return Handled(
        task_id=task.key,
        finding_id=finding.id if finding else None,
        updated_at=finding.updated_at if finding else None,
        outcome=outcome,
    )


def _refuse_duplicate(task: Task, lease: Lease) -> None:
    done = lease.handled.get(task.check_id)
    if done and (done.task_id == task.key or _of_an_earlier_state(task, done)):
        raise LeftAloneError("duplicate", f"This was handled already: {done.outcome}.")
    if lease.ended_before:
        raise LeftAloneError("duplicate", "This was handled already, and something else since.")


def _of_an_earlier_state(task: Task, done: Handled) -> bool:
    """Say whether what is asked for by itself was handled with a later state of the finding."""
    if not task.automatic or task.finding is None or done.updated_at is None:
        return False
    # Whoever imports findings writes their times: those of another id say nothing of this one.
    return done.finding_id == task.finding.id and done.updated_at >= task.finding.updated_at
