"""``make benchmark``: measure, and write docs/benchmarks.md, its picture and its data."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.contenders import OTHERS
from benchmarks.measure import measure
from benchmarks.measurement import Report, medians
from benchmarks.tables import page

DOCS = Path(__file__).parents[1] / "docs"


def versions() -> dict[str, str]:
    """Return what is compared, in which versions."""
    own = {name: importlib.metadata.version(name) for name in ("prowler", "boto3")}
    script = "import importlib.metadata as m; print(*(m.version(n) for n in ('c7n', 'awscli')))"
    python = str(OTHERS / "python")
    done = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True)
    custodian, aws_cli = done.stdout.split()
    return {
        "Python": platform.python_version(),
        "Prowler": own["prowler"],
        "boto3": own["boto3"],
        "Cloud Custodian": custodian,
        "AWS CLI": aws_cli,
    }


def main() -> None:
    """Measure and write, or only write from what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only-write", action="store_true", help="from the last measurements")
    options = parser.parse_args()
    data = DOCS / "benchmarks.json"
    if options.only_write:
        report = Report.model_validate_json(data.read_text(encoding="utf-8"))
    else:
        found = measure(options.runs, lambda text: print(text, file=sys.stderr, flush=True))
        report = Report(
            date=f"{datetime.now(timezone.utc):%Y-%m-%d}",
            versions=versions(),
            processors=os.cpu_count() or 1,
            measurements=medians(found),
        )
        data.write_text(report.model_dump_json(indent=1, exclude_none=True) + "\n", "utf-8")
    text = page(report)
    (DOCS / "benchmarks.md").write_text(text, encoding="utf-8")
    picture = str(DOCS / "benchmarks.svg")
    subprocess.run(
        [str(OTHERS / "python"), "-m", "benchmarks.plot", str(data), picture], check=True
    )
    print(text)


if __name__ == "__main__":
    main()
