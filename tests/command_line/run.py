"""Run `prowler-bedrock`: the real executable, or its function where that is shown elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.command_line.app import main

EXECUTABLE = Path(sys.executable).parent / "prowler-bedrock"
READS = ("Get", "List", "Describe", "Head", "Filter", "AssumeRole")


@dataclass
class Run:
    """One finished run."""

    status: int
    output: str
    errors: str

    @property
    def json(self) -> Any:
        return json.loads(self.output)

    @property
    def lines(self) -> list[str]:
        return self.output.splitlines()


def variables(environment: dict[str, str], journal: Path | None) -> dict[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "PROWLER_BEDROCK_", "_PROWLER_BEDROCK"))
    }
    where = {"PROWLER_BEDROCK_JOURNAL_DIRECTORY": str(journal)} if journal else {}
    return {**inherited, **where, **environment}


def _checked(found: Run) -> Run:
    assert "Traceback (most recent" not in found.output + found.errors
    assert "please report it" not in found.output + found.errors
    return found


def run_here(environment: dict[str, str], *arguments: str, journal: Path | None = None) -> Run:
    """Run the executable's function in this process, which saves its second of start-up."""
    output, errors, status = StringIO(), StringIO(), 0
    with (
        patch.dict(os.environ, variables(environment, journal), clear=True),
        patch.object(sys, "argv", ["prowler-bedrock", *arguments]),
        redirect_stdout(output),
        redirect_stderr(errors),
    ):
        try:
            main()
        except SystemExit as ended:
            status = int(ended.code or 0)
    return _checked(Run(status, output.getvalue(), errors.getvalue()))


def run(environment: dict[str, str], *arguments: str, journal: Path | None = None) -> Run:
    """Run `prowler-bedrock` and wait for its end; no run may show a traceback."""
    done = subprocess.run(
        [str(EXECUTABLE), *arguments],
        env=variables(environment, journal),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return _checked(Run(done.returncode, done.stdout, done.stderr))


def writes(account: Any) -> list[str]:
    """The recorded calls that are no reads."""
    return [one["operation"] for one in account.calls() if not one["operation"].startswith(READS)]


def settings_file(folder: Path, settings: str) -> Path:
    """A file for `--settings`; the settings stand in it as in a mapping of YAML on one line."""
    file = folder / "settings.yaml"
    file.write_text(f"aws: {{{CHECK_ID}: {{{settings}}}}}")
    return file
