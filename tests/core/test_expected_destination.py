"""Logs go where they are expected, by the settings or by the journal."""

from pathlib import Path
from typing import Any

import pytest

from prowler_bedrock.enable.data_types import DataTypesEnabler
from prowler_bedrock.enable.settings import parse
from prowler_bedrock.errors import SettingsError
from prowler_bedrock.expected_destination import judge as module
from prowler_bedrock.expected_destination.judge import judge_expected
from prowler_bedrock.expected_destination.restorer import ExpectedRestorer
from prowler_bedrock.expected_destination.settings import ExpectedSettings
from prowler_bedrock.journal.record import Operation, Record
from prowler_bedrock.logging_configuration.model import SwitchedOff, Unreadable
from prowler_bedrock.logging_configuration.read import parse_answer
from tests.core.account import ACCOUNT, GROUP, ROLE_NAME, Account

REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/theirs"
CLOUDWATCH: dict[str, Any] = {"cloudWatchConfig": {"logGroupName": GROUP, "roleArn": ROLE}}
S3: dict[str, Any] = {"s3Config": {"bucketName": f"logs-{ACCOUNT}-{REGION}", "keyPrefix": "a"}}
SLASH: dict[str, Any] = {"s3Config": S3["s3Config"] | {"keyPrefix": "a/"}}
LARGE: dict[str, Any] = {
    "cloudWatchConfig": CLOUDWATCH["cloudWatchConfig"]
    | {"largeDataDeliveryS3Config": {"bucketName": "large", "keyPrefix": "b"}}
}
BUCKET = "logs-{account}-{region}"


def settings(account: Account, **given: Any) -> ExpectedSettings:
    directory = {"JournalDirectory": account.journal.place}
    return parse(ExpectedSettings, directory | given, "the check")


def verdict(account: Account, config: dict[str, Any], **given: Any) -> Any:
    observation = parse_answer({"loggingConfig": config})
    return judge_expected(ACCOUNT, REGION, observation, settings(account, **given))


@pytest.mark.parametrize(
    ("config", "given", "status"),
    [
        (CLOUDWATCH, {"LogGroupName": GROUP}, "PASS"),
        (S3, {"BucketName": BUCKET}, "PASS"),
        (S3, {"BucketName": BUCKET, "KeyPrefix": "a"}, "PASS"),
        (CLOUDWATCH | S3, {"LogGroupName": GROUP, "BucketName": BUCKET}, "PASS"),
        (LARGE, {"LogGroupName": GROUP, "LargeDataBucketName": "large"}, "PASS"),
        (CLOUDWATCH, {"LogGroupName": "/expected"}, "FAIL"),
        (S3, {"BucketName": "expected"}, "FAIL"),
        (S3, {"BucketName": BUCKET, "KeyPrefix": "other"}, "FAIL"),
        # Where Bedrock writes with a slash at the end is not documented.
        (SLASH, {"BucketName": BUCKET, "KeyPrefix": "a"}, "FAIL"),
        (SLASH, {"BucketName": BUCKET}, "PASS"),
        (S3, {"LogGroupName": GROUP}, "FAIL"),
        # One destination more is a leak.
        (CLOUDWATCH | S3, {"LogGroupName": GROUP}, "FAIL"),
        (LARGE, {"LogGroupName": GROUP}, "FAIL"),
        (CLOUDWATCH, {"LogGroupName": GROUP, "BucketName": BUCKET}, "FAIL"),
        (LARGE, {"LogGroupName": GROUP, "LargeDataBucketName": "other"}, "FAIL"),
    ],
)
def test_what_the_settings_expect(
    account: Account, config: Any, given: dict[str, Any], status: str
) -> None:
    found = verdict(account, config, **given)
    assert found.status == status, found.status_extended


def test_a_redirection_names_both(account: Account) -> None:
    found = verdict(account, S3, BucketName="expected", KeyPrefix="b")
    assert found.status_extended.endswith(
        f"goes to S3 Bucket: logs-{ACCOUNT}-{REGION} (prefix a) instead of S3 Bucket: expected "
        "(prefix b)."
    )


def test_every_destination_is_said(account: Account) -> None:
    found = verdict(account, LARGE | S3, LogGroupName=GROUP)
    assert found.status_extended == (
        f"Bedrock Model Invocation Logging goes to CloudWatch Log Group: {GROUP} and S3 Bucket: "
        f"logs-{ACCOUNT}-{REGION} (prefix a) and large data in S3 Bucket: large (prefix b) instead "
        f"of CloudWatch Log Group: {GROUP}."
    )


