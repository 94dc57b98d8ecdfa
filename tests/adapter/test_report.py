"""A Region that can't be judged is MANUAL, never silence; wrong settings too."""

import json
import os
import sys
from importlib import import_module
from io import BytesIO, TextIOWrapper
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from prowler_bedrock.check_id import CHECK_ID, DATA_TYPES_CHECK_ID, DELIVERY_CHECK_ID
from prowler_bedrock.delivery.settings import DeliverySettings
from prowler_bedrock.enable.settings import ChangeSettings
from prowler_bedrock.errors import AwsCallError, SettingsError
from prowler_bedrock.logging_configuration.judge import Verdict
from prowler_bedrock.logging_configuration.model import NotOffered, SwitchedOff, Unreadable
from prowler_bedrock.logging_configuration.read import parse_answer
from prowler_bedrock.usage.usage import Usage
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
        access=None,
        changed=Mock(),
    )
    for name in ("report", "settings", "client"):
        monkeypatch.delitem(sys.modules, f"prowler_bedrock.prowler_adapter.{name}", raising=False)
    module = SimpleNamespace(client=client)
    monkeypatch.setitem(sys.modules, "prowler_bedrock.prowler_adapter.client", module)
    # The package may still name an earlier test's.
    yield import_module("prowler_bedrock.prowler_adapter.report")
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


def test_the_resource_has_the_built_ins_members_and_the_apis(report: Any) -> None:
    client = report.settings_of.__globals__["client"]
    config = {
        "cloudWatchConfig": {"logGroupName": "/a", "newer": 1},
        "s3Config": {"bucketName": "b"},
        "videoDataDeliveryEnabled": False,
    }
    why = Unreadable(code="Throttling", message="later")
    client.observations = {
        "a-1": parse_answer({"loggingConfig": config}), "b-1": SwitchedOff(), "c-1": why
    }  # fmt: skip
    told = Verdict(status="PASS", status_extended="fine")
    found = [one.resource for one in report.findings_of(METADATA, lambda _, __: told)]
    off = {"enabled": False, "cloudwatch_log_group": None, "s3_bucket": None}
    assert found == [
        {
            "enabled": True,
            "cloudwatch_log_group": "/a",
            "s3_bucket": "b",
            "video_data_delivery_enabled": False,
            "loggingConfig": config,
        },
        {**off, "loggingConfig": None},
        {"code": "Throttling", "message": "later"},
    ]


