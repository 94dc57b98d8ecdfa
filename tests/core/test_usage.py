"""A Region is in use or not, by its invocations; what can't be read never counts as unused."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from unittest.mock import Mock, patch

import pytest

from prowler_bedrock.account.access import Access
from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.enable.settings import ChangeSettings, parse
from prowler_bedrock.errors import AwsCallError, SettingsError
from prowler_bedrock.fixes import FIXES, fix_of
from prowler_bedrock.logging_configuration.judge import Verdict
from prowler_bedrock.usage.finding import with_usage
from prowler_bedrock.usage.metric_data import invocation_points, invocation_queries
from prowler_bedrock.usage.restriction import in_regions_in_use
from prowler_bedrock.usage.usage import Usage, read_usage, usage_of
from tests.core.account import Account
from tests.core.test_delivery import REGION, happen

ONLY_IN_USE = {"OnlyRegionsInUse": True}
FAIL = Verdict(status="FAIL", status_extended="Off.")


def usage(account: Account, days: int = 30) -> Usage:
    cloudwatch = account.client("cloudwatch", REGION)
    return read_usage(cloudwatch, REGION, days, datetime.now(timezone.utc))


def restricted(account: Account, settings: dict[str, Any], region: str = REGION) -> Outcome:
    def change(region: str) -> Outcome:
        return Outcome(result="changed", message=f"{region} is on.")

    parsed = parse(ChangeSettings, settings, "the check")
    return in_regions_in_use(account.access, parsed, change)(region)


@pytest.mark.parametrize("model", [None, "a-model"])
def test_a_region_in_use_says_when_it_last_was(account: Account, model: str | None) -> None:
    happen("Invocations", 7, hours_ago=30, model=model)
    happen("Invocations", 2, hours_ago=50, model=model)
    found = usage(account)
    hour = datetime.now(timezone.utc) - timedelta(hours=30)
    assert (found.in_use, found.invocations) == (True, 9)
    assert f"the last in the hour from {hour:%Y-%m-%d %H}:00 UTC" in found.sentence
    assert account.calls == ["GetMetricData"]


def test_invocations_before_the_window_do_not_count(account: Account) -> None:
    happen("Invocations", 7, hours_ago=3 * 24)
    assert not usage(account, days=2).in_use
    assert usage(account, days=2).sentence == (
        "The Region is not in use: no invocations in the last 2 days."
    )
    assert usage(account, days=4).in_use


def test_inferences_through_another_endpoint_are_use(account: Account) -> None:
    happen("Inferences", 7, hours_ago=30, namespace="AWS/BedrockMantle")
    uncovered = (
        "7 inferences through the bedrock-mantle endpoint, which model invocation logging does not "
        "cover, in the last 30 days"
    )
    assert usage(account).in_use
    assert usage(account).sentence == f"The Region is in use: {uncovered}."
    hour = happen("Invocations", 2, hours_ago=50)
    assert usage(account).sentence == (
        "The Region is in use: 2 invocations in the last 30 days, the last in the hour from "
        f"{hour:%Y-%m-%d %H}:00 UTC; and {uncovered}."
    )


def test_periods_without_an_invocation_are_no_use(account: Account) -> None:
    happen("Invocations", 0, hours_ago=5)
    assert usage(account) == Usage(days=30, invocations=0)
    happen("Invocations", 3, hours_ago=50)
    hour = datetime.now(timezone.utc) - timedelta(hours=50)
    assert usage(account).last == hour.replace(minute=0, second=0, microsecond=0)


def answering(*pages: Any) -> Any:
    cloudwatch = Mock()
    cloudwatch.get_paginator.return_value.paginate.return_value = pages
    return cloudwatch


def result(*values: float, name: str = "invocations") -> dict[str, Any]:
    at = [datetime(2026, 1, 1, hour, tzinfo=timezone.utc) for hour in range(len(values))]
    return {"Id": name, "StatusCode": "Complete", "Timestamps": at, "Values": list(values)}


NAIVE = datetime(2026, 1, 1, 12)


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ([{"Id": "x"}], "None: no complete answer for x."),
        ([], "(LookupError)"),
        ([result(-1)], "(ValueError)"),
        ([result(float("nan"))], "(ValueError)"),
        ([result(1e308, 1e308)], "(ValueError)"),
        ([result(1) | {"Timestamps": ["noon"]}], "(ValueError)"),
        ([result(1) | {"Timestamps": [NAIVE]}], "(ValueError)"),
        ([result(1) | {"Timestamps": []}], "(ValueError)"),
        ([result(1) | {"StatusCode": "Forbidden"}], "Forbidden: no complete answer for "),
        ([result(1) | {"StatusCode": "PartialData"}], "PartialData: no complete answer for "),
        (
            [result(1), result(name="by_model") | {"StatusCode": "PartialData"}],
            "PartialData: no complete answer for by_model.",
        ),
        ([result(name="another")], "(KeyError)"),
    ],
)
def test_an_answer_of_another_shape_is_not_an_unused_region(results: Any, told: str) -> None:
    complete = [result(name="inferences"), *results]
    with pytest.raises(AwsCallError) as caught:
        read_usage(
            answering({"MetricDataResults": complete}), REGION, 30, datetime.now(timezone.utc)
        )
    assert str(caught.value).startswith(f"cloudwatch:GetMetricData failed in {REGION}: ")
    assert told in str(caught.value)


def test_no_answer_at_all_is_not_an_unused_region() -> None:
    for answer in ({}, {"MetricDataResults": [result(1)]}):
        with pytest.raises(AwsCallError, match="UnparsableAnswer"):
            read_usage(answering(answer), REGION, 30, datetime.now(timezone.utc))


def test_a_time_of_another_zone_is_told_in_utc() -> None:
    east = timezone(timedelta(hours=5))
    at = datetime(2026, 1, 1, 3, tzinfo=east)
    results = [result(2) | {"Timestamps": [at]}, result(name="inferences")]
    found = read_usage(
        answering({"MetricDataResults": results}), REGION, 30, datetime.now(timezone.utc)
    )
    assert "in the hour from 2025-12-31 22:00 UTC." in found.sentence
    assert found.last is not None
    assert found.last.tzinfo is timezone.utc


def test_an_answer_may_come_in_parts() -> None:
    pages = (
        {"MetricDataResults": [result(1, 2) | {"StatusCode": "PartialData"}]},
        {"MetricDataResults": [result(4), result(name="inferences")]},
    )
    assert read_usage(answering(*pages), REGION, 30, datetime.now(timezone.utc)).invocations == 7


def test_the_queries() -> None:
    metric = {"Namespace": "AWS/Bedrock", "MetricName": "Invocations"}
    search = """SUM(SEARCH('{AWS/Bedrock,ModelId} MetricName="Invocations"', 'Sum', 300))"""
    assert invocation_queries(300) == [
        {
            "Id": "invocations",
            "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Sum"},
        },
        {"Id": "by_model", "Expression": search},
    ]


def test_of_two_counts_the_greater_one_is_taken() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
    fewer, more = [(noon, 5.0)], [(noon - timedelta(hours=1), 3.0), (noon, 3.0)]
    assert invocation_points({"invocations": fewer, "by_model": more}) == more
    assert invocation_points({"invocations": more, "by_model": fewer}) == more


def test_a_finding_says_what_is_known_of_its_region() -> None:
    unused = with_usage(FAIL, Usage(days=30, invocations=0))
    assert unused.region_unused
    assert unused.status == "FAIL", "the default stays strict"
    assert unused.status_extended == (
        "Off. The Region is not in use: no invocations in the last 30 days."
    )
    denied = AwsCallError("cloudwatch:GetMetricData", REGION, "AccessDenied", "no")
    unknown = with_usage(FAIL, denied)
    assert not unknown.region_unused
    assert "could not be read: cloudwatch:GetMetricData failed" in unknown.status_extended


def test_the_fixer_skips_unused_regions_where_asked(account: Account) -> None:
    skipped = restricted(account, ONLY_IN_USE)
    assert (skipped.result, skipped.passing) == ("skipped", False)
    assert "OnlyRegionsInUse is set. Nothing was changed." in skipped.message
    assert restricted(account, {}).result == "changed", "the default stays strict"
    happen("Invocations", 1, model="a-model")
    assert restricted(account, ONLY_IN_USE).message == f"{REGION} is on."
    assert restricted(account, ONLY_IN_USE, "us-east-1").result == "skipped"


def test_the_fixer_takes_a_region_that_can_not_be_read_for_one_in_use(account: Account) -> None:
    account.faults["GetMetricData"] = [("AccessDenied", "no")]
    fixed = restricted(account, ONLY_IN_USE)
    assert fixed.result == "changed"
    assert fixed.message.startswith(f"{REGION} is on. Whether {REGION} is in use could not be read")
    assert f"counts as in use: cloudwatch:GetMetricData failed in {REGION}: " in fixed.message


def test_every_fixer_is_restricted(account: Account) -> None:
    given: list[tuple[Any, ...]] = []

    def make(*arguments: Any) -> Callable[[str], Outcome]:
        given.append(arguments)
        return lambda region: Outcome(result="changed", message=region)

    for check_id, fix in list(FIXES.items()):
        with patch.dict(FIXES, {check_id: fix._replace(make=make)}):
            for raw, result in ((ONLY_IN_USE, "skipped"), ({}, "changed")):
                settings = parse(fix.settings, raw, check_id)
                fixed = fix_of(check_id, account.access, settings, account.journal)(REGION)
                assert (fixed.result, fixed.message[: len(REGION)]) == (result, REGION)
                assert given[-1] == (account.access, settings, account.journal)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"UsageWindowInDays": 0}, "UsageWindowInDays"),
        ({"UsageWindowInDays": 456}, "UsageWindowInDays"),
        ({"SeverityInUnusedRegions": "critical"}, "SeverityInUnusedRegions"),
        ({"OnlyRegionsInUse": "yes"}, "OnlyRegionsInUse"),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        parse(ChangeSettings, settings, "the check")


def test_whatever_reading_the_usage_raises_is_told() -> None:
    def client(service: str, region: str | None) -> Any:
        raise RuntimeError("no client")

    found = usage_of(Access("123456789012", "aws", client), "eu-west-1", 30)
    assert isinstance(found, AwsCallError)
    assert (found.action, found.where) == ("cloudwatch:GetMetricData", "eu-west-1")
    assert (found.code, found.message) == ("RuntimeError", "no client")
