"""The story that users live, run once and shared by the tests: each Prowler run costs ~15-30 s."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.account.connection import connect, open_session
from prowler_bedrock.check_id import CHECK_ID, DATA_TYPES_CHECK_ID
from prowler_bedrock.prowler_adapter.asff_data import asff_data
from prowler_bedrock.status.read_regions import read_regions
from prowler_bedrock.sweep.asff import ProwlerData, finding_of
from prowler_bedrock.sweep.scan import judged
from tests.end_to_end.prowler_run import Run, run_prowler

REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2")
OFF = ("us-east-1", "us-west-2")
ON = ("eu-west-1", "eu-central-1")
IN_USE = "us-east-1"
DENIED = "ap-southeast-2"
CHECK = ("--checks", CHECK_ID, "-f", *REGIONS)
SERVICE = ("-s", "bedrock", "-f", *REGIONS)
BUILTIN = {"PROWLER_BEDROCK_USE_BUILTIN": "1"}

MUTELIST = f"""
Mutelist:
  Accounts:
    "*":
      Checks:
        "{CHECK_ID}":
          Regions: ["us-west-2"]
          Resources: ["*"]
"""
CUSTOM_METADATA = f"""
CustomChecksMetadata:
  aws:
    Checks:
      {CHECK_ID}:
        Severity: critical
"""


def prowler_files() -> dict[str, str]:
    """Every file of the installed Prowler, bytecode aside, and its digest."""
    spec = find_spec("prowler")
    assert spec is not None
    assert spec.submodule_search_locations
    root = Path(spec.submodule_search_locations[0])
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def logging_findings(account: Any, region: str) -> list[dict[str, Any]]:
    """The check's findings that Security Hub holds for a Region."""
    findings: list[dict[str, Any]] = account.client("securityhub", region).get_findings(
        Filters={"GeneratorId": [{"Value": f"prowler-{CHECK_ID}", "Comparison": "EQUALS"}]}
    )["Findings"]
    return findings


def use(account: EmbeddedAccount) -> None:
    """Let Bedrock publish invocations in one of the Regions where logging is off."""
    datum: Any = {"MetricName": "Invocations", "Value": 7}
    datum["Timestamp"] = datetime.now(timezone.utc) - timedelta(days=2)
    datum["Dimensions"] = [{"Name": "ModelId", "Value": "a-model"}]
    cloudwatch = account.client("cloudwatch", IN_USE)
    cloudwatch.put_metric_data(Namespace="AWS/Bedrock", MetricData=[datum])


def configurations(account: EmbeddedAccount) -> dict[str, Any]:
    """Region to its configuration, of those that can be read."""
    return {
        region: account.client("bedrock", region)
        .get_model_invocation_logging_configuration()
        .get("loggingConfig")
        for region in (*OFF, *ON)
    }


def deliver_text_only(account: EmbeddedAccount, region: str) -> None:
    """Turn off all data types but text in a Region that delivers."""
    bedrock = account.client("bedrock", region)
    config = bedrock.get_model_invocation_logging_configuration()["loggingConfig"]
    flags = {f"{name}DataDeliveryEnabled": False for name in ("image", "embedding", "video")}
    bedrock.put_model_invocation_logging_configuration(loggingConfig={**config, **flags})


@dataclass
class Story:
    """The runs of the story, in order, and what stood in the account between them."""

    files_before: dict[str, str]
    account: Any
    builtin: Run
    service: Run
    scan: Run
    scan_calls: list[Any]
    hub_after_scan: dict[str, list[dict[str, Any]]]
    fix: Run
    fix_calls: list[Any]
    rescan: Run
    hub_after_rescan: dict[str, list[dict[str, Any]]]
    rescan_calls: list[Any]
    sweep_after_scan: dict[str, Any]
    sweep_after_rescan: dict[str, Any]