def test_a_pipe_that_prowler_has_read_is_not_opened_again(
    report: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pipe = tmp_path / "settings"
    os.mkfifo(pipe)
    monkeypatch.setattr(sys, "argv", ["prowler", "aws", "--fixer-config", str(pipe)])
    report.settings_of.__globals__["client"].fixer_config = {CHECK_ID: {"DryRun": True}}
    assert report.settings_of(ChangeSettings, CHECK_ID).dry_run


def test_a_region_that_was_not_called_says_why_it_was_not_called(
    report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sys.modules["prowler_bedrock.prowler_adapter.client"].client
    why = Unreadable(code="OptInRequired", message="not enabled")
    read = parse_answer(
        {"loggingConfig": {"s3Config": {"bucketName": "logs"}, "textDataDeliveryEnabled": True}}
    )
    monkeypatch.setattr(client, "observations", {"a-1": read, "b-1": why})
    monkeypatch.setattr(
        client, "delivery_flags", lambda: ["textDataDeliveryEnabled"], raising=False
    )
    name = f"checks.bedrock.{DATA_TYPES_CHECK_ID}.{DATA_TYPES_CHECK_ID}"
    monkeypatch.delitem(sys.modules, name, raising=False)
    check = getattr(import_module(name), DATA_TYPES_CHECK_ID)
    called, uncalled = check().execute()
    del sys.modules[name]
    assert (called.region, called.status) == ("a-1", "PASS")
    assert (uncalled.region, uncalled.status) == ("b-1", "MANUAL")
    assert "could not be read in b-1: OptInRequired" in uncalled.status_extended
    assert "enable it or leave it out" in uncalled.status_extended


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


@pytest.mark.parametrize(
    ("settings", "severity"),
    [
        ({}, "high"),
        ({"SeverityInUnusedRegions": "low"}, "low"),
    ],
)
def test_findings_in_unused_regions_are_lowered_where_asked(
    report: Any, monkeypatch: pytest.MonkeyPatch, settings: Any, severity: str
) -> None:
    usages = {
        "a-1": Usage(days=30, invocations=0),
        "b-1": AwsCallError("cloudwatch:GetMetricData", "b-1", "AccessDenied", "no"),
    }
    monkeypatch.setattr(report, "_usage", lambda region, days: usages[region])
    report.settings_of.__globals__["client"].fixer_config = {DELIVERY_CHECK_ID: settings}
    fail = Verdict(status="FAIL", status_extended="Off.")
    unused, unknown = report.findings_of(
        METADATA, lambda _, region: fail if region in usages else None
    )
    assert (unused.status, unused.check_metadata.Severity) == ("FAIL", severity)
    assert unused.status_extended.endswith("no invocations in the last 30 days.")
    assert unknown.check_metadata.Severity == "high", "what can't be read is not unused"


def test_a_severity_that_is_lower_already_is_not_raised(
    report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "_usage", lambda region, days: Usage(days=days, invocations=0))
    report.settings_of.__globals__["client"].fixer_config = {
        DELIVERY_CHECK_ID: {"SeverityInUnusedRegions": "medium"}
    }
    metadata = json.dumps({**json.loads(METADATA), "Severity": "low"})
    fail = Verdict(status="FAIL", status_extended="Off.")
    found = report.findings_of(metadata, lambda _, __: fail)
    assert {one.check_metadata.Severity for one in found} == {"low"}


def test_a_failing_finding_names_wrong_settings(
    report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "_usage", lambda region, days: Usage(days=days, invocations=0))
    report.settings_of.__globals__["client"].fixer_config = {DELIVERY_CHECK_ID: {"Severity": "low"}}
    fail = Verdict(status="FAIL", status_extended="Off.")
    first, *_ = report.findings_of(METADATA, lambda _, __: fail)
    assert first.status == "FAIL"
    assert "Off. Severity is not a setting of" in first.status_extended


def test_a_failing_finding_survives_whatever_reading_the_usage_raises(report: Any) -> None:
    client = report.settings_of.__globals__["client"]
    # No client can be made of it.
    client.fixer_config = {}
    fail = Verdict(status="FAIL", status_extended="Off.")
    found = report.findings_of(METADATA, lambda _, __: fail)
    assert {one.status for one in found} == {"FAIL"}
    assert "Off. Whether the Region is in use could not be read: " in found[0].status_extended


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fixer-config"], "expected a file after it"),
        (["--fixer-config", "--region", "us-east-1"], "expected a file after it"),
        (["--fixer-config="], "expected a file after it"),
        # Of a program with options of its own, in which Prowler runs.
        (["--fix"], None),
    ],
)
def test_an_option_without_its_file_hides_no_finding(
    report: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str | None,
) -> None:
    monkeypatch.setattr(sys, "argv", ["prowler", "aws", *arguments])
    fail = Verdict(status="FAIL", status_extended="Off.")
    found = report.findings_of(METADATA, lambda _, __: fail)
    assert {one.status for one in found} == {"FAIL"}
    texts = [one.status_extended for one in found]
    assert all((said in text) if said else ("--fixer-config" not in text) for text in texts)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("option", ["--fixer-config", "--fixer-config=", "--fixer-c"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "can't be read (No such file"),
        ("a: b: c", "is not YAML (mapping values"),
        # Of values that are none of their tags, PyYAML raises errors of other kinds.
        ("aws: {a: !!int ''}", "is not YAML (string index"),
        ("aws: {a: !!bool maybe}", "is not YAML ('maybe'"),
        ("aws: {a: 2024-13-45}", "is not YAML (month"),
        ("[" * 3000, "is not YAML (maximum recursion"),
        ("", "no mapping under 'aws'"),
        # Prowler takes a file without any mapping for one of an older form, and goes on.
        ("DryRun: true", "no mapping under 'aws'"),
        (f"aws: [{{{CHECK_ID}: {{DryRun: true}}}}]", "no mapping under 'aws'"),
        (f"aws: {{a: {{}}}}\n{CHECK_ID}: {{DryRun: true}}", f"'{CHECK_ID}' .* outside of 'aws'"),
        (f"aws: {{a: {{}}}}\n{CHECK_ID[:-1]}: {{}}", f"'{CHECK_ID[:-1]}' .* outside of 'aws'"),
    ],
)
def test_what_prowler_does_not_hand_on_is_named_in_every_spelling(
    report: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    option: str,
    content: str | None,
    said: str,
) -> None:
    file = tmp_path / "settings.yaml"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    given = [f"{option}{file}"] if option.endswith("=") else [option, str(file)]
    monkeypatch.setattr(sys, "argv", ["prowler", "aws", "--fixer", *given])
    report.settings_of.__globals__["client"].fixer_config = {"a": {}}
    with pytest.raises(SettingsError, match=said.replace("(", r"\(")):
        report.settings_of(DeliverySettings, DELIVERY_CHECK_ID)
    file.write_text(f"aws: {{{DELIVERY_CHECK_ID}: {{}}}}\nazure: {{}}", encoding="utf-8")
    assert report.settings_of(DeliverySettings, DELIVERY_CHECK_ID) == DeliverySettings()


