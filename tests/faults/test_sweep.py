"""Every call of the sweep fails in every way: no false PASSED, nothing left out in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.conftest import Cases
from tests.faults.organization import Organization
from tests.faults.sweeps import SWEEPS, Sweeps


@pytest.mark.parametrize("name", SWEEPS)
def test_no_fault_of_a_sweep_passes_or_is_untold(
    organization: Organization, name: str, strike_all: Callable[[Cases], None]
) -> None:
    strike_all(Sweeps(organization, SWEEPS[name]))
