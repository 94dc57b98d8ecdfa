"""Every call of every fix and backout fails in every way: told, nothing lost, undone as a whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.conftest import Cases
from tests.faults.matrix import Changes
from tests.faults.scenarios import BACKOUTS, FIXES
from tests.faults.stage import Stage

SCENARIOS = FIXES | BACKOUTS


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_fault_is_untold_or_loses_anything(
    stage: Stage, name: str, strike_all: Callable[[Cases], None]
) -> None:
    strike_all(Changes(stage, SCENARIOS[name]))
