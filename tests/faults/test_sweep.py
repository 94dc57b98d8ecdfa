"""Every call of the sweep fails in every way: no false PASSED, nothing left out in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.organization import Organization
from tests.faults.sweeps import SWEEPS, Sweeps


@pytest.mark.parametrize("name", SWEEPS)
def test_no_fault_of_a_sweep_passes_or_is_untold(
    organization: Organization, name: str, record_property: Callable[[str, object], None]
) -> None:
    cases = Sweeps(organization, SWEEPS[name])
    cases.run()
    record_property("faults", cases.size)
    assert not cases.problems, "\n".join(cases.problems)
