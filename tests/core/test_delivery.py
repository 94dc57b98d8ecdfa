"""Logs arrive, or the finding says by which counts they do not."""

from datetime import datetime, timedelta, timezone
from typing import Any
from unittest.mock import Mock

import boto3
import pytest

from prowler_bedrock.delivery.judge import judge_delivery
from prowler_bedrock.delivery.metrics import METRICS, Activity, read_activity
from prowler_bedrock.delivery.settings import DeliverySettings
from prowler_bedrock.enable.settings import parse
from prowler_bedrock.errors import SettingsError
from prowler_bedrock.logging_configuration.model import NotOffered, SwitchedOff, Unreadable
from prowler_bedrock.logging_configuration.read import parse_answer
from tests.core.account import Account

# Not the one that a client without a Region has here.
REGION = "eu-west-1"
ROLE = "arn:aws:iam::123456789012:role/theirs"
CLOUDWATCH = {"cloudWatchConfig": {"logGroupName": "theirs", "roleArn": ROLE}}
LARGE = {
    "cloudWatchConfig": CLOUDWATCH["cloudWatchConfig"]
    | {"largeDataDeliveryS3Config": {"bucketName": "large"}}
}
S3 = {"s3Config": {"bucketName": "theirs"}}
LOGS, BUCKET = "ModelInvocationLogsCloudWatchDelivery", "ModelInvocationLogsS3Delivery"
BIG = "ModelInvocationLargeDataS3Delivery"


def happen(
    name: str,
    times: int,
    hours_ago: float = 3,
    model: str | None = None,
    namespace: str = "AWS/Bedrock",
) -> datetime:
    """Bedrock publishes a metric; per model where one is given. Returns when it happened."""
    dimensions = [{"Name": "ModelId", "Value": model}] if model else []
    at = datetime.now(timezone.utc) - timedelta(hours=hours_ago)
    boto3.client("cloudwatch", region_name=REGION).put_metric_data(
        Namespace=namespace,
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": dimensions,  # type: ignore[typeddict-item]
                "Timestamp": at,
                "Value": times,
            }
        ],
    )
    return at


def verdict(account: Account, config: dict[str, Any], **settings: int) -> Any:
    parsed = parse(DeliverySettings, settings, "the check")
    observation = parse_answer({"loggingConfig": config})
    return judge_delivery(account.access, REGION, observation, parsed)


def test_without_invocations_there_was_nothing_to_deliver(account: Account) -> None:
    found = verdict(account, CLOUDWATCH | S3)
    assert found.status == "PASS"
    assert "no invocations in the last 24 hours" in found.status_extended


def test_deliveries_are_counted_in_one_call(account: Account) -> None:
    happen("Invocations", 7, model="a")
    happen("Invocations", 5, model="b")
    happen(LOGS + "Success", 12)
    happen(BUCKET + "Success", 2)
    found = verdict(account, CLOUDWATCH | S3)
    assert found.status == "PASS"
    assert "12 deliveries to CloudWatch Log Group: theirs" in found.status_extended
    assert "2 deliveries to S3 Bucket: theirs" in found.status_extended
    assert "12 invocations" in found.status_extended
    assert account.calls == ["GetMetricData"]


def test_invocations_counted_twice_count_once(account: Account) -> None:
    happen("Invocations", 7, model="a")
    happen("Invocations", 7)
    assert "7 invocations" in verdict(account, S3).status_extended


@pytest.mark.parametrize(
    ("config", "failing", "said"),
    [
        (CLOUDWATCH, LOGS, "3 deliveries to CloudWatch Log Group: theirs failed"),
        (S3, BUCKET, "3 deliveries to S3 Bucket: theirs failed"),
        (LARGE, BIG, "3 deliveries to large data in S3 Bucket: large failed"),
    ],
)
def test_failures_fail(account: Account, config: Any, failing: str, said: str) -> None:
    happen("Invocations", 100, model="a")
    for name in (LOGS, BUCKET, BIG):
        happen(name + "Success", 97)
    happen(failing + "Failure", 3)
    found = verdict(account, config)
    assert found.status == "FAIL"
    assert said in found.status_extended


