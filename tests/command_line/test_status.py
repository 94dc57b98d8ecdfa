"""`prowler-bedrock status` against the embedded account."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from fixtures.embedded_account.handle import EmbeddedAccount
from tests.command_line.run import Run, run, run_here, writes

OFF, CLOUDWATCH, S3, DENIED = "us-east-1", "eu-west-1", "eu-central-1", "ap-southeast-2"


@pytest.fixture(scope="module")
def account() -> Iterator[EmbeddedAccount]:
    with EmbeddedAccount.start(account="mixed") as running:
        yield running


@pytest.fixture(scope="module")
def everywhere(account: EmbeddedAccount) -> Run:
    account.clear_calls()
    found = run(account.environment(), "status")
    calls = [(one["region"], one["operation"]) for one in account.calls(service="bedrock")]
    # Found while nothing else calls the account.
    assert len(calls) == len(set(calls)) == len(found.lines) - 2, "one call for each Region"
    assert writes(account) == []
    return found


def status_of(account: EmbeddedAccount, *regions: str) -> Run:
    named = [word for region in regions for word in ("--region", region)]
    return run_here(account.environment(), "status", *named, "--json")


def test_the_table_has_one_line_for_each_region(everywhere: Run) -> None:
    headers, _, *rows = everywhere.lines
    for name in ("Region", "logging", "CloudWatch log group", "S3", "data types"):
        assert name in headers
    assert "large data" not in headers, "a column without content is left out"
    by_region = {row.split()[0]: row for row in rows}
    assert len(by_region) == len(rows) >= 20
    assert by_region[OFF].split()[1:] == ["off"]
    assert by_region[CLOUDWATCH].split()[1:] == ["on", "/aws/bedrock/existing", "text", "image"]
    assert by_region[S3].split()[1:] == ["on", "existing-log-bucket/bedrock", "text"]
    assert by_region[DENIED].split()[1:] == ["unreadable"]


def test_an_unreadable_region_is_named_with_its_cause(everywhere: Run) -> None:
    assert f"could not be read in {DENIED}: AccessDeniedException" in everywhere.errors
    assert "allow bedrock:GetModelInvocationLoggingConfiguration" in everywhere.errors


def test_json_holds_the_same(account: EmbeddedAccount) -> None:
    document = status_of(account, S3, OFF).json
    assert document == {
        "regions": [
            {
                "account": "123456789012",
                "region": S3,
                "state": "on",
                "status": "PASS",
                "log_group_name": None,
                "bucket_name": "existing-log-bucket/bedrock",
                "large_data_bucket_name": None,
                "data_types": ["text"],
                "message": "Bedrock Model Invocation Logging is enabled in S3 Bucket: "
                "existing-log-bucket.",
            },
            {
                "account": "123456789012",
                "region": OFF,
                "state": "off",
                "status": "FAIL",
                "log_group_name": None,
                "bucket_name": None,
                "large_data_bucket_name": None,
                "data_types": [],
                "message": "Bedrock Model Invocation Logging is disabled.",
            },
        ],
        "failures": {},
    }


@pytest.mark.parametrize(
    ("regions", "status"),
    [
        ((CLOUDWATCH, S3), 0),
        ((CLOUDWATCH, OFF), 3),
        ((OFF, DENIED), 3),
        ((CLOUDWATCH, DENIED), 1),
        ((DENIED,), 1),
    ],
)
def test_the_exit_status(account: EmbeddedAccount, regions: tuple[str, ...], status: int) -> None:
    assert status_of(account, *regions).status == status


def test_without_describe_regions_every_bedrock_region_is_read(account: EmbeddedAccount) -> None:
    account.set_faults({"kind": "denied", "service": "ec2"})
    try:
        found = run_here(account.environment(), "status", "--json")
    finally:
        account.set_faults({"kind": "denied", "region": DENIED})
    assert len(found.json["regions"]) >= 20


def test_prowler_is_not_imported() -> None:
    program = (
        "import sys, prowler_bedrock.command_line.app as app\n"
        "for name in app.COMMANDS: app.app.get_command(None, name)\n"
        "assert 'prowler_bedrock.command_line.backout' in sys.modules\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'prowler'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
