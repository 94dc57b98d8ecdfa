"""A Region that can't be judged is MANUAL, never silence; wrong settings too."""

import json
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from prowler_bedrock.check_id import DELIVERY_CHECK_ID
from prowler_bedrock.delivery.settings import DeliverySettings
from prowler_bedrock.logging_configuration.judge import Verdict
from prowler_bedrock.logging_configuration.model import NotOffered, SwitchedOff
from tests.metadata.test_metadata_of_every_check import CHECKS

METADATA = next(path for path in CHECKS if path.parent.name == DELIVERY_CHECK_ID).read_text(
    encoding="utf-8"
)


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module, with a service that has read three Regions."""
    client = SimpleNamespace(
        observations={"a-1": SwitchedOff(), "b-1": SwitchedOff(), "c-1": NotOffered()},
        resource_arn=lambda region: f"arn:aws:bedrock:{region}:123456789012:x",
        fixer_config={},
    )
    for name in ("report", "settings", "client"):
        monkeypatch.delitem(sys.modules, f"prowler_bedrock.prowler_adapter.{name}", raising=False)
    module = SimpleNamespace(client=client)
    monkeypatch.setitem(sys.modules, "prowler_bedrock.prowler_adapter.client", module)
    from prowler_bedrock.prowler_adapter import report

    yield report
    for name in ("report", "settings", "client"):
        sys.modules.pop(f"prowler_bedrock.prowler_adapter.{name}", None)


def test_one_region_that_can_not_be_judged_does_not_silence_the_others(report: Any) -> None:
    def judge(_: Any, region: str) -> Verdict | None:
        if region == "a-1":
            raise KeyError("MetricDataResults")
        return Verdict(status="PASS", status_extended="fine") if region == "b-1" else None

    first, second = report.findings_of(METADATA, judge)
    assert (first.region, first.status) == ("a-1", "MANUAL")
    assert "KeyError ('MetricDataResults')" in first.status_extended
    assert (second.region, second.status) == ("b-1", "PASS")


def test_settings_reach_the_check(report: Any) -> None:
    report.settings_of.__globals__["client"].fixer_config = {
        DELIVERY_CHECK_ID: {"WindowInHours": 48}
    }
    seen = []
    report.findings_with_settings(
        METADATA, DeliverySettings, lambda _, __, settings: seen.append(settings.window_in_hours)
    )
    assert seen == [48, 48, 48]


def test_wrong_settings_are_manual_and_named(report: Any) -> None:
    report.settings_of.__globals__["client"].fixer_config = {
        DELIVERY_CHECK_ID: {"WindowInHour": 48}
    }
    findings = report.findings_with_settings(METADATA, DeliverySettings, pytest.fail)
    assert [one.status for one in findings] == ["MANUAL", "MANUAL"], "no finding without Bedrock"
    assert "WindowInHour is not a setting" in findings[0].status_extended
    assert "did you mean WindowInHours?" in findings[0].status_extended
    assert json.loads(METADATA)["CheckID"] in findings[0].status_extended
