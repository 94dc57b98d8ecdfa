"""Many accounts from one place: each for itself, and one that fails never stops the others."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.command_line import accounts
from tests.command_line.run import Run, run, run_here, writes

MANAGEMENT, FRESH, CLOUDWATCH, WITHOUT_ROLE, CLOSED = (
    "123456789012", "222222222222", "333333333333", "444444444444", "555555555555",
)  # fmt: skip
REGION = "us-east-1"
ROLE = ("--assume-role-name", "BedrockLogging")


@pytest.fixture(scope="module")
def organization() -> Iterator[EmbeddedAccount]:
    with EmbeddedAccount.start(account="organization") as running:
        yield running


def states(found: Run) -> dict[str, str]:
    return {one["account"]: one["state"] for one in found.json["regions"]}


def test_the_whole_organization_at_once(organization: EmbeddedAccount) -> None:
    found = run(
        organization.environment(), "status", "--organization", *ROLE, "--region", REGION, "--json"
    )
    assert states(found) == {MANAGEMENT: "off", FRESH: "off", CLOUDWATCH: "on"}
    assert set(found.json["failures"]) == {WITHOUT_ROLE}, "a closed account is left out"
    assert "sts:AssumeRole failed: AccessDenied" in found.json["failures"][WITHOUT_ROLE]
    assert found.status == 3


def test_the_table_names_the_accounts(organization: EmbeddedAccount) -> None:
    found = run_here(
        organization.environment(), "status", "--organization", *ROLE, "--region", REGION
    )
    assert [line.split()[:3] for line in found.lines[2:]] == [
        [MANAGEMENT, REGION, "off"],
        [FRESH, REGION, "off"],
        [CLOUDWATCH, REGION, "on"],
    ]
    assert found.errors.startswith(f"{WITHOUT_ROLE}: sts:AssumeRole failed")


def test_enable_and_backout_in_listed_accounts(
    organization: EmbeddedAccount, tmp_path: Path
) -> None:
    listed, journal = tmp_path / "accounts.csv", tmp_path / "journal"
    listed.write_text(f"# ours\n{CLOUDWATCH},production\n\n{WITHOUT_ROLE}\n{FRESH}\n{FRESH}\n")

    def all_accounts(*arguments: str) -> Run:
        return run_here(
            organization.environment(), *arguments, "--accounts", str(listed), *ROLE,
            "--region", REGION, journal=journal,
        )  # fmt: skip

    enabled = all_accounts("enable")
    assert enabled.status == 1
    assert enabled.lines[-1] == "1 unchanged, 1 changed, 1 accounts failed"
    assert enabled.lines[0].startswith(f"{CLOUDWATCH} {REGION}  unchanged")
    assert enabled.lines[1].startswith(f"{FRESH} {REGION}  changed")
    assert enabled.errors.startswith(f"{WITHOUT_ROLE}: sts:AssumeRole failed")
    assert [path.name for path in journal.iterdir()] == [FRESH], "one journal for each account"

    backed_out = all_accounts("backout")
    assert f"{FRESH} {REGION}  changed" in backed_out.output
    organization.clear_calls()
    assert states(all_accounts("status", "--json"))[FRESH] == "off"
    assert writes(organization) == []


def test_an_account_without_records_has_nothing_to_back_out(
    organization: EmbeddedAccount, tmp_path: Path
) -> None:
    listed, journal = tmp_path / "accounts.txt", tmp_path / "journal"
    listed.write_text(f"{FRESH}\n{CLOUDWATCH}\n")
    chosen = ("--accounts", str(listed), *ROLE)
    environment = organization.environment()
    run_here(environment, "enable", *chosen, "--region", REGION, journal=journal)
    backed_out = run_here(environment, "backout", *chosen, journal=journal)
    assert (backed_out.status, backed_out.errors) == (0, "")
    assert backed_out.lines[-1] == "1 changed"
    again = run_here(environment, "backout", *chosen, journal=journal)
    assert (again.status, again.errors) == (0, "")
    assert again.output.startswith("Nothing to do: ")


def test_a_record_is_undone_in_its_account_alone(
    organization: EmbeddedAccount, tmp_path: Path
) -> None:
    listed, journal = tmp_path / "accounts.txt", tmp_path / "journal"
    listed.write_text(f"{WITHOUT_ROLE}\n{FRESH}\n")
    environment = organization.environment()

    def in_listed(*arguments: str) -> Run:
        chosen = ("--accounts", str(listed), *ROLE)
        return run_here(environment, *arguments, *chosen, journal=journal)

    in_listed("enable", "--region", REGION)
    (path,) = journal.glob("*/*/*.json")
    record = json.loads(path.read_text())["record_id"]
    organization.clear_calls()
    listed.write_text(f"{CLOUDWATCH}\n")
    refused = in_listed("backout", "--record", record)
    assert refused.status == 1
    assert f"Account {FRESH} is not among the accounts" in refused.errors
    unknown = in_listed("backout", "--record", "no-such-record")
    assert unknown.status == 1
    assert "holds no record no-such-record" in unknown.errors
    assert writes(organization) == []
    listed.write_text(f"{WITHOUT_ROLE}\n{FRESH}\n")
    undone = in_listed("backout", "--record", record)
    assert (undone.status, undone.errors) == (0, "")
    assert undone.lines[-1] == "1 changed"


def test_no_more_accounts_at_once_than_asked_for(
    organization: EmbeddedAccount, tmp_path: Path
) -> None:
    listed = tmp_path / "accounts.txt"
    listed.write_text(f"{FRESH}\n{CLOUDWATCH}\n{MANAGEMENT}\n")
    organization.clear_calls()
    found = run_here(
        organization.environment(), "status", "--accounts", str(listed), *ROLE,
        "--max-accounts", "1", "--region", REGION, "--json",
    )  # fmt: skip
    assert set(states(found)) == {FRESH, CLOUDWATCH, MANAGEMENT}
    # One after the other: the calls of an account stand together.
    order: list[Any] = []
    for call in organization.calls():
        account = call["account"]
        if call["operation"] == "GetModelInvocationLoggingConfiguration":
            order.append(account)
    assert order == [FRESH, CLOUDWATCH, MANAGEMENT]


def test_an_external_id_is_passed_on(organization: EmbeddedAccount) -> None:
    found = run_here(
        organization.environment(), "status", "--role-arn",
        f"arn:aws:iam::{CLOUDWATCH}:role/BedrockLogging", "--external-id", "secret",
        "--region", REGION, "--json",
    )  # fmt: skip
    assert states(found) == {CLOUDWATCH: "on"}


def test_what_nobody_foresaw_in_one_account_does_not_hide_what_was_done_in_the_others(
    organization: EmbeddedAccount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed, member = tmp_path / "accounts.txt", accounts._member
    listed.write_text(f"{FRESH}\n{CLOUDWATCH}\n")

    def broken(session: Any, caller: Any, account: str, options: Any) -> Any:
        if account == FRESH:
            raise KeyError("Policy")
        return member(session, caller, account, options)

    monkeypatch.setattr(accounts, "_member", broken)
    found = run_here(
        organization.environment(), "status", "--accounts", str(listed), *ROLE,
        "--region", REGION, "--json",
    )  # fmt: skip
    assert states(found) == {CLOUDWATCH: "on"}
    assert found.json["failures"] == {FRESH: "unexpected KeyError: 'Policy'"}
    assert found.status == 1
