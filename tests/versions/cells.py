"""Which environments there are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
# What the tests of the core need besides the plugin.
TEST_TOOLS = (
    "moto[server]==5.2.5",
    "pytest==9.0.3",
    "pytest-xdist==3.8.0",
    "hypothesis>=6.150,<7",
)


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