def test_without_settings_and_record_it_is_manual(account: Account) -> None:
    found = verdict(account, S3)
    assert found.status == "MANUAL"
    assert found.status_extended.endswith(
        "whether that is expected is not known: name the destination under this CheckID in the "
        "file given to --fixer-config."
    )


def test_without_settings_the_journal_says_it(account: Account) -> None:
    assert account.enabler().enable(REGION).result == "changed"
    assert verdict(account, account.configuration()).status == "PASS"
    found = verdict(account, S3)
    assert found.status == "FAIL"
    assert f"instead of CloudWatch Log Group: {GROUP}." in found.status_extended


def test_a_change_that_failed_says_nothing(account: Account) -> None:
    account.faults["PutModelInvocationLoggingConfiguration"] = [("AccessDenied", "No.")]
    assert account.enabler().enable(REGION).result == "failed"
    assert verdict(account, S3).status == "MANUAL"


@pytest.mark.parametrize("result", ["failed", None])
def test_a_change_that_was_sent_and_has_no_end_says_it_where_it_stands(
    account: Account, result: Any
) -> None:
    chosen(account)
    before = account.configuration()
    throttled = ("ThrottlingException", "Rate exceeded")
    account.faults["GetModelInvocationLoggingConfiguration"] = [None, None, throttled]
    redirecting = account.enabler({"Destination": "s3", "BucketName": "another"})
    assert redirecting.enable(REGION, redirect=True).result == "failed"
    record = account.records()[-1]
    account.journal.write(record.model_copy(update={"result": result}))
    now = account.configuration()
    assert now["s3Config"] == {"bucketName": "another"}
    assert verdict(account, now).status == "PASS"
    assert restorer(account).restore(REGION).result == "unchanged"
    # What stood before may be what someone put back, or what was never replaced.
    found = verdict(account, before)
    assert found.status == "MANUAL"
    assert found.status_extended == (
        "Where Bedrock Model Invocation Logging is expected is not known: the change of "
        f"{record.started_at:%Y-%m-%d %H:%M:%S} UTC (record {record.record_id[:12]}) was sent and "
        "has no end: make it again, or undo it with backout."
    )
    account.put(before)
    assert restorer(account).restore(REGION).result == "failed"
    assert account.configuration() == before
    assert account.restorer(force=True).restore(REGION).passing
    assert verdict(account, before).status == "PASS"
    assert verdict(account, now).status == "FAIL"


def test_a_change_to_what_was_chosen_already_needs_no_end(account: Account) -> None:
    named = chosen(account)
    expected = account.configuration()
    account.put(S3)
    throttled = ("ThrottlingException", "Rate exceeded")
    account.faults["GetModelInvocationLoggingConfiguration"] = [None, None, throttled]
    restorer(account).restore(REGION)
    assert account.records()[-1].result == "failed"
    assert verdict(account, expected).status == "PASS"
    assert verdict(account, S3).status_extended.endswith(f"instead of {named}.")


def test_a_change_of_something_else_needs_no_end(account: Account) -> None:
    named = chosen(account)
    account.put(S3)
    throttled = ("ThrottlingException", "Rate exceeded")
    account.faults["GetModelInvocationLoggingConfiguration"] = [None, None, throttled]
    assert DataTypesEnabler(account.access, account.journal).enable(REGION).result == "failed"
    assert account.records()[-1].sent
    now = account.configuration()
    assert now.keys() > S3.keys()
    assert verdict(account, now).status_extended.endswith(f"instead of {named}.")


def chosen(account: Account) -> str:
    """Enable logging, and return how a verdict names the destination that this chose."""
    assert account.enabler().enable(REGION).result == "changed"
    return f"CloudWatch Log Group: {GROUP}"


def note(account: Account, operation: Operation, later: Any) -> None:
    """Have a change that succeeded in the journal."""
    record = Record(
        account=ACCOUNT,
        region=REGION,
        operation=operation,
        earlier_configuration=S3,
        later_configuration=later,
        result="succeeded",
    )
    account.journal.write(record)


@pytest.mark.parametrize("operation", ["data-types", "retention", "repair", "restore", "remove"])
@pytest.mark.parametrize("later", [S3, None], ids=["redirected", "unreadable"])
def test_what_a_change_found_is_not_expected(
    account: Account, operation: Operation, later: Any
) -> None:
    named = chosen(account)
    note(account, operation, later)
    found = verdict(account, S3)
    assert found.status == "FAIL", found.status_extended
    assert found.status_extended.endswith(f"instead of {named}.")


