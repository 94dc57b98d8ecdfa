"""Invocations and deliveries of one Region, with one ``GetMetricData`` call.

Source: "CloudWatch metrics for Amazon Bedrock" in
https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html. The delivery
metrics are those "across all model IDs".
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from prowler_bedrock.usage.metric_data import (
    Sums,
    inference_query,
    inferences_of,
    invocation_points,
    invocation_queries,
    metric_query,
    read_points,
)

# Bedrock delivers some minutes after the invocation.
SETTLING = timedelta(hours=1)
PERIOD = 300
# Two metrics of one moment may stand on either side of a period's beginning.
_JITTER = timedelta(seconds=PERIOD)
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
        missed: invocations that no delivery followed within an hour, of those that are due.
        last_missed: the beginning of the five minutes of the last of them, UTC; ``None`` without.
    """

    succeeded: int
    failed: int
    missed: int = 0
    last_missed: datetime | None = None


class Activity(BaseModel):
    """What happened in a Region within a window.

    Attributes:
        invocations: invocations that are old enough for their logs to have arrived.
        recent: the later ones, of about the last hour.
        deliveries: per kind of destination.
        inferences: those through the ``bedrock-mantle`` endpoint, which are no invocations.
    """

    invocations: int
    recent: int
    deliveries: dict[str, Deliveries]
    inferences: int


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
    # Periods start at full five minutes.
    full = now - timedelta(seconds=now.timestamp() % PERIOD)
    queries = [
        metric_query(f"{channel}_{outcome}", f"{name}{outcome.title()}", PERIOD)
        for channel, name in METRICS.items()
        for outcome in ("success", "failure")
    ]
    queries += [*invocation_queries(PERIOD), inference_query(PERIOD)]
    start, old = full - timedelta(hours=hours), full - SETTLING
    points = read_points(cloudwatch, region, queries, start - _JITTER, now)
    # What was delivered for the first of them may stand right before.
    invoked = [(at, value) for at, value in invocation_points(points) if at >= start]
    due = [(at, value) for at, value in invoked if at < old]
    return Activity(
        invocations=round(sum(value for _, value in due)),
        recent=round(sum(value for at, value in invoked if at >= old)),
        deliveries={
            channel: _deliveries(points[f"{channel}_success"], points[f"{channel}_failure"], due)
            for channel in METRICS
        },
        inferences=inferences_of(points),
    )


def _deliveries(succeeded: Sums, failed: Sums, due: Sums) -> Deliveries:
    delivered = sorted(at for at, value in succeeded if value > 0)

    def missed(at: datetime) -> bool:
        following = bisect_left(delivered, at - _JITTER)
        return following == len(delivered) or delivered[following] > at + SETTLING

    lost = [(at, value) for at, value in due if value > 0 and missed(at)]
    return Deliveries(
        succeeded=round(sum(value for _, value in succeeded)),
        failed=round(sum(value for _, value in failed)),
        missed=round(sum(value for _, value in lost)),
        last_missed=max((at for at, _ in lost), default=None),
    )
