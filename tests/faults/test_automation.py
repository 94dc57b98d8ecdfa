"""Every call of the automation fails in every way: told, not done twice, undone as a whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.conftest import Cases
from tests.faults.deliveries import DELIVERIES, Deliveries
from tests.faults.organization import Organization


@pytest.mark.parametrize("name", DELIVERIES)
def test_no_fault_of_a_delivery_is_untold_or_changes_twice(
    organization: Organization, name: str, strike_all: Callable[[Cases], None]
) -> None:
    strike_all(Deliveries(organization, DELIVERIES[name]))
