"""Logs are kept long enough; the fixer raises the retention, and a backout lowers it again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import boto3
import pytest

from prowler_bedrock.backout.chain import Chain
from prowler_bedrock.backout.retentions import survey_retentions
from prowler_bedrock.enable.data_types import DataTypesEnabler
from prowler_bedrock.enable.settings import parse
from prowler_bedrock.enable.standing_bucket import StandingBucket
from prowler_bedrock.errors import SettingsError
from prowler_bedrock.journal.change import Change, Resource
from prowler_bedrock.journal.record import Record
from prowler_bedrock.logging_configuration.model import Unreadable
from prowler_bedrock.logging_configuration.read import parse_answer
from prowler_bedrock.retention.judge import judge_retention
from prowler_bedrock.retention.raiser import RetentionRaiser
from prowler_bedrock.retention.settings import RetentionSettings
from tests.core.account import ACCOUNT, GROUP, Account, retention

REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/theirs"
CLOUDWATCH: dict[str, Any] = {"cloudWatchConfig": {"logGroupName": GROUP, "roleArn": ROLE}}
S3: dict[str, Any] = {"s3Config": {"bucketName": "theirs", "keyPrefix": "bedrock"}}


def group(days: int | None) -> None:
    logs = boto3.client("logs", region_name=REGION)
    logs.create_log_group(logGroupName=GROUP)
    if days:
        logs.put_retention_policy(logGroupName=GROUP, retentionInDays=days)


def rule(**members: Any) -> None:
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket="theirs")
    whole = {"ID": "clean", "Status": "Enabled", "Filter": {"Prefix": ""}, **members}
    s3.put_bucket_lifecycle_configuration(
        Bucket="theirs",
        LifecycleConfiguration={"Rules": [whole]},  # type: ignore[typeddict-item]
    )


def verdict(account: Account, config: dict[str, Any], **settings: int) -> Any:
    parsed = parse(RetentionSettings, settings, "the check")
    observation = parse_answer({"loggingConfig": config})
    return judge_retention(account.access, REGION, observation, parsed)


def test_a_client_that_can_not_be_built_hides_no_log_group(account: Account) -> None:
    group(1)
    given = account.access.client

    def client(service: str, region: str | None) -> Any:
        if service == "s3":
            raise ValueError("Invalid endpoint: minio")
        return given(service, region)

    observation = parse_answer({"loggingConfig": CLOUDWATCH | S3})
    settings = parse(RetentionSettings, {}, "the check")
    found = judge_retention(account.access._replace(client=client), REGION, observation, settings)
    assert found is not None
    assert found.status == "FAIL"
    assert "keeps logs for 1 days" in found.status_extended
    assert "the lifecycle of bucket theirs could not be read" in found.status_extended


@pytest.mark.parametrize(
    ("kept", "status", "sentence"),
    [
        (None, "PASS", "never expires, so that its storage costs grow without end."),
        (365, "PASS", "keeps logs for 365 days"),
        (30, "FAIL", "keeps logs for 30 days: set its retention to at least 365 days"),
    ],
)
def test_the_retention_of_a_log_group(
    account: Account, kept: int | None, status: str, sentence: str
) -> None:
    group(kept)
    found = verdict(account, CLOUDWATCH)
    assert (found.status, sentence in found.status_extended) == (status, True)


def of_class(monkeypatch: pytest.MonkeyPatch, name: str, days: int | None) -> None:
    """The log group is of a class, which moto does not know, with the retention that it tells."""
    from moto.logs.models import LogGroup

    described = LogGroup.to_describe_dict
    told = {"logGroupClass": name} | ({"retentionInDays": days} if days else {})
    monkeypatch.setattr(LogGroup, "to_describe_dict", lambda group: described(group) | told)


# CloudWatch Logs tells two days: https://github.com/hashicorp/terraform-provider-aws/pull/42658.
@pytest.mark.parametrize("told", [None, 2, 400])
def test_the_delivery_class_keeps_logs_for_one_day(
    account: Account, monkeypatch: pytest.MonkeyPatch, told: int | None
) -> None:
    group(None)
    account.put(CLOUDWATCH)
    of_class(monkeypatch, "DELIVERY", told)
    found = verdict(account, CLOUDWATCH)
    assert (found.status, found.status_extended) == (
        "FAIL",
        f"Bedrock Model Invocation Logging: CloudWatch Log Group {GROUP} keeps logs for 1 days: "
        "its class DELIVERY has no other retention, so deliver to a log group of another class.",
    )
    assert verdict(account, CLOUDWATCH, MinimumDays=1).status == "PASS"
    outcome = raiser(account).raise_retention(REGION)
    assert (outcome.result, outcome.message) == (
        "failed",
        f"Log group {GROUP} in {REGION} keeps logs for 1 days, and its class DELIVERY has no other "
        "retention: deliver to a log group of another class. Nothing was changed.",
    )
    assert account.writes() == []
    assert account.records() == []


@pytest.mark.parametrize("name", ["STANDARD", "INFREQUENT_ACCESS"])
def test_other_classes_keep_logs_as_they_are_told(
    account: Account, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    group(None)
    of_class(monkeypatch, name, 400)
    assert verdict(account, CLOUDWATCH).status == "PASS"
    of_class(monkeypatch, name, 30)
    assert verdict(account, CLOUDWATCH).status == "FAIL"


def test_every_destination_counts_and_is_said(account: Account) -> None:
    group(365)
    large = {"largeDataDeliveryS3Config": {"bucketName": "theirs", "keyPrefix": "large"}}
    config = {"cloudWatchConfig": CLOUDWATCH["cloudWatchConfig"] | large} | S3
    boto3.client("s3", region_name=REGION).create_bucket(Bucket="theirs")
    assert verdict(account, config).status_extended == (
        f"Bedrock Model Invocation Logging: CloudWatch Log Group {GROUP} keeps logs for 365 days "
        "and S3 Bucket theirs keeps logs for at least 365 days."
    )
    found = verdict(account, config, MinimumDays=400)
    assert (found.status, found.status_extended) == (
        "FAIL",
        f"Bedrock Model Invocation Logging: CloudWatch Log Group {GROUP} keeps logs for 365 days: "
        "set its retention to at least 400 days.",
    )
    account.faults["GetBucketLifecycleConfiguration"] = [("AccessDenied", "No.")] * 2
    account.faults["DescribeLogGroups"] = [("AccessDenied", "No.")]
    found = verdict(account, config)
    assert found.status_extended.startswith(
        f"Bedrock Model Invocation Logging: the retention of log group {GROUP} could not be read: "
        f"logs:DescribeLogGroups failed in {REGION}: AccessDenied"
    )
    assert "bucket theirs" in found.status_extended


def test_an_unreadable_region_is_manual(account: Account) -> None:
    observation = Unreadable(code="X", message="no")
    found = judge_retention(account.access, REGION, observation, RetentionSettings())
    assert found is not None
    assert found.status == "MANUAL"
    assert f"could not be read in {REGION}: X" in found.status_extended


def test_the_minimum_is_a_setting(account: Account) -> None:
    group(30)
    assert verdict(account, CLOUDWATCH, MinimumDays=30).status == "PASS"
    assert verdict(account, CLOUDWATCH, MinimumDays=31).status == "FAIL"


@pytest.mark.parametrize("wrong", [0, 3654, "365", None])
def test_a_minimum_that_makes_no_sense_is_refused(wrong: Any) -> None:
    with pytest.raises(SettingsError, match="MinimumDays"):
        parse(RetentionSettings, {"MinimumDays": wrong}, "the check")


def test_a_log_group_that_is_gone_is_manual(account: Account) -> None:
    found = verdict(account, CLOUDWATCH)
    assert found.status == "MANUAL"
    assert f"log group {GROUP} does not exist, so it keeps nothing." in found.status_extended


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"Expiration": {"Days": 30}}, "FAIL"),
        ({"Expiration": {"Days": 365}}, "PASS"),
        ({"Expiration": {"Date": "2027-01-01T00:00:00Z"}}, "FAIL"),
        ({"Expiration": {"Days": 30}, "Status": "Disabled"}, "PASS"),
        ({"Expiration": {"Days": 30}, "Filter": {"Prefix": "bedrock/"}}, "FAIL"),
        (
            {
                "Expiration": {"Days": 30},
                "Filter": {
                    "Prefix": f"bedrock/AWSLogs/{ACCOUNT}/BedrockModelInvocationLogs/us-east-1/2026"
                },
            },
            "FAIL",
        ),
        ({"Expiration": {"Days": 30}, "Filter": {"Prefix": "other/"}}, "PASS"),
        ({"Expiration": {"Days": 30}, "Filter": {"Tag": {"Key": "a", "Value": "b"}}}, "MANUAL"),
        ({"Transitions": [{"Days": 30, "StorageClass": "GLACIER"}]}, "PASS"),
    ],
)
def test_the_lifecycle_of_a_bucket(account: Account, members: Any, status: str) -> None:
    rule(**members)
    found = verdict(account, S3)
    assert found.status == status, found.status_extended
    if status != "PASS":
        assert "lifecycle rule clean of bucket theirs" in found.status_extended


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"Tag": {"Key": "a", "Value": "b"}}, "that have its tags"),
        ({"And": {"Prefix": "bed", "Tags": [{"Key": "a", "Value": "b"}]}}, "that have its tags"),
        ({"ObjectSizeGreaterThan": 1}, "that are of its size"),
        ({"And": {"ObjectSizeLessThan": 9, "ObjectSizeGreaterThan": 1}}, "that are of its size"),
        (
            {"And": {"Tags": [{"Key": "a", "Value": "b"}], "ObjectSizeLessThan": 9}},
            "that are of its size and that have its tags",
        ),
    ],
)
def test_what_narrows_a_lifecycle_rule_is_said(
    account: Account, monkeypatch: pytest.MonkeyPatch, chosen: dict[str, Any], said: str
) -> None:
    # moto keeps no sizes.
    found = {"ID": "x", "Status": "Enabled", "Filter": chosen, "Expiration": {"Days": 30}}
    monkeypatch.setattr(StandingBucket, "lifecycle_rules", lambda _: [found])
    judged = verdict(account, S3)
    assert (judged.status, judged.status_extended) == (
        "MANUAL",
        "Bedrock Model Invocation Logging: lifecycle rule x of bucket theirs deletes logs after 30 "
        f"days {said}.",
    )


THIRTY = {"Status": "Enabled", "Expiration": {"Days": 30}}


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([THIRTY | {"Status": "Disabled"}, THIRTY], True),
        ([THIRTY | {"Expiration": {"Days": 400}}, THIRTY], True),
        ([THIRTY | {"Filter": {"Prefix": "other/"}}, THIRTY], True),
        ([THIRTY | {"Prefix": "bedrock/"}], True),
        ([THIRTY | {"Prefix": "other/"}], False),
        ([THIRTY | {"Filter": {"And": {"Prefix": "other/"}}}], False),
    ],
)
def test_every_rule_of_a_lifecycle_is_looked_at(
    account: Account, monkeypatch: pytest.MonkeyPatch, rules: list[dict[str, Any]], said: bool
) -> None:
    monkeypatch.setattr(StandingBucket, "lifecycle_rules", lambda _: rules)
    judged = verdict(account, S3)
    told = (
        "Bedrock Model Invocation Logging: lifecycle rule without ID of bucket theirs deletes logs "
        "after 30 days: keep them for at least 365 days."
    )
    assert (judged.status, judged.status_extended == told) == ("FAIL" if said else "PASS", said)


def test_a_bucket_without_lifecycle_keeps_everything(account: Account) -> None:
    boto3.client("s3", region_name=REGION).create_bucket(Bucket="theirs")
    assert verdict(account, S3).status == "PASS"


def test_one_call_for_each_destination(account: Account) -> None:
    group(365)
    boto3.client("s3", region_name=REGION).create_bucket(Bucket="theirs")
    assert verdict(account, CLOUDWATCH | S3).status == "PASS"
    assert account.calls == ["DescribeLogGroups", "GetBucketLifecycleConfiguration"]


@pytest.mark.parametrize(
    ("config", "operation", "action"),
    [
        (CLOUDWATCH, "DescribeLogGroups", "logs:DescribeLogGroups"),
        (S3, "GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
    ],
)
def test_what_can_not_be_read_is_manual(
    account: Account, config: Any, operation: str, action: str
) -> None:
    account.faults[operation] = [("AccessDenied", "No.")]
    found = verdict(account, config)
    assert found.status == "MANUAL"
    assert f"{action} failed in {REGION}: AccessDenied: No; allow {action}" in found.status_extended


def raiser(account: Account, **settings: Any) -> RetentionRaiser:
    parsed = parse(RetentionSettings, settings, "the check")
    return RetentionRaiser(account.access, parsed, account.journal)


def test_the_fixer_raises_and_the_backout_puts_back(account: Account) -> None:
    group(30)
    account.put(CLOUDWATCH)
    outcome = raiser(account, MinimumDays=100).raise_retention(REGION)
    assert outcome.result == "changed", outcome.message
    assert retention(REGION) == 120, "the next retention that CloudWatch Logs offers"
    (record,) = account.records()
    assert (record.operation, record.result) == ("retention", "succeeded")
    restored = account.restorer().restore(REGION)
    assert restored.result == "changed", restored.message
    assert retention(REGION) == 30
    assert account.configuration() == CLOUDWATCH
    again = account.restorer().restore(REGION)
    assert again.result == "unchanged"


def test_a_slow_clock_does_not_keep_the_backout_from_it(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) - timedelta(minutes=4)

    group(30)
    account.put(CLOUDWATCH)
    monkeypatch.setattr("prowler_bedrock.journal.record.datetime", Slow)
    raiser(account).raise_retention(REGION)
    assert account.restorer().restore(REGION).result == "changed"
    assert retention(REGION) == 30


def test_the_backout_leaves_a_retention_that_someone_changed(account: Account) -> None:
    group(30)
    account.put(CLOUDWATCH)
    raiser(account).raise_retention(REGION)
    logs = boto3.client("logs", region_name=REGION)
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=731)
    said = f". Log group {GROUP} keeps its retention (731 days), which someone set since. "
    assert said in account.restorer(dry_run=True).restore(REGION).message
    assert said in account.restorer().restore(REGION).message
    assert retention(REGION) == 731


def test_the_backout_leaves_a_log_group_that_was_made_again(account: Account) -> None:
    group(30)
    account.put(CLOUDWATCH)
    raiser(account).raise_retention(REGION)
    boto3.client("logs", region_name=REGION).delete_log_group(logGroupName=GROUP)
    group(365)
    said = f". Log group {GROUP} keeps its retention (365 days): it was made again since. "
    outcome = account.restorer().restore(REGION)
    assert (outcome.result, said in outcome.message) == ("unchanged", True), outcome.message
    assert retention(REGION) == 365


def test_the_backout_passes_over_log_groups_that_are_gone_or_made_again(account: Account) -> None:
    record = Record(
        account=ACCOUNT, region=REGION, earlier_configuration=None, later_configuration=None,
        operation="retention",
    )  # fmt: skip
    logs = boto3.client("logs", region_name=REGION)
    group(365)
    (stands,) = logs.describe_log_groups()["logGroups"]
    created = {"creationTime": stands["creationTime"]}
    before = {"creationTime": stands["creationTime"] - 1}
    raised = [
        Change(
            resource=Resource(kind="log-group-retention", name=name),
            earlier={"retentionInDays": 30} | at,
            later={"retentionInDays": 365} | at,
        )
        for name, at in (
            ("/gone", created),
            ("/made again", before),
            (GROUP, created),
            ("/gone as well", created),
        )
    ]
    record.changes, record.attempted = raised, [one.resource for one in raised]
    logs.create_log_group(logGroupName="/made again")
    left: list[str] = []
    found = survey_retentions(Chain(records=[record]), account.access, REGION, left)
    (change,) = found
    assert (change.resource.name, change.earlier) == (GROUP, {"retentionInDays": 365} | created)
    assert change.later == {"retentionInDays": 30} | created
    assert left == [
        "Log group /made again keeps its retention (no expiry): it was made again since."
    ]


def test_the_backout_leaves_a_retention_that_someone_removed(account: Account) -> None:
    group(30)
    account.put(CLOUDWATCH)
    raiser(account).raise_retention(REGION)
    boto3.client("logs", region_name=REGION).delete_retention_policy(logGroupName=GROUP)
    assert "retention (no expiry), which someone" in account.restorer().restore(REGION).message
    assert retention(REGION) is None


@pytest.mark.parametrize("set_meanwhile", [None, 60])
def test_attempts_are_walked_back_to_what_was_first(
    account: Account, set_meanwhile: int | None
) -> None:
    group(30)
    account.put(CLOUDWATCH)
    account.faults["DescribeLogGroups"] = [None, None, ("ThrottlingException", "x")]
    assert raiser(account, MinimumDays=90).raise_retention(REGION).result == "failed"
    assert retention(REGION) == 90
    if set_meanwhile:
        logs = boto3.client("logs", region_name=REGION)
        logs.put_retention_policy(logGroupName=GROUP, retentionInDays=set_meanwhile)
    assert raiser(account).raise_retention(REGION).result == "changed"
    restored = account.restorer().restore(REGION)
    assert (restored.result, retention(REGION)) == ("changed", set_meanwhile or 30)
    assert "keeps its retention" not in restored.message


def test_a_log_group_that_is_gone_does_not_stop_the_backout(account: Account) -> None:
    group(30)
    account.put(CLOUDWATCH)
    raiser(account).raise_retention(REGION)
    boto3.client("logs", region_name=REGION).delete_log_group(logGroupName=GROUP)
    restored = account.restorer().restore(REGION)
    assert restored.passing, restored.message
    assert account.configuration() == CLOUDWATCH


def test_a_backout_that_can_not_read_a_retention_is_told(account: Account) -> None:
    group(30)
    account.put(CLOUDWATCH)
    raiser(account).raise_retention(REGION)
    account.faults["DescribeLogGroups"] = [("Refused", "No.")]
    told = f"logs:DescribeLogGroups failed in {REGION}: Refused: No. Nothing was changed."
    assert account.restorer().restore(REGION).message == told


@pytest.mark.parametrize("kept", [None, 400, 731])
def test_the_fixer_never_lowers(account: Account, kept: int | None) -> None:
    group(kept)
    account.put(CLOUDWATCH)
    assert raiser(account).raise_retention(REGION).result == "unchanged"
    assert retention(REGION) == kept
    assert account.writes() == []


def test_the_record_stands_before_the_change(account: Account) -> None:
    group(30)
    account.put(CLOUDWATCH)
    seen = []
    account.before["PutRetentionPolicy"] = lambda: seen.extend(account.records())
    raiser(account).raise_retention(REGION)
    (record,) = seen
    assert record.changes[0].earlier["retentionInDays"] == 30
    assert record.result is None


def test_a_dry_run_changes_nothing(account: Account) -> None:
    group(30)
    account.put(CLOUDWATCH)
    outcome = raiser(account, DryRun=True).raise_retention(REGION)
    assert outcome.result == "planned"
    assert '-  "retentionInDays": 30' in outcome.diffs
    assert account.writes() == []
    assert account.records() == []


def test_a_denied_change_is_named_and_recorded(account: Account) -> None:
    group(30)
    account.put(CLOUDWATCH)
    account.faults["PutRetentionPolicy"] = [("AccessDenied", "No.")]
    outcome = raiser(account).raise_retention(REGION)
    assert outcome.result == "failed"
    denied = f"logs:PutRetentionPolicy failed in {REGION}: AccessDenied: No; allow logs:PutRet"
    assert denied in outcome.message
    assert account.records()[0].result == "failed"


@pytest.mark.parametrize(
    ("code", "theirs"), [("AccessDenied", True), ("ThrottlingException", False)]
)
def test_a_retention_that_someone_sets_after_a_refusal_is_theirs(
    account: Account, code: str, theirs: bool
) -> None:
    group(30)
    account.put(CLOUDWATCH)
    account.faults["PutRetentionPolicy"] = [(code, "No.")]
    message = raiser(account).raise_retention(REGION).message
    assert ("Nothing was changed." in message) is theirs
    logs = boto3.client("logs", region_name=REGION)
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=365)
    account.restorer().restore(REGION)
    # A call that was throttled four times may have done its work once.
    assert retention(REGION) == (365 if theirs else 30)


def at_the_second_look(account: Account, happens: Callable[[], Any]) -> None:
    """Something happens between the survey and the look right before the change."""

    def second() -> None:
        account.before["DescribeLogGroups"] = happens

    account.before["DescribeLogGroups"] = second


def test_what_someone_sets_while_the_change_is_prepared_is_theirs(account: Account) -> None:
    group(30)
    account.put(CLOUDWATCH)
    logs = boto3.client("logs", region_name=REGION)
    set_days = partial(logs.put_retention_policy, logGroupName=GROUP)
    at_the_second_look(account, partial(set_days, retentionInDays=90))
    outcome = raiser(account).raise_retention(REGION)
    assert (outcome.result, outcome.message) == (
        "failed",
        f"Someone changed the retention of log group {GROUP} in {REGION} while this change was "
        "prepared: it stays as they left it. Run again. Nothing was changed.",
    )
    set_days(retentionInDays=365)
    account.restorer().restore(REGION)
    assert retention(REGION) == 365


def test_a_retention_that_reads_back_another_is_told(account: Account) -> None:
    group(30)
    account.put(CLOUDWATCH)
    logs = boto3.client("logs", region_name=REGION)
    back = partial(logs.put_retention_policy, logGroupName=GROUP, retentionInDays=30)

    def third() -> None:
        at_the_second_look(account, back)

    account.before["DescribeLogGroups"] = third
    outcome = raiser(account).raise_retention(REGION)
    assert outcome.result == "failed"
    assert outcome.message.startswith(
        f"The retention of log group {GROUP} read back in {REGION} is not 365 days: someone else "
        "changed it at the same time; scan again. Begun by then: log-group-retention "
    )


@pytest.mark.parametrize("looks", [0, 1, 2])
def test_which_look_at_the_log_group_failed_is_told(account: Account, looks: int) -> None:
    group(30)
    account.put(CLOUDWATCH)
    account.faults["DescribeLogGroups"] = [None] * looks + [("Throttling", "No.")]
    message = raiser(account).raise_retention(REGION).message
    assert message.startswith(f"logs:DescribeLogGroups failed in {REGION}: Throttling: No.")


def test_a_log_group_that_is_gone_is_not_raised(account: Account) -> None:
    account.put(CLOUDWATCH)
    assert raiser(account).raise_retention(REGION).message == (
        f"Log group {GROUP} does not exist in {REGION}. Nothing was changed."
    )


def test_a_retention_that_is_long_enough_is_not_put_again(account: Account) -> None:
    group(365)
    account.put(CLOUDWATCH)
    assert raiser(account).raise_retention(REGION).result == "unchanged"
    assert account.writes() == []


def test_a_retention_that_another_run_raised_is_not_put_again(account: Account) -> None:
    group(30)
    account.put(CLOUDWATCH)
    logs = boto3.client("logs", region_name=REGION)
    raised = partial(logs.put_retention_policy, logGroupName=GROUP, retentionInDays=365)
    at_the_second_look(account, raised)
    assert raiser(account).raise_retention(REGION).result == "changed"
    assert "PutRetentionPolicy" not in account.calls
    account.restorer().restore(REGION)
    assert retention(REGION) == 365


def test_the_backout_of_another_fix_leaves_a_raised_retention(account: Account) -> None:
    group(30)
    account.put(CLOUDWATCH | {"textDataDeliveryEnabled": False})
    # What was raised can't be read back, so that the record did not succeed.
    account.faults["DescribeLogGroups"] = [None, None, ("ThrottlingException", "Rate exceeded")]
    assert raiser(account).raise_retention(REGION).result == "failed"
    assert DataTypesEnabler(account.access, account.journal).enable(REGION).result == "changed"
    account.restorer().restore(REGION)
    assert retention(REGION) == 365
    account.restorer().restore(REGION)
    assert retention(REGION) == 30


def test_a_lifecycle_is_left_to_a_person(account: Account) -> None:
    rule(Expiration={"Days": 30})
    account.put(S3)
    outcome = raiser(account).raise_retention(REGION)
    assert outcome.result == "failed"
    assert "lifecycle rule clean" in outcome.message
    assert "Nothing was changed." in outcome.message


def test_a_region_without_logging_is_refused(account: Account) -> None:
    outcome = raiser(account).raise_retention(REGION)
    assert outcome.result == "failed"
    assert "turn it on first" in outcome.message
