"""Regions by checks, in a real browser where there is one; texts are never markup."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prowler_bedrock.errors import SettingsError
from prowler_bedrock.page.findings import Scan, read_findings
from prowler_bedrock.page.render import render
from tests.command_line.run import run_here

BROWSER = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)
ENABLED = "bedrock_model_invocation_logging_enabled"
HOSTILE = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"


def ocsf(region: str, code: str, reason: str, check: str = ENABLED, **more: Any) -> dict[str, Any]:
    """The members of an OCSF finding of Prowler that the page reads."""
    return {
        "metadata": {"event_code": check},
        "cloud": {"account": {"uid": "123456789012"}, "region": region},
        "status_code": code,
        "status": "New",
        "severity": "Medium",
        "status_detail": reason,
        "finding_info": {"created_time": 1795514400},
        **more,
    }


FINDINGS = [
    ocsf("us-east-1", "FAIL", HOSTILE),
    ocsf("us-east-1", "PASS", "fine", "bedrock_model_invocation_logging_delivery_healthy"),
    ocsf("eu-west-1", "MANUAL", "denied"),
    ocsf("ap-south-1", "FAIL", "known", status="Suppressed"),
    ocsf("us-east-1", "FAIL", "public", "s3_bucket_public_access"),
]


def scan_of(path: Path, findings: Any) -> Scan:
    path.write_text(json.dumps(findings), encoding="utf-8")
    return read_findings([path])


class Cells(HTMLParser):
    """The text of each table cell, and every element's name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.elements: set[str] = set()
        self._open = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.elements.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.rows[-1][-1] += data


EXPECTED = [
    ["Region", "delivery_healthy", "enabled"],
    ["ap-south-1", "no finding", "✗ FAIL (muted) · Mediumknown"],
    ["eu-west-1", "no finding", "? MANUALdenied"],
    ["us-east-1", "✓ PASSfine", f"✗ FAIL · Medium{HOSTILE}"],
]


def test_the_page_shows_regions_by_checks_with_status_and_reason(tmp_path: Path) -> None:
    html = render(scan_of(tmp_path / "scan.json", FINDINGS))
    cells = Cells(html)
    assert cells.rows == EXPECTED
    assert cells.elements.isdisjoint({"script", "img", "link", "iframe"})
    assert "1 findings of other checks are not shown." in html
    assert not re.search(r"(?:src|href|url)\s*[=(]", html.replace("src=x", "")), "self-contained"


@pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome on this machine")
def test_a_real_browser_shows_it_and_runs_nothing(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(render(scan_of(tmp_path / "scan.json", FINDINGS)), encoding="utf-8")
    run = subprocess.run(
        [
            str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", page.as_uri(),
        ],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    cells = Cells(run.stdout)
    assert cells.rows == EXPECTED
    assert "<title>Amazon Bedrock model invocation logging</title>" in run.stdout, "no script ran"


def test_of_repeated_scans_the_newest_counts(tmp_path: Path) -> None:
    later = ocsf("us-east-1", "PASS", "now on", finding_info={"created_time": 1795600800})
    for order in ([later, ocsf("us-east-1", "FAIL", "off")], [FINDINGS[0], later]):
        (found,) = scan_of(tmp_path / "scan.json", order).findings.values()
        assert (found.status, found.reason) == ("PASS", "now on")


@pytest.mark.parametrize("status", ["FAIL", "MANUAL"])
def test_what_was_found_before_logging_went_off_is_not_shown(tmp_path: Path, status: str) -> None:
    earlier = [
        ocsf("us-east-1", "PASS", "on"),
        ocsf("us-east-1", "PASS", "logs arrive", "bedrock_model_invocation_logging_healthy"),
        ocsf("eu-west-1", "PASS", "other", "bedrock_model_invocation_logging_healthy"),
        ocsf("eu-west-1", "PASS", "on"),
    ]
    off = ocsf("us-east-1", status, "off", finding_info={"created_time": 1795600800})
    muted = ocsf("eu-west-1", "PASS", "on", finding_info={"created_time": 1795600800})
    html = render(scan_of(tmp_path / "scan.json", [*earlier, off, muted]))
    assert Cells(html).rows[1:] == [
        ["eu-west-1", "✓ PASSon", "✓ PASS · 2026-11-24 10:00other"],
        ["us-east-1", f"{'✗ FAIL · Medium' if status == 'FAIL' else '? MANUAL'}off", "no finding"],
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is not JSON"),
        ('{"a": 1}', "holds no list of findings"),
        ("[]", "no finding of a bedrock_model_invocation_log* check"),
        (json.dumps([ocsf("us-east-1", "MAYBE", "?")]), "finding 1 has no valid status_code"),
        (json.dumps([{**FINDINGS[0], "cloud": 7}]), "finding 1 has no valid cloud.account.uid"),
    ],
)
def test_wrong_files_are_one_sentence(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "scan.json"
    file.write_text(content, encoding="utf-8")
    run = run_here({}, "page", str(file), "--output", str(tmp_path / "page.html"))
    assert run.status == 2
    assert said in run.errors
    assert not (tmp_path / "page.html").exists()


def test_the_command_writes_the_page_and_replaces_no_file(tmp_path: Path) -> None:
    file, page = tmp_path / "scan.json", tmp_path / "page.html"
    file.write_text(json.dumps(FINDINGS), encoding="utf-8")
    assert run_here({}, "page", str(file), "--output", str(page)).status == 0
    assert Cells(page.read_text(encoding="utf-8")).rows == EXPECTED
    page.write_text("mine", encoding="utf-8")
    refused = run_here({}, "page", str(file), "--output", str(page))
    assert (refused.status, page.read_text(encoding="utf-8")) == (2, "mine")
    assert "exists; give --force" in refused.errors
    assert run_here({}, "page", str(file), "--output", str(page), "--force").status == 0
    assert run_here({}, "page", str(tmp_path / "none.json")).status == 2
    assert Cells(run_here({}, "page", str(file)).output).rows == EXPECTED


def test_half_a_character_ends_no_half_page(tmp_path: Path) -> None:
    file, page = tmp_path / "scan.json", tmp_path / "page.html"
    file.write_text(json.dumps([ocsf("us-east-1", "PASS", "half \ud800 of one")]), encoding="utf-8")
    page.write_text("mine", encoding="utf-8")
    run = run_here({}, "page", str(file), "--output", str(page), "--force")
    assert (run.status, r"half \ud800 of one" in page.read_text(encoding="utf-8")) == (0, True)


def test_the_page_is_utf_8_whatever_the_terminal_has(tmp_path: Path) -> None:
    file = tmp_path / "scan.json"
    file.write_text(json.dumps([ocsf("us-east-1", "PASS", "grün 日本")]), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "prowler_bedrock", "page", str(file)],
        env={**os.environ, "PYTHONIOENCODING": "cp1252"}, capture_output=True, check=True,
    )  # fmt: skip
    assert Cells(run.stdout.decode("utf-8")).rows[1] == ["us-east-1", "✓ PASSgrün 日本"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(reason=st.text(), member=st.sampled_from(sorted(FINDINGS[0])), value=json_values)
def test_any_text_is_shown_and_any_value_is_a_page_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, reason: str, member: str, value: Any
) -> None:
    directory = tmp_path_factory.mktemp("fuzz")
    html = render(scan_of(directory / "a.json", [ocsf("eu-west-1", "FAIL", reason)]))
    assert Cells(html).elements.isdisjoint({"script", "img"})
    try:
        render(scan_of(directory / "b.json", [{**FINDINGS[2], member: value}]))
    except SettingsError as error:
        assert "expected Prowler's OCSF" in str(error) or "no finding of" in str(error)
