"""Someone else works on the account between any two of our calls: nothing of theirs is lost."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.journal.journal import Journal
from tests.core.account import GROUP
from tests.faults.scenarios import (
    ATTACKER,
    BACKOUTS,
    BOTH,
    CLOUDWATCH,
    FIXES,
    Scenario,
    enable,
    their_bucket,
)
from tests.faults.stage import Stage
from tests.faults.state import State, configuration, without_ids

THEIRS: dict[str, Any] = {"s3Config": {"bucketName": "theirs"}, "videoDataDeliveryEnabled": False}
PUT = ("PutModelInvocationLoggingConfiguration", "DeleteModelInvocationLoggingConfiguration")
TOLD = ("Someone changed", "someone else may have changed", "by someone else", "--force")


class Race(NamedTuple):
    """One change, with someone else's at one of its calls.

    Attributes:
        number: of the call that theirs came right before.
        operation: of that call.
        outcome: of our change.
        left: what stands afterwards.
        replaced: the configurations that the journal says were replaced.
    """

    number: int
    operation: str
    outcome: Outcome
    left: State
    replaced: list[Any]


def races(
    stage: Stage, scenario: Scenario, theirs: Callable[[Stage], Any]
) -> tuple[list[Race], State]:
    """Run a change once for each of its calls; return the races and what stands without one."""
    stage.fresh()
    scenario.theirs(stage)
    scenario.ours(stage)
    stage.save()
    with stage.wire.run() as calls:
        assert scenario.change(stage).passing
    recorded, after = list(calls), without_ids(stage.observe())
    found = []
    for number, operation in enumerate(recorded):
        stage.load()

        def intrude(at: int, wanted: int = number) -> None:
            if at == wanted:
                theirs(stage)

        with stage.wire.run(before=intrude):
            outcome = scenario.change(stage)
        replaced = [one.earlier_configuration for one in stage.records() if one.sent]
        found.append(Race(number, operation, outcome, stage.observe(), replaced))
    return found, after


@pytest.mark.parametrize(
    "name", ["enable cloudwatch", "redirect", "data types", "expected by the journal", "restore"]
)
def test_what_a_person_puts_meanwhile_is_not_replaced(stage: Stage, name: str) -> None:
    scenario = (FIXES | BACKOUTS)[name]
    found, _ = races(stage, scenario, lambda stage: stage.put(THEIRS))
    assert len(found) > 2
    for race in found:
        # AWS has no condition for a Put: right before it is the one moment that stays.
        if race.operation in PUT:
            continue
        case = f"{race.number} {race.operation}: {race.outcome.message}"
        # What was put before we read it is what our change is about, and is recorded.
        recorded = race.number == 0 and THEIRS in race.replaced
        assert configuration(race.left) == THEIRS or recorded, case
        if race.outcome.result == "failed":
            assert any(text in race.outcome.message for text in TOLD), case


def add_statement(stage: Stage) -> None:
    text = their_policy(stage).replace("s3:Get*", "s3:List*")
    stage.client("s3").put_bucket_policy(Bucket=BOTH["BucketName"], Policy=text)


def their_policy(stage: Stage) -> str:
    text: str = stage.client("s3").get_bucket_policy(Bucket=BOTH["BucketName"])["Policy"]
    return text


@pytest.mark.parametrize(
    "scenario", [FIXES["enable both, to their bucket"], BACKOUTS["restore"]], ids=["fix", "backout"]
)
def test_a_policy_that_a_person_puts_meanwhile_is_not_replaced(
    stage: Stage, scenario: Scenario
) -> None:
    found, _ = races(stage, scenario, add_statement)
    for race in found:
        if race.operation == "PutBucketPolicy":
            continue
        policy = race.left[f"bucket {BOTH['BucketName']}"]["policy"]
        assert "s3:List*" in policy, f"{race.number} {race.operation}: {race.outcome.message}"


@pytest.mark.parametrize(
    "scenario", [FIXES["retention"], BACKOUTS["restore retention"]], ids=["fix", "backout"]
)
def test_a_retention_that_a_person_sets_meanwhile_is_not_lowered(
    stage: Stage, scenario: Scenario
) -> None:
    def longer(stage: Stage) -> None:
        logs = stage.client("logs")
        logs.put_retention_policy(logGroupName="/theirs", retentionInDays=3653)

    found, _ = races(stage, scenario, longer)
    for race in found:
        if race.operation == "PutRetentionPolicy":
            continue
        assert race.left["log group /theirs"]["retention"] == 3653, race


@pytest.mark.parametrize("shared", [True, False], ids=["one journal", "two journals"])
@pytest.mark.parametrize("name", ["enable both, to their bucket", "redirect"])
def test_two_fixers_at_once_end_well(stage: Stage, name: str, shared: bool) -> None:
    scenario = FIXES[name]
    own, others = stage.journal, Journal(Path(stage.journal.place).parent / "other")
    problems: list[str] = []

    def second(stage: Stage) -> None:
        stage.journal = own if shared else others
        try:
            if not scenario.change(stage).passing:
                problems.append("the second one failed")
        except Exception:
            problems.append(traceback.format_exc())
        stage.journal = own

    found, after = races(stage, scenario, second)
    for race in found:
        case = f"{race.number} {race.operation}: {race.outcome.message}"
        assert race.outcome.passing or "Run again" in race.outcome.message, case
        assert without_ids(race.left)["configuration"] == after["configuration"], case
        assert without_ids(race.left).keys() == after.keys(), case
    assert problems == []


def test_two_fixers_of_one_journal_are_backed_out_as_a_whole(stage: Stage) -> None:
    scenario = FIXES["enable both, to their bucket"]
    stage.fresh()
    scenario.theirs(stage)
    origin = stage.observe()
    stage.save()
    with stage.wire.run() as calls:
        scenario.change(stage)
    for number in range(len(list(calls))):
        stage.load()
        with stage.wire.run(before=lambda at, n=number: at == n and scenario.change(stage)):  # type: ignore[misc]
            scenario.change(stage)
        assert stage.back_out() == [], number
        assert stage.observe() == origin, number


def terraform(stage: Stage) -> None:
    """Apply a plan: a log group of the same name, then the configuration."""
    logs = stage.client("logs")
    try:
        logs.create_log_group(logGroupName=GROUP, tags={"by": "terraform"})
    except logs.exceptions.ResourceAlreadyExistsException:
        return  # Terraform stops there.
    stage.put({**CLOUDWATCH, "textDataDeliveryEnabled": True})


def test_a_terraform_run_at_once_keeps_what_it_made(stage: Stage) -> None:
    found, after = races(stage, Scenario(enable()), terraform)
    for race in found:
        group = race.left[f"log group {GROUP}"]
        if group["tags"] != {"by": "terraform"}:
            assert configuration(race.left) == after["configuration"]
            continue
        case = f"{race.number} {race.operation}: {race.outcome.message}"
        assert configuration(race.left)["cloudWatchConfig"] == CLOUDWATCH["cloudWatchConfig"], case
        assert group["retention"] is None, case
        # Ours goes, theirs stays.
        stage.load()
        with stage.wire.run(before=lambda at, n=race.number: at == n and terraform(stage)):  # type: ignore[misc]
            enable()(stage)
        stage.remove()
        assert f"log group {GROUP}" in stage.observe(), case


def test_the_attackers_redirect_is_told(stage: Stage) -> None:
    found, _ = races(stage, FIXES["enable s3"], lambda stage: stage.put(ATTACKER))
    last = found[-1].outcome
    assert (last.result, "is not the one that was sent" in last.message) == ("failed", True)


def test_their_bucket_is_what_the_races_are_about(stage: Stage) -> None:
    stage.fresh()
    their_bucket(stage)
    assert "s3:Get*" in their_policy(stage)
