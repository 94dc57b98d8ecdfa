"""Through `prowler`: no broken Region passes every check, no healthy one fails any."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest

from fixtures.breakages import (
    BREAKAGES,
    BROKEN_DESTINATIONS,
    BROKEN_OTHERWISE,
    Breakage,
    break_regions,
)
from fixtures.embedded_account.handle import ROOT, EmbeddedAccount
from prowler_bedrock.check_id import (
    CHECK_ID,
    DATA_TYPES_CHECK_ID,
    DELIVERY_CHECK_ID,
    DESTINATION_CHECK_ID,
    EXPECTED_CHECK_ID,
    RETENTION_CHECK_ID,
    TAMPER_CHECK_ID,
)
from tests.end_to_end.builtin_check import builtin_findings
from tests.end_to_end.prowler_run import Run, run_prowler

CHECKS = (
    CHECK_ID,
    DATA_TYPES_CHECK_ID,
    DELIVERY_CHECK_ID,
    DESTINATION_CHECK_ID,
    EXPECTED_CHECK_ID,
    RETENTION_CHECK_ID,
    TAMPER_CHECK_ID,
)
# Prowler leaves these out, by its list of Regions or by default.
REGIONS = [
    region
    for region in boto3.Session().get_available_regions("bedrock")
    if region not in ("ap-southeast-6", "me-central-1", "me-south-1", "mx-central-1")
]
SETTINGS = f"""
aws:
  {EXPECTED_CHECK_ID}:
    LogGroupName: /aws/bedrock/modelinvocations
    BucketName: "logs-{{region}}"
    LargeDataBucketName: "large-{{region}}"
  {RETENTION_CHECK_ID}:
    MinimumDays: 90
  {DELIVERY_CHECK_ID}:
    WindowInHours: 48
  {CHECK_ID}:
    SeverityInUnusedRegions: informational
"""
Said = dict[tuple[str, str], tuple[str, str]]


@dataclass
class Scanned:
    """An account of broken Regions, and what the checks and the built-in say of it."""

    severities: dict[tuple[str, str], str]
    breakages: dict[str, Breakage]
    ours: Said
    builtin: Said


def said(run: Run) -> Said:
    return {
        (row["REGION"], row["CHECK_ID"]): (row["STATUS"], row["STATUS_EXTENDED"])
        for row in run.csv()
    }


def scan(base: Path, breakages: list[Breakage], regions: list[str]) -> Scanned:
    base.mkdir()
    (base / "settings.yaml").write_text(SETTINGS, encoding="utf-8")
    with EmbeddedAccount.start(account="settled") as account:
        placed = break_regions(account, regions, breakages)
        environment, where = account.environment(), ("-f", *placed, "-M", "csv")
        settings = ("--fixer-config", str(base / "settings.yaml"))
        ours = run_prowler(environment, base / "ours", "--checks", *CHECKS, *where, *settings)
        builtin = {
            (region, CHECK_ID): (status, text)
            for region, status, text in builtin_findings(environment, list(placed))
        }
        severities = {(row["REGION"], row["CHECK_ID"]): row["SEVERITY"] for row in ours.csv()}
        return Scanned(severities, placed, said(ours), builtin)


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Scanned]]:
    base = tmp_path_factory.mktemp("breakages")
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield list(
            pool.map(
                scan,
                [base / "destinations", base / "otherwise"],
                [BROKEN_DESTINATIONS, BROKEN_OTHERWISE],
                [REGIONS, REGIONS],
            )
        )


def test_there_are_more_than_twenty_ways(scanned: list[Scanned]) -> None:
    assert sum(one.status != "PASS" for one in BREAKAGES) > 20
    assert sum(len(one.breakages) for one in scanned) == len(BREAKAGES)


def test_each_breakage_has_its_verdict(scanned: list[Scanned]) -> None:
    for account in scanned:
        for region, breakage in account.breakages.items():
            status, text = account.ours[region, breakage.check]
            assert status == breakage.status, (breakage.name, text)
            assert breakage.says in text


def test_no_healthy_region_fails(scanned: list[Scanned]) -> None:
    healthy = [
        (account, region)
        for account in scanned
        for region, breakage in account.breakages.items()
        if breakage.status == "PASS"
    ]
    assert len(healthy) == 4
    for account, region in healthy:
        found = {check: account.ours[region, check] for check in CHECKS}
        assert {status for status, _ in found.values()} == {"PASS"}, found


def test_the_thresholds_of_the_settings_reach_the_checks(scanned: list[Scanned]) -> None:
    texts = [text for account in scanned for _, text in account.ours.values()]
    assert [text for text in texts if "at least 90 days" in text]
    assert [text for text in texts if "in the last 48 hours" in text]
    assert [text for text in texts if ", as expected." in text]


def test_only_findings_in_unused_regions_are_lowered(scanned: list[Scanned]) -> None:
    lowered, kept = set(), set()
    for account in scanned:
        for (region, check), (status, text) in account.ours.items():
            if check == CHECK_ID:
                unused = status == "FAIL" and "The Region is not in use" in text
                (lowered if unused else kept).add(account.severities[region, check])
    assert lowered == {"informational"}
    assert kept == {"medium"}


def test_the_table_in_the_docs_is_what_was_found(scanned: list[Scanned]) -> None:
    lines = (ROOT / "docs" / "breakages.md").read_text(encoding="utf-8").splitlines()
    rows = [
        tuple(cell.strip().strip("`") for cell in line.strip("|").split("|"))
        for line in lines
        if line.startswith("| ") and "verdict" not in line
    ]
    found = [
        (
            breakage.name,
            breakage.check.removeprefix("bedrock_model_invocation_logging_"),
            account.ours[region, breakage.check][0],
            account.builtin[region, CHECK_ID][0],
        )
        for account in scanned
        for region, breakage in account.breakages.items()
    ]
    assert rows == found