def test_a_redirection_is_expected(account: Account) -> None:
    chosen(account)
    note(account, "redirect", S3)
    assert verdict(account, S3).status == "PASS"


def test_where_logging_was_disabled_nothing_is_expected(account: Account) -> None:
    chosen(account)
    assert account.restorer().disable(REGION).result == "changed"
    note(account, "data-types", S3)
    assert verdict(account, S3).status == "MANUAL"


def test_after_a_backout_it_is_expected_what_was_before(account: Account) -> None:
    named = chosen(account)
    account.put(S3)
    assert restorer(account).restore(REGION).result == "changed"
    assert account.restorer().restore(REGION).result == "changed"
    assert account.configuration() == S3
    assert verdict(account, S3).status_extended.endswith(f"instead of {named}.")
    undone = account.records()[-1].record_id
    assert account.restorer().restore(REGION, undone).result == "changed"
    assert verdict(account, account.configuration()).status == "PASS"


def test_undoing_a_forced_backout_does_not_make_what_it_replaced_expected(
    account: Account,
) -> None:
    named = chosen(account)
    account.put(S3)
    assert account.restorer(force=True).restore(REGION).result == "changed"
    assert verdict(account, S3).status == "MANUAL"
    undone = account.records()[-1].record_id
    assert account.restorer().restore(REGION, undone).result == "changed"
    assert account.configuration() == S3
    assert verdict(account, S3).status_extended.endswith(f"instead of {named}.")


def test_a_damaged_journal_is_manual(account: Account) -> None:
    account.enabler().enable(REGION)
    (path,) = Path(account.journal.place).glob("*/*/*.json")
    path.write_text("{", encoding="utf-8")
    found = verdict(account, S3)
    assert found.status == "MANUAL"
    assert "damaged" in found.status_extended


