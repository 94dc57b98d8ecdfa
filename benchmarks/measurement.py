"""What was measured, one entry for each contender, task, number of Regions and latency."""

from __future__ import annotations

import statistics
from collections.abc import Iterable

from pydantic import BaseModel


class Measurement(BaseModel):
    """One run, or the median of several.

    Attributes:
        task: ``check``, ``status``, ``enable``, ``backout``, ``scan`` or ``start``.
        contender: who did it.
        regions: in how many Regions.
        latency_ms: of each call.
        seconds: wall time.
        processor: seconds of processor of the caller, without the account's.
        calls: calls of the AWS API.
        memory_mb: the largest resident set; ``None`` where it was not measured.
        runs: how many runs this is the median of.
    """

    task: str
    contender: str
    regions: int
    latency_ms: int
    seconds: float
    processor: float
    calls: int
    memory_mb: float | None = None
    runs: int = 1


class Report(BaseModel):
    """All of them, and what they were measured with.

    Attributes:
        date: day of the run, as in ``2026-11-25``.
        versions: program to version.
        processors: how many the machine has.
        measurements: the medians.
    """

    date: str
    versions: dict[str, str]
    processors: int
    measurements: list[Measurement]

    def find(self, task: str, contender: str, regions: int, latency_ms: int) -> Measurement | None:
        """Return one of the measurements, if there is one."""
        return next(
            (
                one
                for one in self.measurements
                if (one.task, one.contender, one.regions, one.latency_ms)
                == (task, contender, regions, latency_ms)
            ),
            None,
        )

    def of(self, task: str) -> list[Measurement]:
        """Return the measurements of a task."""
        return [one for one in self.measurements if one.task == task]


def medians(runs: Iterable[Measurement]) -> list[Measurement]:
    """Return one measurement for the runs of the same, in the order of the first ones.

    Args:
        runs: single runs.
    """
    groups: dict[tuple[object, ...], list[Measurement]] = {}
    for one in runs:
        groups.setdefault((one.task, one.contender, one.regions, one.latency_ms), []).append(one)
    return [_median(group) for group in groups.values()]


def _median(group: list[Measurement]) -> Measurement:
    memory = [one.memory_mb for one in group if one.memory_mb is not None]
    return group[0].model_copy(
        update={
            "seconds": statistics.median(one.seconds for one in group),
            "processor": statistics.median(one.processor for one in group),
            "calls": max(one.calls for one in group),
            "memory_mb": max(memory) if memory else None,
            "runs": len(group),
        }
    )
