"""The verdict on whether logs arrive."""

from __future__ import annotations

from datetime import datetime, timezone

from prowler_bedrock.account.access import Access
from prowler_bedrock.delivery.metrics import Activity, read_activity
from prowler_bedrock.delivery.settings import DeliverySettings
from prowler_bedrock.errors import AwsCallError
from prowler_bedrock.logging_configuration.judge import SUBJECT, Verdict, delivering
from prowler_bedrock.logging_configuration.model import LoggingConfiguration, Observation
from prowler_bedrock.usage.metric_data import not_covered


def judge_delivery(
    access: Access, region: str, observation: Observation, settings: DeliverySettings
) -> Verdict | None:
    """Return the verdict of the check on deliveries, or ``None`` where there is none.

    Args:
        access: the account.
        region: the Region's name.
        observation: what reading the Region gave.
        settings: the window.
    """
    config = delivering(observation, region)
    if not isinstance(config, LoggingConfiguration):
        return config
    hours = settings.window_in_hours
    try:
        now = datetime.now(timezone.utc)
        activity = read_activity(access.client("cloudwatch", region), region, hours, now)
    except AwsCallError as error:
        text = f"Whether {SUBJECT} arrives could not be read: {error}"
        return Verdict(status="MANUAL", status_extended=text)
    verdict = _verdict(config, activity, hours)
    if not activity.inferences:
        return verdict
    text = f"{verdict.status_extended} Besides, there were {not_covered(activity.inferences)}."
    return verdict.model_copy(update={"status_extended": text})


def _verdict(config: LoggingConfiguration, activity: Activity, hours: int) -> Verdict:
    destinations = {}
    if config.log_group_name:
        destinations["cloudwatch"] = f"CloudWatch Log Group: {config.log_group_name}"
    if config.large_data:
        destinations["large"] = f"large data in S3 Bucket: {config.large_data.bucket_name}"
    if config.bucket_name:
        destinations["s3"] = f"S3 Bucket: {config.bucket_name}"
    problems, counts = [], []
    for channel, name in destinations.items():
        found = activity.deliveries[channel]
        counts.append(f"{found.succeeded} deliveries to {name}")
        if found.failed:
            problems.append(f"{found.failed} deliveries to {name} failed")
        # Only data that is large goes to the large-data bucket: none is no sign of a failure.
        elif channel == "large" or not activity.invocations:
            continue
        elif not found.succeeded:
            problems.append(f"nothing was delivered to {name}")
        elif found.last_missed:
            problems.append(
                f"no delivery to {name} followed {found.missed} invocations within an hour, the "
                f"last in the five minutes from {found.last_missed:%Y-%m-%d %H:%M} UTC"
            )
    window = f"in the last {hours} hours"
    invoked = f"{activity.invocations + activity.recent} invocations {window}"
    if activity.recent:
        invoked += f", {activity.recent} of them in the last hour"
    if problems:
        text = f"{SUBJECT} does not arrive: {' and '.join(problems)}, with {invoked}."
        return Verdict(status="FAIL", status_extended=text)
    if not activity.invocations and not any(
        activity.deliveries[channel].succeeded for channel in destinations
    ):
        text = f"{SUBJECT} had nothing to deliver: no invocations {window}."
        if activity.recent:
            text = (
                f"{SUBJECT} had nothing to deliver that is due: all {activity.recent} invocations "
                f"{window} are of the last hour, and their logs may be on the way."
            )
        return Verdict(status="PASS", status_extended=text)
    text = f"{SUBJECT} arrives: {' and '.join(counts)}, with {invoked}."
    return Verdict(status="PASS", status_extended=text)