def test_a_log_group_without_a_name_is_none(account: Account) -> None:
    happen("Invocations", 2, model="a")
    happen(BUCKET + "Success", 2)
    found = verdict(account, S3 | {"cloudWatchConfig": {"logGroupName": ""}})
    assert (found.status, "CloudWatch" in found.status_extended) == ("PASS", False)


def test_a_bucket_for_large_data_without_a_name_is_none(account: Account) -> None:
    happen("Invocations", 2, model="a")
    happen(LOGS + "Success", 2)
    happen(BIG + "Success", 2)
    nameless = {"largeDataDeliveryS3Config": {"bucketName": ""}}
    config = {"cloudWatchConfig": CLOUDWATCH["cloudWatchConfig"] | nameless}
    found = verdict(account, config)
    assert (found.status, "large data" in found.status_extended) == ("PASS", False)


def test_failures_of_what_is_not_configured_do_not_count(account: Account) -> None:
    happen(BUCKET + "Failure", 3)
    happen(LOGS + "Success", 3)
    assert verdict(account, CLOUDWATCH).status == "PASS"


def test_invocations_without_deliveries_fail(account: Account) -> None:
    happen("Invocations", 5, model="a")
    happen(LOGS + "Success", 5)
    found = verdict(account, CLOUDWATCH | S3)
    assert found.status == "FAIL"
    assert "nothing was delivered to S3 Bucket: theirs" in found.status_extended
    assert "nothing was delivered to CloudWatch" not in found.status_extended


def test_a_delivery_does_not_stand_for_invocations_of_hours_later(account: Account) -> None:
    happen("Invocations", 5, hours_ago=9, model="a")
    happen(BUCKET + "Success", 2, hours_ago=9)
    happen("Invocations", 4, hours_ago=5, model="a")
    last = happen("Invocations", 3, hours_ago=4, model="a")
    five_minutes = last - timedelta(seconds=last.timestamp() % 300)
    found = verdict(account, S3)
    assert (found.status, found.status_extended) == (
        "FAIL",
        "Bedrock Model Invocation Logging does not arrive: no delivery to S3 Bucket: theirs "
        "followed 7 invocations within an hour, the last in the five minutes from "
        f"{five_minutes:%Y-%m-%d %H:%M} UTC, with 12 invocations in the last 24 hours.",
    )


def test_a_delivery_does_not_stand_for_invocations_of_hours_before(account: Account) -> None:
    happen("Invocations", 5, hours_ago=9, model="a")
    happen(BUCKET + "Success", 2, hours_ago=7.8)
    assert "followed 5 invocations" in verdict(account, S3).status_extended
    happen(BUCKET + "Success", 1, hours_ago=8.2)
    assert verdict(account, S3).status == "PASS"


def test_a_delivery_of_the_same_minutes_may_be_counted_right_before(account: Account) -> None:
    happen("Invocations", 5, hours_ago=9, model="a")
    happen(BUCKET + "Success", 1, hours_ago=9 + 4 / 60)
    assert verdict(account, S3).status == "PASS"
    happen("Invocations", 2, hours_ago=8.5, model="a")
    assert "followed 2 invocations" in verdict(account, S3).status_extended


# In the middle of five minutes, of which the last full ones began at 12:00.
NOW = datetime(2026, 11, 26, 12, 3, tzinfo=timezone.utc)


