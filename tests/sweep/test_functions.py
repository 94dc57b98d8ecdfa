"""Both functions as Lambda calls them, against an embedded organization."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.sweep import function
from prowler_bedrock.sweep.function import list_accounts, scan_account
from tests.sweep.organization import (
    DENIED,
    MANAGEMENT,
    OFF,
    ON,
    POLICY,
    REGIONS,
    UNUSED,
    USED,
    WITHOUT_HUB,
    WITHOUT_PROWLER,
    WITHOUT_ROLE,
    settings,
)

ALL = ",".join(REGIONS)
ACTION = {"monitoring": "cloudwatch"}


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    captured = capsys.readouterr()
    assert captured.err == ""
    return [json.loads(line) for line in captured.out.splitlines()]


def hub(organization: EmbeddedAccount, region: str, account: str) -> list[dict[str, Any]]:
    """What the account's Security Hub was sent."""
    filters = {"AwsAccountId": [{"Value": account, "Comparison": "EQUALS"}]}
    credentials = organization.client("sts", region).assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/ReadFindings", RoleSessionName="test"
    )["Credentials"]
    client = organization.client(
        "securityhub", region, credentials["AccessKeyId"], credentials["SecretAccessKey"],
        session_token=credentials["SessionToken"],
    )  # fmt: skip
    findings: list[dict[str, Any]] = client.get_findings(Filters=filters)["Findings"]
    return findings


def test_the_accounts_that_are_active_and_not_excluded_are_listed(
    organization: EmbeddedAccount,
) -> None:
    s3 = organization.client("s3", "us-east-1")
    s3.create_bucket(Bucket="list-of-accounts")
    given = {"Key": "accounts/one.json"}
    with settings(organization, BUCKET="list-of-accounts", EXCLUDED_ACCOUNTS=f"{MANAGEMENT}, {ON}"):
        answer = list_accounts(given, None)
    where = {"Bucket": "list-of-accounts", **given}
    assert answer == {"Result": "listed", **where, "Count": 2}
    items = json.loads(s3.get_object(**where)["Body"].read())
    assert items == [{"AccountId": OFF}, {"AccountId": WITHOUT_ROLE}]


@pytest.mark.parametrize(
    ("variables", "cause"),
    [
        ({}, "Neither the event nor PROWLER_BEDROCK_BUCKET names a bucket."),
        ({"BUCKET": "not-there"}, "s3:PutObject failed: NoSuchBucket"),
        (
            {"BUCKET": "any", "EXCLUDED_ACCOUNTS": "12"},
            "PROWLER_BEDROCK_EXCLUDED_ACCOUNTS.0: String should match pattern",
        ),
        (
            {"BUCKET": "any", "EXCLUDED_ACCOUNTS": f"{MANAGEMENT} {OFF} {ON} {WITHOUT_ROLE}"},
            "PROWLER_BEDROCK_EXCLUDED_ACCOUNTS excludes every account.",
        ),
    ],
)
def test_a_list_that_fails_is_an_answer_with_the_cause(
    organization: EmbeddedAccount,
    capsys: pytest.CaptureFixture[str],
    variables: dict[str, str],
    cause: str,
) -> None:
    with settings(organization, **variables):
        answer = list_accounts({}, None)
    assert answer["Result"] == "failed"
    assert cause in answer["Cause"]
    (line,) = lines(capsys)
    assert line["level"] == "ERROR"
    assert cause in line["message"]


