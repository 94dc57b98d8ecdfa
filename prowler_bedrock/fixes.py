"""The one table of what fixes which check; the fixers and the automation both go through it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from prowler_bedrock.account.access import Access
from prowler_bedrock.check_id import (
    CHECK_ID,
    DATA_TYPES_CHECK_ID,
    DESTINATION_CHECK_ID,
    EXPECTED_CHECK_ID,
    RETENTION_CHECK_ID,
)
from prowler_bedrock.destination.repairer import DestinationRepairer
from prowler_bedrock.enable.data_types import DataTypesEnabler
from prowler_bedrock.enable.enabler import Enabler
from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.enable.settings import ChangeSettings, EnableSettings
from prowler_bedrock.expected_destination.restorer import ExpectedRestorer
from prowler_bedrock.expected_destination.settings import ExpectedSettings
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.record import Operation
from prowler_bedrock.retention.raiser import RetentionRaiser
from prowler_bedrock.retention.settings import RetentionSettings
from prowler_bedrock.usage.restriction import in_regions_in_use

# Given a Region's name, fixes it.
Fix = Callable[[str], Outcome]


class CheckFix(NamedTuple):
    """What fixes a check.

    Attributes:
        settings: what settings the fix has.
        operations: what its records, and people's changes of the same kind, are called.
        make: makes the fix for one account.
    """

    settings: type[ChangeSettings]
    operations: frozenset[Operation]
    make: Callable[[Access, Any, Journal], Fix]


FIXES: dict[str, CheckFix] = {
    CHECK_ID: CheckFix(
        EnableSettings,
        frozenset({"enable", "redirect", "disable"}),
        lambda access, settings, journal: Enabler(access, settings, journal).enable,
    ),
    DATA_TYPES_CHECK_ID: CheckFix(
        ChangeSettings,
        frozenset({"data-types"}),
        lambda access, settings, journal: (
            DataTypesEnabler(access, journal, dry_run=settings.dry_run).enable
        ),
    ),
    DESTINATION_CHECK_ID: CheckFix(
        ChangeSettings,
        frozenset({"repair"}),
        lambda access, settings, journal: DestinationRepairer(access, settings, journal).repair,
    ),
    EXPECTED_CHECK_ID: CheckFix(
        ExpectedSettings,
        frozenset({"redirect"}),
        lambda access, settings, journal: ExpectedRestorer(access, settings, journal).restore,
    ),
    RETENTION_CHECK_ID: CheckFix(
        RetentionSettings,
        frozenset({"retention"}),
        lambda access, settings, journal: (
            RetentionRaiser(access, settings, journal).raise_retention
        ),
    ),
}


def fix_of(check_id: str, access: Access, settings: ChangeSettings, journal: Journal) -> Fix:
    """Return what fixes a check in the Regions of one account.

    Args:
        check_id: a CheckID of `FIXES`.
        access: the account.
        settings: of the type that `FIXES` names.
        journal: where records are kept.
    """
    return in_regions_in_use(access, settings, FIXES[check_id].make(access, settings, journal))
