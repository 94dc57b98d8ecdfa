"""Every way in which delivery breaks is seen, and no healthy Region fails."""

from __future__ import annotations

import pytest

from fixtures.breakages import BREAKAGES, Breakage
from prowler_bedrock.destination.judge import judge_destination
from prowler_bedrock.logging_configuration.read import read_logging_configuration
from tests.destination.conftest import Broken


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda one: one.name.replace(" ", "-"))
def test_each_breakage_has_its_verdict(broken: Broken, breakage: Breakage) -> None:
    region = broken.region(breakage.name)
    observation = read_logging_configuration(broken.access.client("bedrock", region))
    verdict = judge_destination(broken.access, region, observation)
    assert verdict is not None
    assert verdict.status == breakage.status, verdict.status_extended
    assert breakage.says in verdict.status_extended
