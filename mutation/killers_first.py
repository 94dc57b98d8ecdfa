"""A pytest plugin for mutation testing: what noticed earlier mutants of a function is run first.

mutmut runs all tests that reach a function, the fast ones first, whichever file they are in. Most
of its mutants are noticed by the same few, others by the files that noticed those of its module;
and what the tests of a file share would be made again at each step from file to file.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from mutmut.runners.harness import PytestRunner
from pytest import ExitCode

AT_MOST = 8
# mutmut takes an error of pytest itself for a test that failed. This it calls suspicious.
UNDECIDED = 99
_found = tempfile.TemporaryDirectory()
_run: Callable[..., int] = PytestRunner.run_tests


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note which test noticed a mutant, for the other mutants of its module."""
    function, found, _ = os.environ.get("MUTANT_UNDER_TEST", "").partition("__mutmut_")
    if report.failed and found:
        with _notes(function).open("a", encoding="utf-8") as file:
            file.write(f"{function} {report.nodeid}\n")


def _notes(function: str) -> Path:
    return Path(_found.name) / function.partition(".x")[0]


def _killers_first(self: PytestRunner, *, mutant_name: str | None, tests: Iterable[str]) -> int:
    function, found, _ = (mutant_name or "").partition("__mutmut_")
    if not found:
        return _run(self, mutant_name=mutant_name, tests=tests)
    notes, tests = _notes(function), list(tests)
    lines = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
    noted = [line.split(" ", 1) for line in lines]
    counted = Counter(test for noticed, test in noted if noticed == function)
    first = [test for test, _ in counted.most_common(AT_MOST) if test in tests]
    rest = by_file(tests, Counter(_file(test) for _, test in noted))
    for chosen in (first, rest):
        if not chosen:
            continue
        try:
            code = _run(self, mutant_name=mutant_name, tests=chosen)
        except Exception:
            return UNDECIDED
        if code:
            return code if code == ExitCode.TESTS_FAILED else UNDECIDED
    return ExitCode.OK


def by_file(tests: Iterable[str], noticed: Counter[str]) -> list[str]:
    """Return tests file by file, first those of the files that noticed most.

    Args:
        tests: pytest's node ids.
        noticed: how many mutants each file noticed.
    """
    files: dict[str, list[str]] = {}
    for test in tests:
        files.setdefault(_file(test), []).append(test)
    ordered = sorted(files, key=lambda file: -noticed[file])
    return [test for file in ordered for test in files[file]]


def _file(test: str) -> str:
    return test.partition("::")[0]


PytestRunner.run_tests = _killers_first
