"""What is tried in each environment; each step returns one cell of the table."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

from fixtures.demo import REGIONS
from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.check_id import CHECK_ID
from tests.versions.cells import ROOT
from tests.versions.environment import Environment, StepError, run

# What the account `mixed` holds in those Regions.
FINDINGS = "2 PASS, 2 FAIL, 1 MANUAL"
# Not the property-based round trip, which takes longer than all others of the core together.
CORE_TESTS = ("tests/core", "--ignore=tests/core/test_round_trip.py")
PROWLER_TESTS = (
    *CORE_TESTS,
    "tests/contract",
    "tests/adapter",
    "tests/metadata/test_check_metadata.py",
    "tests/metadata/test_compliance_framework.py",
    "tests/metadata/test_metadata_of_every_check.py",
)


def listed(environment: Environment) -> str:
    """Count the plugin's checks and fixers that Prowler lists.

    Raises:
        StepError: when one is missing.
    """
    if not environment.cell.prowler:
        return "-"
    folders = list((ROOT / "checks" / "bedrock").glob("bedrock_*"))
    fixers = [folder for folder in folders if (folder / f"{folder.name}_fixer.py").is_file()]
    prowler = environment.bin / "prowler"
    for option, expected in (("--list-checks", folders), ("--list-fixer", fixers)):
        output = run(prowler, "aws", option, "--no-banner", "--no-color")
        missing = [folder.name for folder in expected if folder.name not in output]
        if missing:
            raise StepError(f"{option} lacks {missing}")
    return f"{len(folders)} and {len(fixers)}"


def scanned(environment: Environment, account: EmbeddedAccount, folder: Path) -> str:
    """Scan the embedded account with Prowler; without it, ask the plugin's command line.

    Args:
        environment: where.
        account: the running embedded account.
        folder: for the reports.

    Raises:
        StepError: when the answer is not what the account holds.
    """
    variables = account.environment()
    if environment.cell.prowler:
        run(
            environment.bin / "prowler", "aws", "--checks", CHECK_ID, "--region", *REGIONS,
            "--no-banner", "-M", "csv", "-o", folder,
            statuses=(3,), directory=folder, environment=variables,
        )  # fmt: skip
        (report,) = folder.glob("*.csv")
        with report.open(newline="", encoding="utf-8") as lines:
            statuses = [row["STATUS"] for row in csv.DictReader(lines, delimiter=";")]
    else:
        regions = [f"--region={region}" for region in REGIONS]
        output = run(
            environment.bin / "prowler-bedrock", "status", "--json", *regions,
            statuses=(3,), directory=folder, environment=variables,
        )  # fmt: skip
        statuses = [one["status"] for one in json.loads(output)["regions"]]
    count = Counter(statuses)
    found = f"{count['PASS']} PASS, {count['FAIL']} FAIL, {count['MANUAL']} MANUAL"
    if found != FINDINGS:
        raise StepError(f"{found} instead of {FINDINGS}")
    return found


def tested(environment: Environment) -> str:
    """Run the fast tests from the sources.

    Raises:
        StepError: when one fails.
    """
    environment.install_sources()
    tests = PROWLER_TESTS if environment.cell.prowler else CORE_TESTS
    side_by_side = ("-n", "auto", "--dist", "loadfile")
    output = run(
        environment.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *side_by_side, *tests
    )  # fmt: skip
    return output.strip().splitlines()[-1].split(" in ")[0]
