"""A change ends as it ended, also where the journal takes no more records."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from prowler_bedrock.enable.data_types import DataTypesEnabler
from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.enable.settings import parse
from prowler_bedrock.errors import PluginError
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.retention.raiser import RetentionRaiser
from prowler_bedrock.retention.settings import RetentionSettings
from tests.core.account import ACCOUNT, GROUP, Account, retention

REGION = "us-east-1"
PUT = "PutModelInvocationLoggingConfiguration"
DELETE = "DeleteModelInvocationLoggingConfiguration"
TO_GROUP = {
    "cloudWatchConfig": {"logGroupName": GROUP, "roleArn": f"arn:aws:iam::{ACCOUNT}:role/theirs"}
}
NOT_WRITTEN = "could not be written (No space left on device); "
ADDED = " The record stays without its end; what it holds is enough for a backout."


def theirs(account: Account) -> None:
    logs = boto3.client("logs", region_name=REGION)
    logs.create_log_group(logGroupName=GROUP)
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=30)
    account.put(TO_GROUP)


def enable(account: Account) -> Outcome:
    return account.enabler().enable(REGION)


def deliver_data_types(account: Account) -> Outcome:
    return DataTypesEnabler(account.access, account.journal).enable(REGION)


def raise_retention(account: Account) -> Outcome:
    settings = parse(RetentionSettings, {}, "the check")
    return RetentionRaiser(account.access, settings, account.journal).raise_retention(REGION)


def disable(account: Account) -> Outcome:
    return account.restorer().disable(REGION)


@pytest.fixture
def full_before(account: Account) -> Iterator[Callable[[str], Any]]:
    """Fill the disk right before a call; what is returned frees it."""
    disk = pytest.MonkeyPatch()

    def full(**_: Any) -> Any:
        raise OSError(28, "No space left on device")

    def prepare(operation: str) -> Any:
        account.before[operation] = lambda: disk.setattr(tempfile, "mkstemp", full)
        return disk.undo

    yield prepare
    disk.undo()


CHANGES: dict[str, tuple[Callable[[Account], Any], Callable[[Account], Outcome], str]] = {
    "enable": (lambda account: None, enable, PUT),
    "data types": (theirs, deliver_data_types, PUT),
    "retention": (theirs, raise_retention, "PutRetentionPolicy"),
    "disable": (theirs, disable, DELETE),
}


def change_on_a_full_disk(
    account: Account, full_before: Callable[[str], Any], change: str, *faults: tuple[str, str]
) -> tuple[Any, Outcome]:
    """Make a change whose end can't be recorded; return what stood before, and its outcome."""
    prepare, act, call = CHANGES[change]
    prepare(account)
    before = account.configuration()
    free = full_before(call)
    account.faults[call] = list(faults)
    outcome = act(account)
    free()
    return before, outcome


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_was_made_is_told_as_made_and_can_be_undone(
    account: Account, full_before: Callable[[str], Any], change: str
) -> None:
    before, outcome = change_on_a_full_disk(account, full_before, change)
    assert outcome.result == "changed"
    assert re.search(rf"[^.]\. The journal record \S+ {re.escape(NOT_WRITTEN)}", outcome.message)
    assert outcome.message.endswith(ADDED)
    (record,) = account.records()
    assert (record.result, record.message) == (None, None)
    assert account.restorer().restore(REGION).result == "changed"
    assert account.configuration() == before
    assert change == "enable" or retention(REGION) == 30
    assert account.restorer().restore(REGION).message.startswith("The journal holds no change")


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_was_refused_is_told_with_its_cause(
    account: Account, full_before: Callable[[str], Any], change: str
) -> None:
    denied = ("AccessDeniedException", "No.")
    before, outcome = change_on_a_full_disk(account, full_before, change, denied)
    assert outcome.result == "failed"
    assert "AccessDeniedException: No; allow " in outcome.message
    assert NOT_WRITTEN in outcome.message
    assert outcome.message.endswith(ADDED)
    assert account.restorer().restore(REGION).passing
    assert account.configuration() == before


def test_a_journal_that_takes_no_more_in_between_is_told_once(
    account: Account, full_before: Callable[[str], Any]
) -> None:
    free = full_before("CreateRole")
    outcome = enable(account)
    free()
    assert outcome.result == "failed"
    assert outcome.message.count(NOT_WRITTEN) == 1
    assert outcome.message.endswith(f"another run goes on from there.{ADDED}")
    assert account.configuration() == {}
    assert enable(account).result == "changed"


def test_a_backout_whose_marks_are_missing_is_told_as_made_and_made_whole_by_another_run(
    account: Account, full_before: Callable[[str], Any]
) -> None:
    enable(account)
    free = full_before(DELETE)
    outcome = account.restorer().restore(REGION)
    free()
    assert (outcome.result, account.configuration()) == ("failed", {})
    assert f"logging in {REGION} is as it was before the change of" in outcome.message
    assert outcome.message.count(NOT_WRITTEN) == 2, "of its record, and of the undone one"
    assert outcome.message.endswith(" What is undone is not marked so: run again.")
    again = account.restorer().restore(REGION)
    assert (again.result, account.configuration()) == ("unchanged", {})
    assert account.restorer().restore(REGION).message.startswith("The journal holds no change")


def test_a_removal_that_was_made_is_told_as_made(
    account: Account, full_before: Callable[[str], Any]
) -> None:
    enable(account)
    account.restorer().restore(REGION)
    free = full_before("DeleteLogGroup")
    group, policy, role = account.remover().remove([REGION])
    free()
    assert (group.result, policy.result, role.result) == ("removed", "failed", "failed")
    assert group.message.startswith(f"Removed log-group {GROUP} in {REGION}. The journal record ")
    assert group.message.endswith(ADDED)
    results = [one.result for one in account.remover().remove([REGION])]
    assert results == ["gone", "removed", "removed"]


def test_a_place_that_takes_nothing_more_is_told_once(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    enable(account)

    def full(*_: Any) -> None:
        raise PluginError("The journal takes nothing more.")

    account.before[DELETE] = lambda: monkeypatch.setattr(Journal, "write", full)
    outcome = account.restorer().restore(REGION)
    assert outcome.message.count("The journal takes nothing more.") == 1
    assert outcome.message.endswith(f"{ADDED} What is undone is not marked so: run again.")