def test_a_journal_in_a_bucket_is_looked_for_in_the_partition_of_the_region(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(module, "journal_at", lambda *given: asked.append(given) or account.journal)
    given = parse(ExpectedSettings, {"JournalDirectory": "s3://records"}, "the check")
    judge_expected(ACCOUNT, "us-gov-west-1", parse_answer({"loggingConfig": S3}), given)
    assert asked == [("s3://records", "us-gov-west-1")]


def test_off_and_unreadable_regions(account: Account) -> None:
    expected = settings(account, LogGroupName=GROUP)
    assert judge_expected(ACCOUNT, REGION, SwitchedOff(), expected) is None
    found = judge_expected(ACCOUNT, REGION, Unreadable(code="X", message="no"), expected)
    assert found is not None
    assert found.status == "MANUAL"
    assert f"could not be read in {REGION}: X" in found.status_extended


@pytest.mark.parametrize("wrong", [{"BucketName": "No"}, {"LogGroup": "x"}, {"KeyPrefix": 1}])
def test_a_wrong_setting_is_named(account: Account, wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        settings(account, **wrong)


@pytest.mark.parametrize(
    ("half", "problem"),
    [
        ({"KeyPrefix": "a"}, "KeyPrefix needs BucketName."),
        ({"LogGroupName": GROUP, "KeyPrefix": "a"}, "KeyPrefix needs BucketName."),
        ({"LargeDataBucketName": "large"}, "LargeDataBucketName needs LogGroupName."),
        (
            {"BucketName": BUCKET, "LargeDataBucketName": "large"},
            "LargeDataBucketName needs LogGroupName.",
        ),
        (
            {"LogGroupName": GROUP, "LargeDataKeyPrefix": "b"},
            "LargeDataKeyPrefix needs LargeDataBucketName.",
        ),
        (
            {"KeyPrefix": "a", "LargeDataBucketName": "large"},
            "KeyPrefix needs BucketName; LargeDataBucketName needs LogGroupName.",
        ),
    ],
)
def test_half_a_destination_is_refused(
    account: Account, half: dict[str, Any], problem: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        settings(account, **half)
    assert str(refused.value) == f"the check: {problem}"


def restorer(account: Account, **given: Any) -> ExpectedRestorer:
    return ExpectedRestorer(account.access, settings(account, **given), account.journal)


def test_the_fixer_puts_back_what_the_journal_recorded(account: Account) -> None:
    account.enabler().enable(REGION)
    expected = account.configuration()
    account.put(S3)
    outcome = restorer(account).restore(REGION)
    assert outcome.result == "changed", outcome.message
    assert account.configuration() == expected
    assert account.records()[-1].earlier_configuration == S3
    assert restorer(account).restore(REGION).result == "unchanged"
    assert account.restorer().restore(REGION).result == "changed"
    assert account.configuration() == S3


def test_the_fixer_keeps_the_data_types_that_were_turned_on_since(account: Account) -> None:
    account.enabler({"DataTypes": ["text"]}).enable(REGION)
    types = DataTypesEnabler(account.access, account.journal)
    assert types.enable(REGION).result == "changed"
    expected = account.configuration()
    assert expected["imageDataDeliveryEnabled"]
    account.put(S3 | {"textDataDeliveryEnabled": False})
    assert types.enable(REGION).result == "changed"
    account.put(S3 | {"textDataDeliveryEnabled": False})
    assert restorer(account).restore(REGION).result == "changed"
    assert account.configuration() == expected


def test_the_fixer_makes_the_expected_destination_of_the_settings(account: Account) -> None:
    account.put(CLOUDWATCH)
    outcome = restorer(account, BucketName=BUCKET, KeyPrefix="a").restore(REGION)
    assert outcome.result == "changed", outcome.message
    assert account.configuration()["s3Config"] == S3["s3Config"]
    assert "cloudWatchConfig" not in account.configuration()


def test_the_fixer_leaves_role_and_prefixes_that_the_settings_leave_open(
    account: Account,
) -> None:
    account.put(LARGE | S3)
    given = {"LogGroupName": GROUP, "LargeDataBucketName": "large"}
    outcome = restorer(account, **given, BucketName="other").restore(REGION)
    assert outcome.result == "changed", outcome.message
    config = account.configuration()
    assert config["cloudWatchConfig"] == LARGE["cloudWatchConfig"]
    assert config["s3Config"] == {"bucketName": "other"}
    account.put(LARGE | S3)
    outcome = restorer(account, LogGroupName="/right", BucketName=BUCKET).restore(REGION)
    assert outcome.result == "changed", outcome.message
    config = account.configuration()
    own = f"arn:aws:iam::{ACCOUNT}:role/{ROLE_NAME}"
    assert config["cloudWatchConfig"] == {"logGroupName": "/right", "roleArn": own}
    assert config["s3Config"] == S3["s3Config"]


def test_the_fixer_lets_bedrock_write_below_the_prefix_that_it_leaves(account: Account) -> None:
    account.put(CLOUDWATCH | S3)
    assert restorer(account, BucketName=BUCKET).restore(REGION).result == "changed"
    s3 = account.client("s3", REGION)
    name = S3["s3Config"]["bucketName"]
    policy = s3.get_bucket_policy(Bucket=name, ExpectedBucketOwner=ACCOUNT)["Policy"]
    assert f"{name}/a/AWSLogs/{ACCOUNT}/" in policy


def test_the_fixer_sets_a_prefix_that_the_settings_name(account: Account) -> None:
    account.put(S3)
    given = {"BucketName": BUCKET, "KeyPrefix": "other"}
    assert restorer(account, **given).restore(REGION).result == "changed"
    assert account.configuration()["s3Config"]["keyPrefix"] == "other"


def test_the_fixer_completes_the_plugins_own_role(account: Account) -> None:
    account.enabler().enable(REGION)
    iam = account.client("iam", None)
    (policy,) = iam.list_role_policies(RoleName=ROLE_NAME)["PolicyNames"]
    iam.delete_role_policy(RoleName=ROLE_NAME, PolicyName=policy)
    account.put(account.configuration() | S3)
    assert restorer(account, LogGroupName=GROUP).restore(REGION).result == "changed"
    assert iam.list_role_policies(RoleName=ROLE_NAME)["PolicyNames"] == [policy]


@pytest.mark.parametrize("given", [{}, {"BucketName": BUCKET}])
def test_a_dry_run_changes_nothing(account: Account, given: dict[str, Any]) -> None:
    account.enabler().enable(REGION)
    account.put(CLOUDWATCH)
    account.calls.clear()
    account.put(S3 | {"textDataDeliveryEnabled": False})
    outcome = restorer(account, DryRun=True, **given).restore(REGION)
    assert outcome.result in ("planned", "unchanged"), outcome.message
    assert account.writes() == []
    assert len(account.records()) == 1


def test_where_nothing_says_what_is_expected_nothing_is_changed(account: Account) -> None:
    account.put(S3)
    outcome = restorer(account).restore(REGION)
    assert outcome.result == "failed"
    assert "Nothing was changed." in outcome.message
    assert account.writes() == []
