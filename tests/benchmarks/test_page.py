"""docs/benchmarks.md is what was measured, and nothing else."""

from pathlib import Path

import pytest

from benchmarks.measurement import Measurement, Report, medians
from benchmarks.tables import page

DOCS = Path(__file__).parents[2] / "docs"


def measured(seconds: float, **others: object) -> Measurement:
    given = {
        "task": "check", "contender": "check", "regions": 1, "latency_ms": 0, "seconds": seconds,
        "processor": seconds, "calls": 1,
    }  # fmt: skip
    return Measurement.model_validate(given | others)


def test_the_page_is_written_from_the_data() -> None:
    report = Report.model_validate_json((DOCS / "benchmarks.json").read_text(encoding="utf-8"))
    assert (DOCS / "benchmarks.md").read_text(encoding="utf-8") == page(report)
    assert {one.task for one in report.measurements} == {
        "check", "status", "enable", "backout", "scan", "start",
    }  # fmt: skip


def test_runs_become_their_median() -> None:
    runs = [measured(3), measured(1), measured(9, contender="built-in"), measured(2)]
    own, other = medians(runs)
    assert (own.seconds, own.runs) == (2, 3)
    assert (other.seconds, other.runs) == (9, 1)


def test_the_ratio_is_of_the_same_cell() -> None:
    found = [
        measured(0.5), measured(2.0, contender="built-in", calls=3), measured(1.0, regions=40),
    ]  # fmt: skip
    versions = {"Python": "3.11"}
    report = Report(date="2026-11-25", versions=versions, processors=2, measurements=found)
    (row,) = (line for line in page(report).splitlines() if line.startswith("| 1 "))
    assert [cell.strip() for cell in row.split("|")[1:-1]] == [
        "1", "0 ms", "1", "3", "0.00 s", "0.50 s", "2.00 s", "4.0",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["benchmarks.md", "benchmarks.json", "benchmarks.svg"])
def test_nothing_names_a_folder_of_this_machine(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    assert str(DOCS.parent) not in text
