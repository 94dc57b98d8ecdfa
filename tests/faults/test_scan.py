"""Every call of every check fails in every way: never a false PASS, never a traceback."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest

from prowler_bedrock.logging_configuration.judge import Verdict
from prowler_bedrock.logging_configuration.read import GET_OPERATION
from tests.faults.checks import CHECKS, Check
from tests.faults.conftest import Cases
from tests.faults.matrix import struck_calls
from tests.faults.stage import Stage
from tests.faults.strikes import KINDS, Kindness
from tests.faults.wire import REGION

ASIDE = "Whether service control policies"


class Verdicts:
    """The cases of one check on one account."""

    def __init__(self, stage: Stage, check: Check) -> None:
        self._stage, self._check = stage, check
        self._calls: list[str] = []
        self._expected: Verdict | None = None
        self.problems: list[str] = []
        self.size = 0

    def run(self) -> None:
        self._stage.fresh()
        self._check.stands(self._stage)
        with self._stage.wire.run() as calls:
            self._expected = self._check.verdict(self._stage)
        assert self._expected and self._expected.status == self._check.status, self._expected
        self._calls = list(calls)
        for name, kind in KINDS.items():
            struck = struck_calls(self._stage.wire, self._calls, kind)
            self.size += len(struck)
            # What must not be noticed strikes all of them in one run.
            for number in [None] if kind.harmless else struck:
                operation = "every call" if number is None else self._calls[number]
                found = self._case(number, kind)
                self.problems += [f"{operation} ({number}), {name}: {one}" for one in found]

    def _case(self, number: int | None, kind: Kindness) -> list[str]:
        # Checks only read, so that what stands need not be made again.
        try:
            with self._stage.wire.run(lambda at: number in (None, at), kind.strike):
                verdict = self._check.verdict(self._stage)
        except Exception:
            return [traceback.format_exc(limit=-3)]
        if number is None:
            return [] if verdict == self._expected else [f"noticed: {verdict}"]
        operation = self._calls[number]
        if verdict is None:
            # An answer without members is how AWS says "off", which one check reports.
            off = operation == GET_OPERATION and kind is KINDS["hollow"]
            return [] if off else ["silence"]
        if verdict == self._expected:
            # A HEAD has no body that could be damaged.
            lies = self._lies(verdict, kind) and operation != "HeadBucket"
            return [f"{verdict.status}: {verdict.status_extended}"] if lies else []
        if self._tells_an_aside(verdict):
            told = verdict.model_copy(update={"status": "MANUAL"})
            return self._told(told, number, kind) if kind.codes else []
        if verdict.status == "PASS":
            return [f"false PASS: {verdict.status_extended}"]
        return self._told(verdict, number, kind) if kind.codes else []

    def _tells_an_aside(self, verdict: Verdict) -> bool:
        # What protects against administrators is told beside the verdict and decides nothing.
        assert self._expected
        own, aside, _ = verdict.status_extended.partition(ASIDE)
        same = own == self._expected.status_extended.partition(ASIDE)[0]
        return bool(aside) and same and "could not be read" in verdict.status_extended

    def _lies(self, verdict: Verdict, kind: Kindness) -> bool:
        # `lost once` is answered in the end. A FAIL may stand on other calls.
        return verdict.status == "PASS" and kind is not KINDS["lost once"]

    def _told(self, verdict: Verdict, number: int, kind: Kindness) -> list[str]:
        text = f"{verdict.status}: {verdict.status_extended}"
        problems = []
        if verdict.status != "MANUAL" and self._check.status == "PASS":
            problems.append(f"not MANUAL, {text}")
        if not any(code in text for code in kind.codes):
            problems.append(f"no code, {text}")
        action = self._stage.wire.action(self._calls[number])
        if action not in text and f"could not be read in {REGION}" not in text:
            problems.append(f"no {action}, {text}")
        return problems


@pytest.mark.parametrize("name", CHECKS)
def test_no_fault_passes(stage: Stage, name: str, strike_all: Callable[[Cases], None]) -> None:
    strike_all(Verdicts(stage, CHECKS[name]))
