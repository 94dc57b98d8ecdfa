"""Changes only in Regions that are in use, where the settings ask for it."""

from __future__ import annotations

from collections.abc import Callable

from prowler_bedrock.account.access import Access
from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.enable.settings import ChangeSettings
from prowler_bedrock.errors import AwsCallError
from prowler_bedrock.usage.usage import usage_of

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
        usage = usage_of(access, region, settings.usage_window_in_days)
        if isinstance(usage, AwsCallError):
            outcome = change(region)
            note = f"Whether {region} is in use could not be read, so it counts as in use: {usage}"
            return outcome.model_copy(update={"message": f"{outcome.message} {note}"})
        if usage.in_use:
            return change(region)
        return Outcome(
            result="skipped",
            message=f"{region}: {usage.sentence} OnlyRegionsInUse is set. Nothing was changed.",
        )

    return restricted
