"""When a Region was last in use."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from pydantic import BaseModel

from prowler_bedrock.account.access import Access
from prowler_bedrock.errors import AwsCallError, error_code, error_message
from prowler_bedrock.usage.metric_data import (
    GET_ACTION,
    inference_query,
    inferences_of,
    invocation_points,
    invocation_queries,
    not_covered,
    read_points,
)

# CloudWatch keeps sums of an hour for 455 days, shorter ones for less.
PERIOD = 3600


class Usage(BaseModel):
    """What a Region was used for within a window.

    Attributes:
        days: the window, which ends now.
        invocations: model invocations in it.
        last: the beginning of the hour of the last one, UTC; ``None`` without any.
        inferences: those through the ``bedrock-mantle`` endpoint, which are no invocations.
    """

    days: int
    invocations: int
    last: datetime | None = None
    inferences: int = 0

    @property
    def in_use(self) -> bool:
        """True where there was at least one invocation or inference."""
        return self.last is not None or self.inferences > 0

    @property
    def sentence(self) -> str:
        """Whether the Region is in use and when it last was."""
        window = f"in the last {self.days} days"
        if not self.in_use:
            return f"The Region is not in use: no invocations {window}."
        found = []
        if self.last:
            found.append(
                f"{self.invocations} invocations {window}, the last in the hour from "
                f"{self.last:%Y-%m-%d %H:%M} UTC"
            )
        if self.inferences:
            found.append(f"{not_covered(self.inferences)}, {window}")
        return f"The Region is in use: {'; and '.join(found)}."


def usage_of(access: Access, region: str, days: int) -> Usage | AwsCallError:
    """Return whether a Region is in use, or why that could not be read; it raises nothing.

    Args:
        access: the account.
        region: the Region's name.
        days: the window that ends now.
    """
    try:
        cloudwatch = access.client("cloudwatch", region)
        return read_usage(cloudwatch, region, days, datetime.now(timezone.utc))
    except AwsCallError as error:
        return error
    except Exception as error:
        # A failing finding must not be lost for want of this.
        return AwsCallError(GET_ACTION, region, error_code(error), error_message(error))


def read_usage(cloudwatch: Any, region: str, days: int, now: datetime) -> Usage:
    """Return whether a Region is in use, with one ``GetMetricData`` call.

    Args:
        cloudwatch: a boto3 ``cloudwatch`` client of the Region.
        region: the Region's name, for the error.
        days: the window that ends now.
        now: the present time, UTC.

    Raises:
        AwsCallError: when CloudWatch refuses the call or its answer can't be understood.
    """
    # Periods start at full hours.
    start = now - timedelta(days=days, seconds=now.timestamp() % PERIOD)
    queries = [*invocation_queries(PERIOD), inference_query(PERIOD)]
    points = read_points(cloudwatch, region, queries, start, now)
    found = [(at, value) for at, value in invocation_points(points) if value > 0]
    return Usage(
        days=days,
        invocations=round(sum(value for _, value in found)),
        last=max((at for at, _ in found), default=None),
        inferences=inferences_of(points),
    )