def activity(**given: list[tuple[datetime, float]]) -> Activity:
    """What `read_activity` makes of the sums that CloudWatch has in the window asked for."""

    def paginate(StartTime: datetime, EndTime: datetime, **_: Any) -> list[Any]:  # noqa: N803
        queries = [f"{one}_{outcome}" for one in METRICS for outcome in ("success", "failure")]
        results = []
        for name in (*queries, "invocations", "inferences"):
            found = [one for one in given.get(name, []) if StartTime <= one[0] < EndTime]
            times, values = [at for at, _ in found], [value for _, value in found]
            answer = {"Id": name, "StatusCode": "Complete", "Timestamps": times, "Values": values}
            results.append(answer)
        return [{"MetricDataResults": results}]

    cloudwatch = Mock()
    cloudwatch.get_paginator.return_value.paginate.side_effect = paginate
    return read_activity(cloudwatch, REGION, 24, NOW)


def test_the_five_minutes_that_begin_an_hour_ago_are_of_the_last_hour() -> None:
    at = NOW.replace(hour=11, minute=0)
    found = activity(invocations=[(at, 5.0)])
    assert (found.invocations, found.recent) == (0, 5)
    found = activity(invocations=[(at - timedelta(minutes=5), 5.0)])
    assert (found.invocations, found.recent) == (5, 0)


def test_a_delivery_right_before_the_window_is_of_its_first_minutes() -> None:
    start = NOW.replace(day=25, minute=0)
    before = start - timedelta(minutes=5)
    found = activity(invocations=[(start, 7.0), (before, 5.0)], s3_success=[(before, 1.0)])
    assert (found.invocations, found.deliveries["s3"].missed) == (7, 0)


def test_a_delivery_in_the_five_minutes_an_hour_later_is_in_time() -> None:
    at = NOW.replace(hour=6, minute=0)
    for late, missed in ((60, 0), (65, 5)):
        delivered = [(at + timedelta(minutes=late), 1.0)]
        found = activity(invocations=[(at, 5.0)], s3_success=delivered).deliveries["s3"]
        assert (found.missed, found.last_missed) == (missed, at if missed else None)


def test_periods_without_a_delivery_or_an_invocation_do_not_count(account: Account) -> None:
    happen("Invocations", 1, hours_ago=9, model="a")
    happen(BUCKET + "Success", 0, hours_ago=9)
    happen(BUCKET + "Success", 1, hours_ago=6)
    last = happen("Invocations", 0, hours_ago=4, model="a")
    said = verdict(account, S3).status_extended
    assert "followed 1 invocations within an hour" in said
    assert f"{last:%Y-%m-%d %H}" not in said


def test_only_the_destination_that_was_left_out_is_told(account: Account) -> None:
    happen("Invocations", 5, hours_ago=9, model="a")
    happen(LOGS + "Success", 5, hours_ago=9)
    happen(BUCKET + "Success", 2, hours_ago=6)
    said = verdict(account, LARGE | S3).status_extended
    assert "no delivery to S3 Bucket: theirs followed 5" in said
    assert "CloudWatch" not in said
    assert "large" not in said


def test_the_sentences_say_every_count(account: Account) -> None:
    group, bucket = "CloudWatch Log Group: theirs", "S3 Bucket: theirs"
    happen(LOGS + "Success", 12)
    assert verdict(account, CLOUDWATCH | S3).status_extended == (
        f"Bedrock Model Invocation Logging arrives: 12 deliveries to {group} and 0 deliveries to "
        f"{bucket}, with 0 invocations in the last 24 hours."
    )
    happen(LOGS + "Failure", 1)
    happen("Invocations", 5, model="a")
    assert verdict(account, CLOUDWATCH | S3).status_extended == (
        f"Bedrock Model Invocation Logging does not arrive: 1 deliveries to {group} failed and "
        f"nothing was delivered to {bucket}, with 5 invocations in the last 24 hours."
    )


def test_inferences_that_no_log_covers_are_told(account: Account) -> None:
    for hours_ago in (3, 4):
        happen("Inferences", 4, hours_ago=hours_ago, namespace="AWS/BedrockMantle")
    told = (
        "Besides, there were 8 inferences through the bedrock-mantle endpoint, which model "
        "invocation logging does not cover."
    )
    nothing = "Bedrock Model Invocation Logging had nothing to deliver: no invocations in the last"
    found = verdict(account, S3)
    assert (found.status, found.status_extended) == ("PASS", f"{nothing} 24 hours. {told}")
    assert account.calls == ["GetMetricData"]
    happen("Invocations", 5, model="a")
    found = verdict(account, S3)
    assert (
        found.status,
        found.status_extended.endswith(f", with 5 invocations in the last 24 hours. {told}"),
    ) == ("FAIL", True)


