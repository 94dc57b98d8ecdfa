"""Strike every call of a change with a fault, and check what is left each time."""

from __future__ import annotations

import traceback
from typing import Any

from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.errors import PluginError
from tests.faults.scenarios import Scenario
from tests.faults.stage import Stage
from tests.faults.state import State, configuration, fingerprint, without_field, without_ids
from tests.faults.strikes import KINDS, TEXTS, Kindness
from tests.faults.wire import Wire


def struck_calls(wire: Wire, calls: list[str], kind: Kindness) -> list[int]:
    """Return the calls of a run that a kind of fault can strike."""
    return [
        at
        for at, name in enumerate(calls)
        if not kind.needs_body
        or (wire.has_body(name) and not (name in TEXTS and kind is KINDS["mistyped"]))
    ]


class Changes:
    """The cases of one scenario."""

    def __init__(self, stage: Stage, scenario: Scenario) -> None:
        self._stage, self._scenario = stage, scenario
        self._checked: set[str] = set()
        self._origin = self._before = self._after = {}  # type: State
        self._calls: list[str] = []
        self.problems: list[str] = []
        self.size = 0

    def run(self) -> None:
        """Run every case."""
        self._record()
        for name, kind in KINDS.items():
            struck = struck_calls(self._stage.wire, self._calls, kind)
            self.size += len(struck)
            # What must not be noticed strikes all of them in one run.
            for number in [None] if kind.harmless else struck:
                case = f"{self._operation(number)} ({number}), {name}"
                self.problems += [f"{case}: {one}" for one in self._case(number, name)]

    def _operation(self, number: int | None) -> str:
        return "every call" if number is None else self._calls[number]

    def _record(self) -> None:
        self._stage.fresh()
        self._scenario.theirs(self._stage)
        self._origin = self._stage.observe()
        self._scenario.ours(self._stage)
        self._before = self._stage.observe()
        self._stage.save()
        with self._stage.wire.run() as calls:
            outcome = self._scenario.change(self._stage)
        self._calls = list(calls)
        assert outcome.passing, outcome.message
        self._after = without_ids(self._stage.observe())
        assert self._stage.back_out(force=self._scenario.force) == []
        assert self._stage.observe() == self._origin

    def _struck(self, number: int | None, name: str) -> Outcome | str:
        self._stage.load()
        try:
            with self._stage.wire.run(lambda at: number in (None, at), KINDS[name].strike):
                return self._scenario.change(self._stage)
        except PluginError as error:
            return f"raised {error!r}"
        except Exception:
            return traceback.format_exc(limit=-3)

    def _case(self, number: int | None, name: str) -> list[str]:
        outcome = self._struck(number, name)
        if isinstance(outcome, str):
            return [outcome]
        left = self._stage.observe()
        problems = self._told(outcome, KINDS[name], number, left)
        problems += self._nothing_lost(left)
        mark = fingerprint(left, self._stage.journal)
        if mark in self._checked:
            return problems
        self._checked.add(mark)
        again = self._scenario.change(self._stage)
        if not again.passing:
            problems.append(f"another run: {again.message}")
        elif without_ids(self._stage.observe()) != self._after:
            problems.append(f"another run leaves {unlike(self._stage.observe(), self._after)}")
        problems += self._backed_out("after another run")
        if outcome.result == "failed" and left != self._before:
            self._struck(number, name)
            problems += self._backed_out("at once")
        return problems

    def _told(self, outcome: Outcome, kind: Kindness, number: int | None, left: State) -> list[str]:
        if outcome.passing:
            if without_ids(left) != self._after:
                return [f"false success, {unlike(left, self._after)}: {outcome.message}"]
            return []
        if number is None:
            return [f"noticed: {outcome.message}"]
        problems = []
        action = self._stage.wire.action(self._calls[number])
        if kind.codes and not any(code in outcome.message for code in kind.codes):
            problems.append(f"no code: {outcome.message}")
        if action not in outcome.message and "could not be read" not in outcome.message:
            problems.append(f"no {action}: {outcome.message}")
        return problems if kind.codes else []

    def _nothing_lost(self, left: State) -> list[str]:
        stood = configuration(self._before)
        if configuration(left) == stood:
            return []
        kept = [one for one in self._stage.records() if one.sent]
        if any((without_field(one.earlier_configuration) or None) == stood for one in kept):
            return []
        return [f"the journal does not hold {stood}"]

    def _backed_out(self, when: str) -> list[str]:
        problems = self._stage.back_out(force=self._scenario.force)
        left = self._stage.observe()
        if left != self._origin:
            problems.append(unlike(left, self._origin))
        return [f"backed out {when}: {one}" for one in problems]


def unlike(left: State, wanted: State) -> str:
    """Say in what a state is not the one that is wanted."""

    def of(state: State, name: str) -> Any:
        return state.get(name, "nothing")

    names = sorted(n for n in left.keys() | wanted.keys() if left.get(n) != wanted.get(n))
    return "; ".join(f"{n} is {of(left, n)} instead of {of(wanted, n)}" for n in names)
