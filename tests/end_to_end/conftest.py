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
IN_USE = "us-east-1"
DENIED = "ap-southeast-2"
CHECK = ("--checks", CHECK_ID, "-f", *REGIONS)
BUILTIN = {"PROWLER_BEDROCK_USE_BUILTIN": "1"}


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


@dataclass
class Story:
    """The runs of the story, in order, and what stood in the account between them."""

    files_before: dict[str, str]
    account: Any
    builtin: Run
    scan: Run
    scan_calls: list[Any]
    hub_after_scan: dict[str, list[dict[str, Any]]]
    fix: Run
    rescan: Run
    hub_after_rescan: dict[str, list[dict[str, Any]]]
    second_fix: Run
    second_fix_calls: list[Any]
    compliance: Run
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
    """Scan, Security Hub, fix, scan again, fix again."""
    base = tmp_path_factory.mktemp("story")
    before = prowler_files()
    with (
        EmbeddedAccount.start(account="mixed") as account,
        EmbeddedAccount.start(account="mixed") as same,
        ThreadPoolExecutor(max_workers=2) as pool,
    ):
        environment = account.environment()
        use(account)
        builtin = pool.submit(
            run_prowler, {**same.environment(), **BUILTIN}, base / "builtin", *CHECK,
            "-M", "csv", "json-asff",
        )  # fmt: skip
        # --security-hub writes the ASFF report by itself; asked for too, Prowler writes it twice.
        formats = ("-M", "csv", "json-ocsf", "html")
        scan = run_prowler(
            environment, base / "scan", *CHECK, *formats, "--security-hub", "--log-level", "INFO"
        )
        scan_calls = account.calls()
        hub_after_scan = {region: logging_findings(account, region) for region in REGIONS}
        sweep_after_scan = sweep(environment)
        fix = run_prowler(environment, base / "fix", *CHECK, "--fixer")
        rescan = run_prowler(environment, base / "rescan", *CHECK, "-M", "csv", "--security-hub")
        hub_after_rescan = {region: logging_findings(account, region) for region in REGIONS}
        sweep_after_rescan = sweep(environment)
        account.clear_calls()
        compliance = pool.submit(
            run_prowler, environment, base / "compliance", "--compliance", "cis_1.0_bedrock_aws",
            "-f", *REGIONS, "-M", "csv",
        )  # fmt: skip
        second_fix = run_prowler(environment, base / "second-fix", *CHECK, "--fixer")
        compliance.result()
        second_fix_calls = account.calls()
        yield Story(
            before, account, builtin.result(), scan, scan_calls, hub_after_scan, fix, rescan,
            hub_after_rescan, second_fix, second_fix_calls, compliance.result(),
            sweep_after_scan, sweep_after_rescan,
        )  # fmt: skip


@dataclass
class Options:
    """Runs of Prowler's other options, independent of each other."""

    files_before: dict[str, str]
    service: Run
    builtin_service: Run
    lists: dict[str, Run]
    custom: Run
    checks_folder: Run
    wrong_settings: dict[str, Run]
    dry_run: Run
    wrong_settings_and_dry_run_calls: list[Any]
    fix_to_both: Run
    fixed_to_both: dict[str, Any]
    data_types_fix: Run
    data_types_fixed: dict[str, Any]


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
    """List options, a whole service, mutelist, custom metadata, the guard, wrong settings."""
    base = tmp_path_factory.mktemp("options")
    before = prowler_files()
    (base / "mutelist.yaml").write_text(MUTELIST)
    (base / "custom.yaml").write_text(CUSTOM_METADATA)
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
        unfixed.clear_calls()

        def run(name: str, *arguments: str, extra: dict[str, str] | None = None) -> Any:
            return pool.submit(
                run_prowler, {**environment, **(extra or {})}, base / name, *arguments
            )

        service = ("-s", "bedrock", "-f", "us-east-1", "eu-west-1", "-M", "csv")
        lists = {
            name: run(name, *arguments)
            for name, arguments in {
                "list-checks": ("--list-checks", "-s", "bedrock"),
                "list-fixer": ("--list-fixer",),
                "list-compliance": ("--list-compliance",),
            }.items()
        }
        with_plugin = run("service", *service)
        without = run("builtin-service", *service, extra=BUILTIN)
        custom = run(
            "custom", *CHECK, "-M", "csv",
            "-w", str(base / "mutelist.yaml"),
            "--custom-checks-metadata-file", str(base / "custom.yaml"),
        )  # fmt: skip
        guard = run("checks-folder", *CHECK, "-x", str(base / "checks"))
        wrong = {
            name: pool.submit(
                run_prowler, unfixed.environment(), base / name, *CHECK, "--fixer",
                "--fixer-config", str(base / file),
            )
            for name, file in {
                "wrong": "wrong.yaml", "missing": "no-such-file.yaml", "dry": "dry.yaml",
            }.items()
        }  # fmt: skip
        runs = {name: one.result() for name, one in wrong.items()}
        calls = unfixed.calls()
        fix_to_both = run_prowler(
            unfixed.environment(), base / "both", *CHECK, "--fixer",
            "--fixer-config", str(base / "both.yaml"),
        )  # fmt: skip
        fixed_to_both = {
            region: unfixed.client("bedrock", region)
            .get_model_invocation_logging_configuration()
            .get("loggingConfig")
            for region in OFF
        }
        data_types = ("--checks", DATA_TYPES_CHECK_ID, "-f", *REGIONS)
        data_types_fix = run_prowler(
            unfixed.environment(), base / "types-fix", *data_types, "--fixer"
        )
        data_types_fixed = {
            region: unfixed.client("bedrock", region)
            .get_model_invocation_logging_configuration()
            .get("loggingConfig")
            for region in OFF
        }
        yield Options(
            files_before=before,
            service=with_plugin.result(),
            builtin_service=without.result(),
            lists={name: one.result() for name, one in lists.items()},
            custom=custom.result(),
            checks_folder=guard.result(),
            dry_run=runs.pop("dry"),
            wrong_settings=runs,
            wrong_settings_and_dry_run_calls=calls,
            fix_to_both=fix_to_both,
            fixed_to_both=fixed_to_both,
            data_types_fix=data_types_fix,
            data_types_fixed=data_types_fixed,
        )
