"""Invocations and deliveries of one Region, with one ``GetMetricData`` call.

Source: "CloudWatch metrics for Amazon Bedrock" in
https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html. The delivery
metrics are those "across all model IDs", which have no dimension. ``Invocations`` is asked for both
without a dimension and per ``ModelId``, and the larger sum counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from prowler_bedrock.errors import AwsCallError, aws_call

NAMESPACE = "AWS/Bedrock"
# Bedrock delivers some minutes after the invocation.
SETTLING = timedelta(hours=1)
PERIOD = 300
METRICS: dict[str, str] = {
    "cloudwatch": "ModelInvocationLogsCloudWatchDelivery",
    "s3": "ModelInvocationLogsS3Delivery",
    "large": "ModelInvocationLargeDataS3Delivery",
}


class Deliveries(BaseModel):
    """How often delivery to one kind of destination worked.

    Attributes:
        succeeded: deliveries.
        failed: failed deliveries.
    """

    succeeded: int
    failed: int


class Activity(BaseModel):
    """What happened in a Region within a window.

    Attributes:
        invocations: invocations that are old enough for their logs to have arrived.
        deliveries: per kind of destination.
    """

    invocations: int
    deliveries: dict[str, Deliveries]


def read_activity(cloudwatch: Any, region: str, hours: int, now: datetime) -> Activity:
    """Return what the metrics of a Region say.

    Args:
        cloudwatch: a boto3 ``cloudwatch`` client of the Region.
        region: the Region's name, for the error.
        hours: the window that ends now.
        now: the present time, UTC.

    Raises:
        AwsCallError: when CloudWatch refuses the call or gives no complete answer.
    """
    # Periods start at full five minutes: those that are not over yet are left out.
    end = now - timedelta(seconds=now.timestamp() % PERIOD)
    queries = [
        _metric(f"{channel}_{outcome}", f"{name}{outcome.title()}")
        for channel, name in METRICS.items()
        for outcome in ("success", "failure")
    ]
    queries.append(_metric("invocations", "Invocations"))
    search = f'{{{NAMESPACE},ModelId}} MetricName="Invocations"'
    queries.append({"Id": "by_model", "Expression": f"SUM(SEARCH('{search}', 'Sum', {PERIOD}))"})
    points: dict[str, list[tuple[datetime, float]]] = {query["Id"]: [] for query in queries}
    with aws_call("cloudwatch:GetMetricData", region):
        pages = cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries, StartTime=end - timedelta(hours=hours), EndTime=end
        )
        for page in pages:
            for result in page["MetricDataResults"]:
                if result.get("StatusCode") not in ("Complete", "PartialData"):
                    code = str(result.get("StatusCode"))
                    text = f"no complete answer for {result['Id']}"
                    raise AwsCallError("cloudwatch:GetMetricData", region, code, text)
                points[result["Id"]] += zip(result["Timestamps"], result["Values"], strict=True)
    old = end - SETTLING
    invocations = max(
        sum(value for at, value in points[name] if at < old) for name in ("invocations", "by_model")
    )
    return Activity(
        invocations=round(invocations),
        deliveries={
            channel: Deliveries(
                succeeded=round(sum(value for _, value in points[f"{channel}_success"])),
                failed=round(sum(value for _, value in points[f"{channel}_failure"])),
            )
            for channel in METRICS
        },
    )


def _metric(query_id: str, name: str) -> dict[str, Any]:
    metric = {"Namespace": NAMESPACE, "MetricName": name}
    return {"Id": query_id, "MetricStat": {"Metric": metric, "Period": PERIOD, "Stat": "Sum"}}
