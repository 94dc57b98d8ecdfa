"""Run the real `prowler` executable and read what it wrote."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROWLER = Path(sys.executable).parent / "prowler"


@dataclass
class Run:
    """One finished run."""

    status: int
    output: str
    directory: Path

    def _files(self, pattern: str) -> list[Path]:
        return sorted(self.directory.glob(pattern))

    def csv(self, check: str = "") -> list[dict[str, str]]:
        """The findings of the CSV report, of one check if it is named."""
        (path,) = self._files("*.csv")
        with path.open(newline="", encoding="utf-8") as file:
            rows = csv.DictReader(file, delimiter=";")
            return [row for row in rows if check in ("", row["CHECK_ID"])]

    def statuses(self, check: str = "") -> dict[str, str]:
        """Region to status, of one check if it is named."""
        return {row["REGION"]: row["STATUS"] for row in self.csv(check)}

    def json(self, suffix: str) -> list[dict[str, Any]]:
        """The findings of a JSON report."""
        (path,) = self._files(f"*{suffix}")
        findings: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return findings

    def html(self) -> str:
        """The HTML report."""
        (path,) = self._files("*.html")
        return path.read_text(encoding="utf-8")


def run_prowler(environment: dict[str, str], directory: Path, *arguments: str) -> Run:
    """Run `prowler aws` and wait for its end."""
    directory.mkdir(parents=True, exist_ok=True)
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "PROWLER_BEDROCK_"))
    }
    journal = {"PROWLER_BEDROCK_JOURNAL_DIRECTORY": str(directory.parent / "journal")}
    finished = subprocess.run(
        [str(PROWLER), "aws", *arguments, "--no-banner", "--no-color", "-o", str(directory)],
        env={**inherited, **journal, **environment},
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Run(finished.returncode, finished.stdout + finished.stderr, directory)
