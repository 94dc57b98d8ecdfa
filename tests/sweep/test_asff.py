"""Findings are those of the installed Prowler, made by its own classes from the same verdicts."""

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from prowler.config.config import prowler_version
from prowler.lib.check.models import CheckMetadata
from prowler.lib.outputs.asff import asff
from prowler.lib.outputs.finding import Finding

from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.logging_configuration.judge import Verdict
from prowler_bedrock.prowler_adapter.asff_data import asff_data
from prowler_bedrock.sweep.asff import ProwlerData, finding_of, prowler_data

ROOT = Path(__file__).parents[2]
METADATA = ROOT / "checks" / "bedrock" / CHECK_ID / f"{CHECK_ID}.metadata.json"
ACCOUNT, REGION = "123456789012", "us-gov-west-1"
NOW = datetime(2026, 11, 25, 9, 30, 1, tzinfo=timezone.utc)


def finding_of_prowler(
    monkeypatch: pytest.MonkeyPatch, verdict: Verdict, **metadata: Any
) -> dict[str, Any]:
    monkeypatch.setattr(asff, "timestamp_utc", NOW)
    arn = f"arn:aws-us-gov:bedrock:{REGION}:{ACCOUNT}:model-invocation-logging"
    raw = json.loads(METADATA.read_text(encoding="utf-8")) | metadata
    compliance = {"SOC2": ["cc_a_1_1"], "C5-2025": ["x" * 30, "y" * 40]}
    finding = Finding(
        auth_method="profile: default",
        timestamp=NOW,
        account_uid=ACCOUNT,
        account_ou_uid="",
        account_ou_name="",
        metadata=CheckMetadata(**raw),
        uid="uid",
        status=verdict.status,
        status_extended=verdict.status_extended,
        resource_uid=arn,
        resource_name="model-invocation-logging",
        resource_details="",
        partition="aws-us-gov",
        region=REGION,
        compliance=compliance,
    )
    (made,) = asff.ASFF(findings=[finding]).data
    found: dict[str, Any] = made.dict(exclude_none=True)
    return found


@pytest.fixture
def data() -> ProwlerData:
    standards, requirements = asff.ASFF.format_compliance(
        {"SOC2": ["cc_a_1_1"], "C5-2025": ["x" * 30, "y" * 40]}
    )
    return ProwlerData(
        provider_version=prowler_version,
        associated_standards=[one["StandardsId"] for one in standards],
        related_requirements=requirements,
    )


@pytest.mark.parametrize(
    ("status", "sentence"),
    [("PASS", "It is on."), ("FAIL", "It is off."), ("FAIL", "é" * 1000), ("FAIL", "é" * 1001)],
)
def test_a_finding_is_the_one_of_prowler(
    monkeypatch: pytest.MonkeyPatch, data: ProwlerData, status: Any, sentence: str
) -> None:
    verdict = Verdict(status=status, status_extended=sentence)
    ours = finding_of(verdict, "aws-us-gov", REGION, ACCOUNT, NOW, data=data)
    assert ours == finding_of_prowler(monkeypatch, verdict)


def test_a_region_that_is_not_in_use_has_the_lower_severity(
    monkeypatch: pytest.MonkeyPatch, data: ProwlerData
) -> None:
    used = Verdict(status="FAIL", status_extended="It is off.")
    unused = used.model_copy(update={"region_unused": True})
    expected = finding_of_prowler(monkeypatch, used, Severity="low")
    assert finding_of(unused, "aws-us-gov", REGION, ACCOUNT, NOW, "low", data) == expected
    same = finding_of_prowler(monkeypatch, used)
    assert finding_of(used, "aws-us-gov", REGION, ACCOUNT, NOW, "low", data) == same
    assert finding_of(unused, "aws-us-gov", REGION, ACCOUNT, NOW, "medium", data) == same


def test_manual_gives_no_finding() -> None:
    verdict = Verdict(status="MANUAL", status_extended="It could not be read.")
    assert finding_of(verdict, "aws", "us-east-1", ACCOUNT, NOW) is None


@pytest.mark.skipif(
    prowler_version != prowler_data().provider_version,
    reason="the file holds what the newest supported Prowler has",
)
def test_the_data_file_is_what_the_installed_prowler_gives() -> None:
    assert ProwlerData.model_validate(asff_data()) == prowler_data(), "run make asff"
