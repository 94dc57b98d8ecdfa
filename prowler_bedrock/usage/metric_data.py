"""Sums of Bedrock's metrics, with ``GetMetricData``.

Source: "CloudWatch metrics for Amazon Bedrock" in
https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html,
https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-mantle-metrics.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html.
"""

from __future__ import annotations

from datetime import datetime, timezone
from math import isfinite
from typing import Any

from prowler_bedrock.errors import AwsCallError, aws_call

NAMESPACE = "AWS/Bedrock"
_MANTLE = "AWS/BedrockMantle"
GET_ACTION = "cloudwatch:GetMetricData"
Sums = list[tuple[datetime, float]]
Points = dict[str, Sums]
_COMPLETE = "Complete"


def metric_query(
    query_id: str, name: str, period: int, namespace: str = NAMESPACE
) -> dict[str, Any]:
    """Return the query for the sums of a metric "across all model IDs", which has no dimension.

    Args:
        query_id: names the result.
        name: the metric.
        period: seconds that each sum covers.
        namespace: of the metric.
    """
    metric = {"Namespace": namespace, "MetricName": name}
    return {"Id": query_id, "MetricStat": {"Metric": metric, "Period": period, "Stat": "Sum"}}


def invocation_queries(period: int) -> list[dict[str, Any]]:
    """Return the queries for invocations: across all models, and per ``ModelId``.

    Args:
        period: seconds that each sum covers.
    """
    search = f'{{{NAMESPACE},ModelId}} MetricName="Invocations"'
    by_model = f"SUM(SEARCH('{search}', 'Sum', {period}))"
    return [
        metric_query("invocations", "Invocations", period),
        {"Id": "by_model", "Expression": by_model},
    ]


def inference_query(period: int) -> dict[str, Any]:
    """Return the query for the inferences of an account through the ``bedrock-mantle`` endpoint.

    Args:
        period: seconds that each sum covers.
    """
    return metric_query("inferences", "Inferences", period, _MANTLE)


def inferences_of(points: Points) -> int:
    """Return how many inferences there were, from the answer to `inference_query`.

    Args:
        points: the answer.
    """
    return round(sum(value for _, value in points["inferences"]))


def not_covered(inferences: int) -> str:
    """Return what is to be said of inferences of which there is no model invocation log.

    Source: the note in
    https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html.

    Args:
        inferences: how many there were.
    """
    return (
        f"{inferences} inferences through the bedrock-mantle endpoint, which model invocation "
        "logging does not cover"
    )


def invocation_points(points: Points) -> Sums:
    """Return the sums of invocations from those of `invocation_queries` that say more.

    Args:
        points: the answer.
    """
    return max(
        (points[query["Id"]] for query in invocation_queries(1)),
        key=lambda found: sum(value for _, value in found),
    )


def read_points(
    cloudwatch: Any, region: str, queries: list[dict[str, Any]], start: datetime, end: datetime
) -> Points:
    """Return the sums that a Region's metrics give: when each period began, and its sum.

    Args:
        cloudwatch: a boto3 ``cloudwatch`` client of the Region.
        region: the Region's name, for the error.
        queries: what to ask for; at most 500.
        start: the beginning of the window, UTC.
        end: its end, UTC.

    Raises:
        AwsCallError: when CloudWatch refuses the call or gives no complete answer.
    """
    points: Points = {query["Id"]: [] for query in queries}
    answered: dict[str, str] = {}
    with aws_call(GET_ACTION, region):
        pages = cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries, StartTime=start, EndTime=end
        )
        for page in pages:
            for result in page["MetricDataResults"]:
                name, status = result["Id"], str(result.get("StatusCode"))
                if status not in (_COMPLETE, "PartialData"):
                    raise _incomplete(region, name, status)
                points[name] += zip(result["Timestamps"], result["Values"], strict=True)
                answered[name] = status
        # A metric without data has an empty result, so none at all is not "no invocation". A
        # search that finds no metric may have none.
        if not {query["Id"] for query in queries if "MetricStat" in query} <= answered.keys():
            raise LookupError("a metric without a result")
        for name, status in answered.items():
            # After a part a later page has the rest, but not where an expression is asked for too.
            if status != _COMPLETE:
                raise _incomplete(region, name, status)
        _refuse_what_is_no_sum(points)
        # Of a number, newer versions of botocore make a local time.
        return {
            name: [(at.astimezone(timezone.utc), value) for at, value in found]
            for name, found in points.items()
        }


def _incomplete(region: str, name: str, status: str) -> AwsCallError:
    return AwsCallError(GET_ACTION, region, status, f"no complete answer for {name}")


def _refuse_what_is_no_sum(points: Points) -> None:
    for found in points.values():
        if not all(isinstance(at, datetime) and at.tzinfo and value >= 0 for at, value in found):
            raise ValueError("no sum")
        if not isfinite(sum(value for _, value in found)):
            raise ValueError("no finite sum")
