"""Whatever `GetMetricData` answers, no delivery passes falsely, no Region is unused falsely."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import boto3
from hypothesis import given
from hypothesis import strategies as st

from prowler_bedrock.account.access import Access
from prowler_bedrock.delivery.judge import judge_delivery
from prowler_bedrock.delivery.metrics import METRICS
from prowler_bedrock.delivery.settings import DeliverySettings
from prowler_bedrock.logging_configuration.read import parse_answer
from prowler_bedrock.usage.usage import Usage, usage_of
from tests.fuzz.values import json_values, of_shape

REGION = "us-east-1"
CLOUDWATCH = boto3.client(
    "cloudwatch", region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b"
)
ANSWER = CLOUDWATCH.meta.service_model.operation_model("GetMetricData").output_shape
ON = parse_answer({"loggingConfig": {"s3Config": {"bucketName": "logs"}}})
IDS = [f"{channel}_{outcome}" for channel in METRICS for outcome in ("success", "failure")]
NOW = datetime.now(timezone.utc)
POINTS = st.lists(st.one_of(st.integers(0, 9), st.floats()), max_size=2)
RESULTS = st.lists(
    st.builds(
        lambda name, values, status: {
            "Id": name, "Values": values, "Timestamps": [NOW] * len(values), "StatusCode": status,
        },
        st.sampled_from([*IDS, "invocations", "by_model"]),
        POINTS,
        st.sampled_from(["Complete", "Complete", "PartialData", "InternalError"]),
    ),
    max_size=9,
)  # fmt: skip


class Answering:
    """A client whose only answer is the given one."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def get_paginator(self, _: str) -> Answering:
        return self

    def paginate(self, **_: Any) -> list[Any]:
        return [self._answer]


def judged(answer: Any) -> None:
    access = Access("123456789012", "aws", lambda service, region: Answering(answer))
    verdict = judge_delivery(access, REGION, ON, DeliverySettings())
    assert verdict is not None
    results = answer.get("MetricDataResults") if isinstance(answer, dict) else None
    if verdict.status == "PASS":
        failed = [one for one in results or [] if one["Id"] == "s3_failure"]
        assert failed and round(sum(sum(one["Values"]) for one in failed)) == 0
        assert failed[-1]["StatusCode"] == "Complete"
    usage = usage_of(access, REGION, 30)
    if isinstance(usage, Usage) and not usage.in_use:
        told = [one for one in results or [] if one["Id"] == "invocations"]
        assert told and not any(sum(one["Values"]) > 0 for one in told)


@given(RESULTS)
def test_results_of_the_documented_shape(results: list[Any]) -> None:
    judged({"MetricDataResults": results})


@given(of_shape(ANSWER, wrong=True))
def test_an_answer_of_another_shape(answer: Any) -> None:
    judged(answer)


@given(json_values)
def test_anything_at_all(answer: Any) -> None:
    judged(answer)
