"""Which environments there are."""

from __future__ import annotations

import configparser
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
# What the tests of the core need besides the plugin, of the extra for tests.
TEST_TOOLS = ("moto", "pytest", "pytest-xdist", "hypothesis")


@dataclass(frozen=True)
class Cell:
    """One environment.

    Attributes:
        python: version of the interpreter, as in ``3.10``.
        prowler: Prowler's version; ``None`` for the core alone.
        resolution: for the core alone, what is taken of the versions that ``setup.cfg`` allows:
            uv's ``highest`` or ``lowest-direct``.
    """

    python: str
    prowler: str | None = None
    resolution: str = "highest"

    @property
    def name(self) -> str:
        """What stands in the table's first column."""
        if self.prowler:
            return self.prowler
        return f"none, {'newest' if self.resolution == 'highest' else 'oldest allowed'} boto3"


def test_tools() -> list[str]:
    """Return the requirements of the core's tests, as ``setup.cfg`` has them."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = setup["options.extras_require"]["test"].split("\n")
    named = {Requirement(line).name: line for line in lines if line}
    return [named[name] for name in TEST_TOOLS]


def cells() -> list[Cell]:
    """Return every environment: each locked Prowler on each Python, and the core alone."""
    locked = sorted(
        (path.stem.removeprefix("prowler-") for path in (ROOT / "locks").glob("prowler-*.txt")),
        key=lambda version: [int(part) for part in version.split(".")],
    )
    return [
        *(Cell(python, prowler) for prowler in locked for python in PYTHONS),
        Cell(PYTHONS[0], resolution="lowest-direct"),
        Cell(PYTHONS[0]),
        Cell(PYTHONS[-1]),
    ]
