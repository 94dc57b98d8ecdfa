"""The measurements as docs/benchmarks.md."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, StrictUndefined
from tabulate import tabulate

from benchmarks.cells import USUAL_COUNT, USUAL_LATENCY
from benchmarks.measurement import Measurement, Report

TITLES = {
    "status": "Is logging on?",
    "enable": "Turn logging on",
    "backout": "Back to what was before",
}


def page(report: Report) -> str:
    """Return the page.

    Args:
        report: what was measured.
    """
    template = Path(__file__).with_name("page.md.j2").read_text(encoding="utf-8")
    # The page is Markdown, not HTML.
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701
    return environment.from_string(template).render(
        report=report,
        versions=", ".join(f"{name} {version}" for name, version in report.versions.items()),
        runs=max(one.runs for one in report.measurements),
        check=_check(report),
        tasks=[(title, _processes(report, task)) for task, title in TITLES.items()],
        usual_count=USUAL_COUNT,
        usual_latency=USUAL_LATENCY,
        scan=_scan(report),
        start=_start(report),
    )


def _table(head: list[str], rows: list[list[str]]) -> str:
    if not rows:
        return "Not measured."
    align = ["left"] + ["right"] * (len(head) - 1)
    return tabulate(rows, head, "pipe", disable_numparse=True, colalign=align)


def _check(report: Report) -> str:
    rows = []
    for own in (one for one in report.of("check") if one.contender == "check"):
        other = report.find("check", "built-in", own.regions, own.latency_ms)
        if other:
            rows.append(
                [
                    f"{own.regions}",
                    f"{own.latency_ms} ms",
                    f"{own.calls}",
                    f"{other.calls}",
                    f"{own.latency_ms / 1000:.2f} s",
                    f"{own.seconds:.2f} s",
                    f"{other.seconds:.2f} s",
                    f"{other.seconds / own.seconds:.1f}",
                ]
            )
    head = ["Regions", "latency", "calls", "built-in's", "ideal", "check", "built-in", "ratio"]
    return _table(head, rows)


def _processes(report: Report, task: str) -> str:
    found = report.of(task)
    names = list(dict.fromkeys(one.contender for one in found))
    rows = []
    for latency_ms, regions in sorted({(one.latency_ms, one.regions) for one in found}):
        row = [f"{regions}", f"{latency_ms} ms"]
        for name in names:
            one = report.find(task, name, regions, latency_ms)
            row.append(f"{one.seconds:.1f} ({one.calls})" if one else "")
        rows.append(row)
    return _table(["Regions", "latency", *names], rows)


def _memory(one: Measurement) -> str:
    return f"{one.memory_mb:.0f} MB" if one.memory_mb else ""


def _scan(report: Report) -> str:
    cell = (USUAL_COUNT, USUAL_LATENCY)
    usual = [one for one in report.of("status") if (one.regions, one.latency_ms) == cell]
    rows = [
        [
            one.contender if one.task == "scan" else f"{one.contender}, status",
            f"{one.seconds:.1f} s",
            f"{one.processor:.1f} s",
            f"{one.calls}",
            _memory(one),
        ]
        for one in [*report.of("scan"), *usual]
    ]
    return _table(["", "wall time", "processor", "calls", "memory"], rows)


def _start(report: Report) -> str:
    rows = [
        [one.contender, f"{one.seconds * 1000:.1f} ms", _memory(one)] for one in report.of("start")
    ]
    return _table(["", "wall time", "memory"], rows)
