"""Make one environment and run things in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.versions.cells import ROOT, Cell, test_tools

UV = Path(sys.executable).parent / "uv"


class StepError(Exception):
    """A step did not end well; the text is what it said last."""


def run(
    *command: str | Path,
    statuses: tuple[int, ...] = (0,),
    directory: Path = ROOT,
    environment: dict[str, str] | None = None,
) -> str:
    """Run a command and return its standard output.

    Args:
        command: program and arguments.
        statuses: the exit statuses that are right.
        directory: where it runs.
        environment: variables besides the inherited ones.

    Raises:
        StepError: when it ended with another status.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "PROWLER_", "VIRTUAL_ENV", "PYTHONPATH"))
    }
    done = subprocess.run(
        [str(word) for word in command],
        cwd=directory,
        env={**inherited, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in statuses:
        said = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        # pytest names each test that failed; other programs end with what went wrong.
        named = [line.split(" - ")[0] for line in said if line.startswith("FAILED ")]
        told = "; ".join(named or said[-1:]) or "no output"
        raise StepError(f"status {done.returncode}: {told}")
    return done.stdout


class Environment:
    """A virtual environment of one cell, with the plugin's wheel.

    Args:
        cell: which versions.
        folder: where it is made; must not exist.
    """

    def __init__(self, cell: Cell, folder: Path) -> None:
        self.cell = cell
        self.bin = folder / "bin"
        self.python = self.bin / "python"
        self._folder = folder

    def make(self, wheel: Path) -> None:
        """Make it and install everything, the plugin as its users get it.

        Args:
            wheel: the plugin's wheel.

        Raises:
            StepError: when the interpreter is missing or the versions don't agree.
        """
        run(UV, "venv", "--quiet", "--python", self.cell.python, self._folder)
        if self.cell.prowler:
            lock = ROOT / "locks" / f"prowler-{self.cell.prowler}.txt"
            self._install("--require-hashes", "-r", lock)
        else:
            resolution = ("--resolution", self.cell.resolution)
            self._install(*resolution, "-r", ROOT / "setup.cfg", *test_tools())
        self._install("--no-deps", wheel)

    def install_sources(self) -> None:
        """Replace the wheel by the sources, beside which the tests stand."""
        self._install("--no-deps", "-e", ROOT)

    def agree(self) -> str:
        """Say that the installed versions agree with each other, as ``pip check`` does.

        Raises:
            StepError: when two don't; the text names them.
        """
        run(UV, "pip", "check", "--quiet", "--python", self.python)
        return "clean"

    def version_of(self, module: str) -> str:
        """Return the version of an installed distribution."""
        program = f"import importlib.metadata as m; print(m.version('{module}'))"
        return run(self.python, "-c", program).strip()

    def interpreter(self) -> str:
        """Return the interpreter's full version."""
        return run(self.python, "-c", "import platform; print(platform.python_version())").strip()

    def _install(self, *what: str | Path) -> None:
        run(UV, "pip", "install", "--quiet", "--python", self.python, *what)
