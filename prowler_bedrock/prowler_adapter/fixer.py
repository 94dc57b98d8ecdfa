"""Run the core's changes with what Prowler knows: its session, account and fixer settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

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
from prowler_bedrock.errors import PluginError, SettingsError
from prowler_bedrock.expected_destination.restorer import ExpectedRestorer
from prowler_bedrock.expected_destination.settings import ExpectedSettings
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.prowler_adapter.access import account_access
from prowler_bedrock.prowler_adapter.settings import settings_of
from prowler_bedrock.retention.raiser import RetentionRaiser
from prowler_bedrock.retention.settings import RetentionSettings
from prowler_bedrock.text import one_line
from prowler_bedrock.usage.restriction import in_regions_in_use

Fix = Callable[[str], Outcome]


def fix_region(check_id: str, region: str) -> bool:
    """Fix what a check found in a Region, with the session of the running Prowler.

    What happened is printed below Prowler's own line for the Region.

    Args:
        check_id: the CheckID.
        region: the Region of a FAIL finding.

    Returns:
        True only when the Region was read back and passes.
    """
    try:
        outcome = _fix(check_id)(region)
    except SettingsError as error:
        correct = "Nothing was changed. Correct the file given to --fixer-config."
        _tell([*error.problems, correct])
        return False
    except PluginError as error:
        _tell([str(error)])
        return False
    diffs = outcome.diffs.split("\n") if outcome.result == "planned" else []
    _tell([*diffs, outcome.message])
    return outcome.passing


def _tell(lines: list[str]) -> None:
    # The one place that prints here: names and messages come from AWS and from users.
    for line in lines:
        print(f"\t{one_line(line)}")


@cache
def _fix(check_id: str) -> Fix:
    # One object for all Regions of a run: it finds or makes the account's role once.
    settings, fix = _FIXES[check_id]()
    return in_regions_in_use(account_access(), settings, fix)


def _enable() -> tuple[ChangeSettings, Fix]:
    settings = settings_of(EnableSettings, CHECK_ID)
    return settings, Enabler(account_access(), settings, Journal(settings.journal_path)).enable


def _deliver_data_types() -> tuple[ChangeSettings, Fix]:
    settings = settings_of(ChangeSettings, DATA_TYPES_CHECK_ID)
    journal = Journal(settings.journal_path)
    return settings, DataTypesEnabler(account_access(), journal, dry_run=settings.dry_run).enable


def _raise_retention() -> tuple[ChangeSettings, Fix]:
    settings = settings_of(RetentionSettings, RETENTION_CHECK_ID)
    journal = Journal(settings.journal_path)
    return settings, RetentionRaiser(account_access(), settings, journal).raise_retention


def _repair_destination() -> tuple[ChangeSettings, Fix]:
    settings = settings_of(ChangeSettings, DESTINATION_CHECK_ID)
    journal = Journal(settings.journal_path)
    return settings, DestinationRepairer(account_access(), settings, journal).repair


def _restore_expected() -> tuple[ChangeSettings, Fix]:
    settings = settings_of(ExpectedSettings, EXPECTED_CHECK_ID)
    journal = Journal(settings.journal_path)
    return settings, ExpectedRestorer(account_access(), settings, journal).restore


_FIXES: dict[str, Callable[[], tuple[ChangeSettings, Fix]]] = {
    CHECK_ID: _enable,
    DATA_TYPES_CHECK_ID: _deliver_data_types,
    DESTINATION_CHECK_ID: _repair_destination,
    EXPECTED_CHECK_ID: _restore_expected,
    RETENTION_CHECK_ID: _raise_retention,
}