def test_prowlers_own_file_is_not_looked_at(report: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["prowler", "aws", "--fixer"])
    assert report.settings_of(DeliverySettings, DELIVERY_CHECK_ID) == DeliverySettings()


@pytest.mark.parametrize(
    "written",
    [
        CHECK_ID[:-1], CHECK_ID.replace("gg", "g"), f"{CHECK_ID} ", CHECK_ID.title(),
        CHECK_ID.replace("_", "-"), CHECK_ID.removeprefix("bedrock_"),
    ],
)  # fmt: skip
def test_settings_under_a_misspelt_check_are_not_left_out_in_silence(
    report: Any, written: str
) -> None:
    report.settings_of.__globals__["client"].fixer_config = {written: {"DryRun": True}}
    with pytest.raises(SettingsError, match=f"'{written}' .* did you mean {CHECK_ID}"):
        report.settings_of(DeliverySettings, DELIVERY_CHECK_ID)


def test_settings_of_prowlers_own_checks_are_its_own(report: Any) -> None:
    own = ("bedrock_model_invocation_logging_text_data_enabled", "iam_password_policy", 7)
    report.settings_of.__globals__["client"].fixer_config = {key: {} for key in own}
    assert report.settings_of(DeliverySettings, DELIVERY_CHECK_ID) == DeliverySettings()


@pytest.fixture
def fixer(report: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.delitem(sys.modules, "prowler_bedrock.prowler_adapter.fixer", raising=False)
    from prowler_bedrock.prowler_adapter import fixer

    sys.modules.pop("prowler_bedrock.prowler_adapter.fixer", None)
    return fixer


def test_whatever_fixing_a_region_raises_does_not_stop_prowler(
    fixer: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def explode(region: str) -> None:
        raise RuntimeError("surprise")

    monkeypatch.setattr(fixer, "_fix", lambda check_id: explode)
    assert fixer.fix_region(CHECK_ID, "us-east-1") is False
    assert "unexpected RuntimeError: surprise" in capsys.readouterr().out
    # It may have changed something before.
    fixer.client.changed.assert_called_once_with("us-east-1")


@pytest.mark.parametrize(
    ("settings", "journal", "lines"),
    [
        (
            {"DryRun": 1},
            "s3:/logs",
            ["DryRun: input should", "Correct the file given to --fixer-config."],
        ),
        ({}, "s3:/logs", ["--journal-directory, JournalDirectory or PROWLER_BEDROCK_JOURNAL"]),
        ({}, "s3://logs", ["The AWS configuration can't be used: The config profile (nope)"]),
    ],
)
def test_only_settings_of_the_file_are_to_be_corrected_there(
    fixer: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    settings: dict[str, Any],
    journal: str,
    lines: list[str],
) -> None:
    monkeypatch.setenv("PROWLER_BEDROCK_JOURNAL_DIRECTORY", journal)
    monkeypatch.setenv("AWS_PROFILE", "nope")
    monkeypatch.setattr(sys, "argv", ["prowler", "aws", "--fixer"])
    client = fixer.settings_of.__globals__["client"]
    client.fixer_config, client.access = {CHECK_ID: settings}, None
    assert fixer.fix_region(CHECK_ID, "us-east-1") is False
    *told, last = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert last == "Nothing was changed."
    for line, expected in zip(told, lines, strict=True):
        assert line.startswith(expected)


def test_a_name_that_the_output_lacks_does_not_stop_the_fixer(
    fixer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = TextIOWrapper(BytesIO(), encoding="ascii", write_through=True)
    monkeypatch.setattr(sys, "stdout", output)
    fixer._tell(["prefix grün\n日本"])
    assert output.buffer.getvalue() == b"\tprefix gr\\xfcn\\n\\u65e5\\u672c\n"  # type: ignore[attr-defined]


def test_wrong_settings_of_a_check_without_its_own_are_told_in_manual_findings_too(
    report: Any,
) -> None:
    client = report.settings_of.__globals__["client"]
    client.fixer_config = {json.loads(METADATA)["CheckID"]: {"DryRun": 3}}
    unknown = Verdict(status="MANUAL", status_extended="Not known.")
    first, *_ = report.findings_of(METADATA, lambda _, __: unknown, ChangeSettings)
    assert first.status == "MANUAL"
    assert first.status_extended.startswith("Not known. DryRun: input should be a valid boolean")