def test_large_data_may_be_absent(account: Account) -> None:
    happen("Invocations", 5, model="a")
    happen(LOGS + "Success", 5)
    assert verdict(account, LARGE).status == "PASS"


@pytest.mark.parametrize("hours_ago", [0, 0.5])
def test_logs_of_the_last_hour_may_be_on_their_way(account: Account, hours_ago: float) -> None:
    happen("Invocations", 5, hours_ago=hours_ago, model="a")
    found = verdict(account, S3)
    assert (found.status, found.status_extended) == (
        "PASS",
        "Bedrock Model Invocation Logging had nothing to deliver that is due: all 5 invocations in "
        "the last 24 hours are of the last hour, and their logs may be on the way.",
    )


def test_invocations_of_the_last_hour_are_counted_apart(account: Account) -> None:
    happen("Invocations", 5, hours_ago=0.5, model="a")
    happen("Invocations", 2, model="a")
    counts = "7 invocations in the last 24 hours, 5 of them in the last hour."
    found = verdict(account, S3)
    assert (found.status, found.status_extended.endswith(f", with {counts}")) == ("FAIL", True)
    happen(BUCKET + "Success", 2)
    found = verdict(account, S3)
    assert (found.status, found.status_extended.endswith(f", with {counts}")) == ("PASS", True)


def test_the_window_is_a_setting(account: Account) -> None:
    happen("Invocations", 5, hours_ago=30, model="a")
    assert verdict(account, S3).status == "PASS"
    found = verdict(account, S3, WindowInHours=48)
    assert found.status == "FAIL"
    assert "in the last 48 hours" in found.status_extended


@pytest.mark.parametrize("hours", [0, 1, 721, "24"])
def test_a_window_that_makes_no_sense_is_refused(hours: Any) -> None:
    with pytest.raises(SettingsError, match="WindowInHours"):
        parse(DeliverySettings, {"WindowInHours": hours}, "the check")


def test_metrics_that_can_not_be_read_are_manual(account: Account) -> None:
    account.faults["GetMetricData"] = [("AccessDenied", "No.")]
    found = verdict(account, S3)
    assert found.status == "MANUAL"
    assert f"cloudwatch:GetMetricData failed in {REGION}: " in found.status_extended
    assert "allow cloudwatch:GetMetricData" in found.status_extended


@pytest.mark.parametrize("status", ["InternalError", "PartialData"])
def test_an_incomplete_answer_is_manual(
    account: Account, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    from moto.cloudwatch.models import CloudWatchBackend

    answered = CloudWatchBackend.get_metric_data

    def incomplete(*arguments: Any, **named: Any) -> Any:
        return [one | {"status_code": status} for one in answered(*arguments, **named)]

    monkeypatch.setattr(CloudWatchBackend, "get_metric_data", incomplete)
    found = verdict(account, S3)
    assert found.status == "MANUAL"
    assert f"{status}: no complete answer for cloudwatch_success." in found.status_extended


@pytest.mark.parametrize("observation", [SwitchedOff(), NotOffered()])
def test_where_nothing_is_logged_there_is_no_finding(account: Account, observation: Any) -> None:
    assert judge_delivery(account.access, REGION, observation, DeliverySettings()) is None


def test_an_unreadable_region_is_manual(account: Account) -> None:
    observation = Unreadable(code="AccessDenied", message="No.")
    found = judge_delivery(account.access, REGION, observation, DeliverySettings())
    assert found is not None
    assert found.status == "MANUAL"
    assert f"could not be read in {REGION}: " in found.status_extended