def test_an_account_is_scanned_and_its_findings_are_sent(
    organization: EmbeddedAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    organization.clear_calls()
    with settings(organization, REGIONS=ALL):
        answer = scan_account({"AccountId": OFF}, None)
    assert answer == {
        "AccountId": OFF,
        "Result": "scanned",
        "Counts": {"FAIL": 4, "MANUAL": 1},
        "Sent": 2,
        "Unreadable": {"AccessDeniedException": [DENIED]},
        "Skipped": {
            "Security Hub is not enabled": [WITHOUT_HUB],
            "Prowler's integration is not enabled in Security Hub": [WITHOUT_PROWLER],
        },
        "Errors": {},
    }
    for region in (USED, UNUSED):
        (finding,) = hub(organization, region, OFF)
        assert finding["Id"].startswith(f"prowler-{CHECK_ID}-{OFF}-{region}-")
        assert finding["Compliance"]["Status"] == "FAILED"
        assert "The Region is not in use" in finding["Description"]
    assert hub(organization, DENIED, OFF) == [], "MANUAL is not sent"
    logged = lines(capsys)
    assert {line["region"] for line in logged[:-1]} == {DENIED, WITHOUT_HUB, WITHOUT_PROWLER}
    (manual,) = [line for line in logged if line.get("region") == DENIED]
    assert manual["code"] == "AccessDeniedException"
    assert "allow bedrock:GetModelInvocationLoggingConfiguration" in manual["message"]
    assert logged[-1]["summary"]["Counts"] == {"FAIL": 4, "MANUAL": 1}
    assert logged[-1]["account"] == OFF


def test_one_call_to_bedrock_and_one_to_security_hub_for_each_region(
    organization: EmbeddedAccount,
) -> None:
    organization.clear_calls()
    with settings(organization, REGIONS=f"{USED} {UNUSED}"):
        assert scan_account({"AccountId": ON}, None)["Counts"] == {"PASS": 2}
        passing = [call["operation"] for call in organization.calls()]
        organization.clear_calls()
        assert scan_account({"AccountId": OFF}, None)["Counts"] == {"FAIL": 2}
        failing = [call["operation"] for call in organization.calls()]
    account = ["AssumeRole", "GetCallerIdentity"]
    each = ["GetModelInvocationLoggingConfiguration", "BatchImportFindings"]
    assert sorted(passing) == sorted(account + 2 * each)
    assert sorted(failing) == sorted(account + 2 * [*each, "GetMetricData"])


def test_without_a_setting_the_regions_are_those_of_the_account(
    organization: EmbeddedAccount,
) -> None:
    organization.clear_calls()
    with settings(organization):
        answer = scan_account({"AccountId": ON}, None)
    assert sum(answer["Counts"].values()) > len(REGIONS)
    assert organization.calls(operation="DescribeRegions")
    assert len(json.dumps(answer)) < 2048


def test_a_batch_goes_on_after_an_account_that_fails(organization: EmbeddedAccount) -> None:
    items = [{"AccountId": one} for one in (WITHOUT_ROLE, "12", ON)]
    with settings(organization, REGIONS=USED):
        answer = scan_account({"Items": items}, None)
    assert answer["Result"] == "failed"
    assert [one["Result"] for one in answer["Accounts"]] == ["failed", "failed", "scanned"]
    assert f"{WITHOUT_ROLE}: sts:AssumeRole failed: AccessDenied" in answer["Cause"]
    assert "AccountId: expected a 12-digit account id (got '12')." in answer["Cause"]
    with settings(organization, REGIONS=USED):
        assert scan_account({"Items": items[2:]}, None)["Result"] == "scanned"


def test_the_role_asks_for_the_external_id(organization: EmbeddedAccount) -> None:
    with settings(organization, EXTERNAL_ID="another", REGIONS=USED):
        assert "sts:AssumeRole failed" in scan_account({"AccountId": ON}, None)["Cause"]
    with settings(organization, EXTERNAL_ID="", REGIONS=USED):
        cause = scan_account({"AccountId": ON}, None)["Cause"]
    assert "PROWLER_BEDROCK_EXTERNAL_ID is not set, and this function needs it." in cause


def test_a_role_that_leads_elsewhere_is_not_used(
    organization: EmbeddedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    assume = function.enter.__globals__["assume"]

    def elsewhere(session: Any, role: str, external_id: str | None) -> Any:
        return assume(session, role.replace(OFF, ON), external_id)

    monkeypatch.setitem(function.enter.__globals__, "assume", elsewhere)
    organization.clear_calls()
    with settings(organization, REGIONS=USED):
        answer = scan_account({"AccountId": OFF}, None)
    assert f"led to account {ON}, expected {OFF}" in answer["Cause"]
    assert organization.calls(service="bedrock") == []


def test_a_finding_that_is_not_taken_is_an_error_and_others_are_sent(
    organization: EmbeddedAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    denied = {"kind": "denied", "service": "securityhub", "region": USED}
    organization.set_faults(denied)
    try:
        with settings(organization, REGIONS=f"{USED} {UNUSED}"):
            answer = scan_account({"AccountId": ON}, None)
    finally:
        organization.set_faults({"kind": "denied", "region": DENIED})
    assert answer["Result"] == "failed"
    assert answer["Sent"] == 1
    (cause,) = answer["Errors"]
    assert cause == "securityhub:BatchImportFindings AccessDeniedException"
    assert answer["Errors"][cause] == [USED]
    assert cause in answer["Cause"]
    assert [line["level"] for line in lines(capsys)] == ["ERROR", "ERROR"]


def test_failed_findings_are_errors(
    organization: EmbeddedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        function.scan.__globals__["finding_of"].__globals__["_STATUS"], "PASS", "GOOD"
    )
    with settings(organization, REGIONS=USED):
        answer = scan_account({"AccountId": ON}, None)
    assert answer["Errors"] == {"securityhub:BatchImportFindings InvalidInput": [USED]}
    assert answer["Sent"] == 0


def test_the_unexpected_is_one_line_and_a_failed_item(
    organization: EmbeddedAccount,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def explode(*_: Any) -> None:
        raise KeyError("surprise")

    monkeypatch.setattr(function, "scan", explode)
    with settings(organization, REGIONS=USED):
        answer = scan_account({"AccountId": ON}, None)
    assert answer["Result"] == "failed"
    assert answer["Cause"] == f"{ON}: unexpected KeyError: 'surprise'"
    (line,) = lines(capsys)
    assert line["code"] == "KeyError"
    assert line["where"].startswith("test_functions.py:")


def test_the_published_policy_holds_exactly_what_is_called(organization: EmbeddedAccount) -> None:
    organization.clear_calls()
    with settings(organization, REGIONS=ALL):
        scan_account({"AccountId": OFF}, None)
    with settings(organization):
        scan_account({"AccountId": ON}, None)
    called = {
        f"{ACTION.get(call['service'], call['service'])}:{call['operation']}"
        for call in organization.calls()
        if call["account"] != MANAGEMENT and call["operation"] != "GetCallerIdentity"
    }
    assert called == {one for part in POLICY["Statement"] for one in part["Action"]}


def test_wrong_settings_are_named(organization: EmbeddedAccount) -> None:
    with settings(organization, REGION=USED, ROLE_NAME="a role"):
        cause = scan_account({"AccountId": ON}, None)["Cause"]
    assert "PROWLER_BEDROCK_REGION is not a setting" in cause
    assert "did you mean PROWLER_BEDROCK_REGIONS?" in cause
    assert "PROWLER_BEDROCK_ROLE_NAME: expected 1 to 64 letters" in cause