def sweep(environment: dict[str, str]) -> dict[str, Any]:
    """The sweep's findings of every Region, sent nowhere."""
    now, data = datetime.now(timezone.utc), ProwlerData.model_validate(asff_data())
    with patch.dict(os.environ, environment):
        access = connect(open_session())
        found = {}
        for region, observation in read_regions(access, REGIONS).items():
            verdict = judged(access, region, observation, days=30)
            assert verdict is not None
            given = (verdict, access.partition, region, access.account, now)
            found[region] = finding_of(*given, data=data)
    return found


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Scan, Security Hub, fix, scan the whole framework; beside it whole services."""
    base = tmp_path_factory.mktemp("story")
    before = prowler_files()
    (base / "mutelist.yaml").write_text(MUTELIST)
    (base / "custom.yaml").write_text(CUSTOM_METADATA)
    with (
        EmbeddedAccount.start(account="mixed") as account,
        EmbeddedAccount.start(account="mixed") as same,
        ThreadPoolExecutor(max_workers=2) as pool,
    ):
        environment = account.environment()
        use(account)
        builtin = pool.submit(
            run_prowler, {**same.environment(), **BUILTIN}, base / "builtin", *SERVICE,
            "-M", "csv", "json-asff",
        )  # fmt: skip
        service = pool.submit(
            run_prowler, same.environment(), base / "service", *SERVICE, "-M", "csv",
            "-w", str(base / "mutelist.yaml"),
            "--custom-checks-metadata-file", str(base / "custom.yaml"),
        )  # fmt: skip
        # --security-hub writes the ASFF report by itself; asked for too, Prowler writes it twice.
        formats = ("-M", "csv", "json-ocsf", "html")
        scan = run_prowler(
            environment, base / "scan", *CHECK, *formats, "--security-hub", "--log-level", "INFO"
        )
        scan_calls = account.calls()
        hub_after_scan = {region: logging_findings(account, region) for region in REGIONS}
        sweep_after_scan = sweep(environment)
        account.clear_calls()
        fix = run_prowler(environment, base / "fix", *CHECK, "--fixer")
        fix_calls = account.calls()
        account.clear_calls()
        rescan = run_prowler(
            environment, base / "rescan", "--compliance", "cis_1.0_bedrock_aws", "-f", *REGIONS,
            "-M", "csv", "--security-hub",
        )  # fmt: skip
        hub_after_rescan = {region: logging_findings(account, region) for region in REGIONS}
        sweep_after_rescan = sweep(environment)
        yield Story(
            before, account, builtin.result(), service.result(), scan, scan_calls, hub_after_scan,
            fix, fix_calls, rescan, hub_after_rescan, account.calls(), sweep_after_scan,
            sweep_after_rescan,
        )  # fmt: skip


@dataclass
class Options:
    """Runs of Prowler's other options, independent of each other."""

    files_before: dict[str, str]
    listed: Run
    checks_folder: Run
    wrong_settings: Run
    dry_run: Run
    wrong_settings_and_dry_run_calls: list[Any]
    fix: Run
    before_fix: dict[str, Any]
    after_fix: dict[str, Any]


WRONG_SETTINGS = f"""
aws:
  {CHECK_ID}:
    LogGroup: typo
    RetentionInDays: 366
    RoleArn: not-an-arn
"""


BOTH = f"""
aws:
  {CHECK_ID}:
    Destination: both
    BucketName: "bedrock-logs-{{account}}-{{region}}"
    KeyPrefix: invocations
    DataTypes: [text]
    DryRun: """


@pytest.fixture(scope="session")
def options(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Options]:
    """The list of checks, the guard, wrong settings, a dry run, fixers of two checks in one run."""
    base = tmp_path_factory.mktemp("options")
    before = prowler_files()
    (base / "wrong.yaml").write_text(WRONG_SETTINGS)
    (base / "dry.yaml").write_text(f"{BOTH}true\n    OnlyRegionsInUse: true\n")
    (base / "both.yaml").write_text(f"{BOTH}false")
    (base / "checks" / CHECK_ID).mkdir(parents=True)
    with (
        EmbeddedAccount.start(account="mixed") as account,
        EmbeddedAccount.start(account="mixed") as unfixed,
        ThreadPoolExecutor(max_workers=2) as pool,
    ):
        environment = account.environment()
        use(unfixed)
        for region in ON:
            deliver_text_only(unfixed, region)
        before_fix = configurations(unfixed)
        unfixed.clear_calls()

        def run(name: str, *arguments: str) -> Any:
            return pool.submit(run_prowler, environment, base / name, *arguments)

        listed = run("list-checks", "--list-checks", "-s", "bedrock")
        guard = run("checks-folder", *CHECK, "-x", str(base / "checks"))
        with_file = {
            name: pool.submit(
                run_prowler, unfixed.environment(), base / name, *CHECK, "--fixer",
                "--fixer-config", str(base / file),
            )
            for name, file in {"wrong": "wrong.yaml", "dry": "dry.yaml"}.items()
        }  # fmt: skip
        runs = {name: one.result() for name, one in with_file.items()}
        calls = unfixed.calls()
        fix = run_prowler(
            unfixed.environment(), base / "both", "--checks", CHECK_ID, DATA_TYPES_CHECK_ID,
            "-f", *REGIONS, "--fixer", "--fixer-config", str(base / "both.yaml"),
        )  # fmt: skip
        yield Options(
            files_before=before,
            listed=listed.result(),
            checks_folder=guard.result(),
            dry_run=runs["dry"],
            wrong_settings=runs["wrong"],
            wrong_settings_and_dry_run_calls=calls,
            fix=fix,
            before_fix=before_fix,
            after_fix=configurations(unfixed),
        )
