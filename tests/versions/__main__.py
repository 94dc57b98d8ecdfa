"""Print what runs on which versions, as the README's table.

``make versions`` runs it. Each environment is made in a temporary folder and removed after its row.
``python -m tests.versions 3.13 5.46.0`` runs only the rows that match every word.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from fixtures.embedded_account.handle import EmbeddedAccount
from tests.versions.cells import ROOT, Cell, cells
from tests.versions.environment import Environment, StepError, run
from tests.versions.steps import listed, scanned, tested

HEAD = ("Prowler", "Python", "boto3", "pip check", "checks and fixers listed", "scan", "tests")


def print_row(words: Iterable[str]) -> None:
    """Print one line of a Markdown table."""
    print(f"| {' | '.join(words)} |", flush=True)


def row(cell: Cell, wheel: Path, base: Path) -> tuple[list[str], bool]:
    """Try one cell and return its row and whether everything went well.

    Args:
        cell: which versions.
        wheel: the plugin's wheel.
        base: an empty folder.
    """
    environment = Environment(cell, base / "environment")
    try:
        environment.make(wheel)
        versions = [environment.interpreter(), environment.version_of("boto3")]
    except StepError as error:
        return [cell.name, cell.python, "", f"NOT INSTALLED: {error}", "", "", ""], False
    reports = base / "reports"
    reports.mkdir()
    with EmbeddedAccount.start(account="mixed") as account:
        steps: list[Callable[[], str]] = [
            environment.agree,
            lambda: listed(environment),
            lambda: scanned(environment, account, reports),
            lambda: tested(environment),
        ]
        results = [_result(step) for step in steps]
    return [cell.name, *versions, *results], not any(one.startswith("FAILED") for one in results)


def _result(step: Callable[[], str]) -> str:
    try:
        return step()
    except StepError as error:
        return f"FAILED: {error}"


def main(words: list[str]) -> int:
    """Print the table and return 1 when a step failed anywhere.

    Args:
        words: only the cells that match each of these are run.
    """
    chosen = [one for one in cells() if all(word in (one.name, one.python) for word in words)]
    if not chosen:
        print(f"No row matches {' '.join(words)}.", file=sys.stderr)
        return 2
    good = True
    print_row(HEAD)
    print_row("---" for _ in HEAD)
    with tempfile.TemporaryDirectory() as directory:
        run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", directory, ROOT)
        (wheel,) = Path(directory).glob("*.whl")
        for cell in chosen:
            with tempfile.TemporaryDirectory(dir=directory) as base:
                words_of_row, well = row(cell, wheel, Path(base))
                print_row(words_of_row)
                good = good and well
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
