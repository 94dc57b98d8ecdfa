"""Draw the measurements: wall time against Regions, and against latency, for each task.

Runs where matplotlib is: ``python -m benchmarks.plot MEASUREMENTS.json PICTURE.svg``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from benchmarks.cells import COUNTS, USUAL_COUNT, USUAL_LATENCY

TASKS = ("check", "status", "enable", "backout")
COLORS = {
    "check": "tab:blue",
    "prowler-bedrock": "tab:blue",
    "built-in": "tab:red",
    "Cloud Custodian": "tab:orange",
    "AWS CLI": "tab:green",
}


def draw(axes: Any, found: list[dict[str, Any]], along: str) -> None:
    """Draw one task's curves.

    Args:
        axes: where.
        found: the measurements of the task that vary only in one thing.
        along: which: ``regions`` or ``latency_ms``.
    """
    for name in dict.fromkeys(one["contender"] for one in found):
        points = sorted((one[along], one["seconds"]) for one in found if one["contender"] == name)
        axes.plot(*zip(*points, strict=True), marker="o", color=COLORS[name], label=name)
    ideal = sorted({(one[along], one["latency_ms"] / 1000) for one in found})
    axes.plot(
        *zip(*((at, s) for at, s in ideal if s), strict=True),
        color="black", linestyle=":", label="ideal: one round trip",
    )  # fmt: skip
    axes.set_yscale("log")
    axes.set_xlabel("Regions" if along == "regions" else "latency of a call, ms")
    axes.grid(alpha=0.3)


def main(data: str, picture: str) -> None:
    """Write the picture."""
    measurements = json.loads(Path(data).read_text(encoding="utf-8"))["measurements"]
    # Without a date and with fixed ids, the same measurements give the same file.
    plt.rcParams["svg.hashsalt"] = "benchmarks"
    figure, rows = plt.subplots(2, len(TASKS), figsize=(16, 8), layout="constrained")
    for at, task in enumerate(TASKS):
        count = max(COUNTS) if task == "check" else USUAL_COUNT
        found = [one for one in measurements if one["task"] == task]
        top, bottom = rows[0][at], rows[1][at]
        draw(top, [one for one in found if one["latency_ms"] == USUAL_LATENCY], "regions")
        draw(bottom, [one for one in found if one["regions"] == count], "latency_ms")
        top.set_title(f"{task}: {USUAL_LATENCY} ms for each call")
        bottom.set_title(f"{task}: {count} Regions")
        top.legend(fontsize="small")
    for row in rows:
        row[0].set_ylabel("wall time, seconds")
    figure.savefig(picture, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main(*sys.argv[1:])
