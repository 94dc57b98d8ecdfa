"""Changes only in Regions that are in use, where the settings ask for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

from prowler_bedrock.account.access import Access
from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.enable.settings import ChangeSettings
from prowler_bedrock.errors import AwsCallError
from prowler_bedrock.usage.usage import read_usage

Change = Callable[[str], Outcome]


def in_regions_in_use(access: Access, settings: ChangeSettings, change: Change) -> Change:
    """Return a change of a Region, restricted where ``OnlyRegionsInUse`` is set.

    A Region whose use can't be read counts as in use.

    Args:
        access: the account.
        settings: the user's settings.
        change: makes the change in a Region.
    """
    if not settings.only_regions_in_use:
        return change

    def restricted(region: str) -> Outcome:
        try:
            cloudwatch = access.client("cloudwatch", region)
            now = datetime.now(timezone.utc)
            usage = read_usage(cloudwatch, region, settings.usage_window_in_days, now)
        except AwsCallError as error:
            outcome = change(region)
            note = f"Whether {region} is in use could not be read, so it counts as in use: {error}"
            return outcome.model_copy(update={"message": f"{outcome.message} {note}"})
        if usage.in_use:
            return change(region)
        return Outcome(
            result="skipped",
            message=f"{region}: {usage.sentence} OnlyRegionsInUse is set. Nothing was changed.",
        )

    return restricted
