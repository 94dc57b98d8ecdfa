"""Whatever AWS or a user named something, terminals, tables, logs and the page show it as text."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from prowler_bedrock.command_line.output import print_table
from prowler_bedrock.command_line.report import AccountResult, report
from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.journal.change import Change, Resource
from prowler_bedrock.logging_configuration.judge import judge
from prowler_bedrock.logging_configuration.model import Unreadable
from prowler_bedrock.logging_configuration.read import parse_answer
from prowler_bedrock.page.findings import CHECKS, read_findings
from prowler_bedrock.page.render import render
from prowler_bedrock.text import one_line, plain
from tests.fuzz.values import texts

evil = st.one_of(texts, st.text(st.characters(categories=["Cc", "Cf", "Zl", "Zp", "L"])))


@given(evil)
def test_a_text_holds_no_control_characters(text: str) -> None:
    assert one_line(text).isprintable()
    assert plain(text).replace("\n", "").isprintable()
    assert plain(text).count("\n") == text.count("\n")


@given(evil, evil)
def test_the_terminal_gets_text_only(name: str, message: str) -> None:
    @click.command()
    def command() -> None:
        print_table(["name", "other"], [[name, "x"]])
        change = Change(resource=Resource(kind="role", name=name), earlier={}, later={name: 1})
        done = Outcome(result="planned", message=message, changes=[change])
        report({"1": AccountResult(outcomes={"us-east-1": done})}, {"2": message}, as_json=False)

    output = CliRunner().invoke(command, color=False).output
    assert output.replace("\n", "").isprintable()


@given(evil, evil)
def test_a_finding_begins_with_our_words(name: str, message: str) -> None:
    # A cell of a CSV that begins with = + - or @ is a formula to a spreadsheet.
    for observation in (
        parse_answer({"loggingConfig": {"s3Config": {"bucketName": name}}}),
        Unreadable(code=name, message=message),
    ):
        verdict = judge(observation, "us-east-1")
        assert verdict is not None
        assert verdict.status_extended.startswith("Bedrock Model Invocation Logging")


class Elements(HTMLParser):
    """Counts the elements of a page, and gathers its text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found += [tag, *(name for name, _ in attrs)]


def elements(directory: Path, check: str, account: str, region: str, reason: str) -> list[str]:
    finding = {
        "metadata": {"event_code": check},
        "cloud": {"account": {"uid": account}, "region": region},
        "status_code": "FAIL",
        "severity": region,
        "status_detail": reason,
        "finding_info": {"created_time": datetime.now(timezone.utc).isoformat()},
    }
    path = directory / "scan.ocsf.json"
    path.write_text(json.dumps([finding]), encoding="utf-8")
    parser = Elements()
    parser.feed(render(read_findings([path])))
    return [name for name in parser.found if name != "wbr"]


@given(st.tuples(evil, evil, evil, evil))
def test_the_page_gets_text_only(tmp_path: Path, names: tuple[str, str, str, str]) -> None:
    check, account, region, reason = names
    told = elements(tmp_path, CHECKS + check, account, region, reason)
    assert told == elements(tmp_path, CHECKS, "1", "us-east-1", "fine")


def test_the_fixer_prints_text_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys
    from types import SimpleNamespace

    name = "prowler_bedrock.prowler_adapter.client"
    monkeypatch.setitem(sys.modules, name, SimpleNamespace(client=Mock()))
    from prowler_bedrock.prowler_adapter import fixer

    bad = "\x1b[2J\nPASS us-east-1"
    change = Change(resource=Resource(kind="role", name=bad), earlier={}, later={"a": 1})
    planned = Outcome(result="planned", message=bad, changes=[change])
    monkeypatch.setattr(fixer, "_fix", lambda _: lambda _: planned)
    fixer.fix_region("the check", "us-east-1")
    output = capsys.readouterr().out
    assert output.replace("\n", "").replace("\t", "").isprintable()
    assert all(line.startswith("\t") for line in output.splitlines())
    assert "\tPASS us-east-1" not in output.splitlines()
    for module in [one for one in sys.modules if one.startswith("prowler_bedrock.prowler_adapter")]:
        monkeypatch.delitem(sys.modules, module)
