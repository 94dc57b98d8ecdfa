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


def enable_logging(region: str) -> bool:
    """Enable logging in a Region with the session of the running Prowler.

    What happened is printed below Prowler's own line for the Region, as for all functions here.

    Args:
        region: the Region of a FAIL finding.

    Returns:
        True only when the Region was read back and passes.
    """
    return _told(lambda: _enabler().enable(region))


def enable_data_types(region: str) -> bool:
    """Turn on every data type in a Region.

    Args:
        region: the Region of a FAIL finding.

    Returns:
        True only when the Region was read back and passes.
    """
    return _told(lambda: _data_types_enabler().enable(region))


def raise_retention(region: str) -> bool:
    """Raise the retention of a Region's log group.

    Args:
        region: the Region of a FAIL finding.

    Returns:
        True only when the Region was read back and passes.
    """
    return _told(lambda: _retention_raiser().raise_retention(region))


def repair_destination(region: str) -> bool:
    """Create again what the plugin had created for a Region.

    Args:
        region: the Region of a FAIL finding.

    Returns:
        True only when the Region was read back and passes.
    """
    return _told(lambda: _repairer().repair(region))


def restore_expected(region: str) -> bool:
    """Put the expected destination of a Region back.

    Args:
        region: the Region of a FAIL finding.

    Returns:
        True only when the Region was read back and passes.
    """
    return _told(lambda: _expected_restorer().restore(region))


def _told(fix: Callable[[], Outcome]) -> bool:
    try:
        outcome = fix()
    except SettingsError as error:
        for problem in error.problems:
            print(f"\t{problem}")
        print("\tNothing was changed. Correct the file given to --fixer-config.")
        return False
    except PluginError as error:
        print(f"\t{error}")
        return False
    for line in (outcome.diffs if outcome.result == "planned" else "").splitlines():
        print(f"\t{line}")
    print(f"\t{outcome.message}")
    return outcome.passing


@cache
def _enabler() -> Enabler:
    settings = settings_of(EnableSettings, CHECK_ID)
    return Enabler(account_access(), settings, Journal(settings.journal_path))


@cache
def _data_types_enabler() -> DataTypesEnabler:
    settings = settings_of(ChangeSettings, DATA_TYPES_CHECK_ID)
    return DataTypesEnabler(
        account_access(), Journal(settings.journal_path), dry_run=settings.dry_run
    )


@cache
def _retention_raiser() -> RetentionRaiser:
    settings = settings_of(RetentionSettings, RETENTION_CHECK_ID)
    return RetentionRaiser(account_access(), settings, Journal(settings.journal_path))


@cache
def _repairer() -> DestinationRepairer:
    settings = settings_of(ChangeSettings, DESTINATION_CHECK_ID)
    return DestinationRepairer(account_access(), settings, Journal(settings.journal_path))


@cache
def _expected_restorer() -> ExpectedRestorer:
    settings = settings_of(ExpectedSettings, EXPECTED_CHECK_ID)
    return ExpectedRestorer(account_access(), settings, Journal(settings.journal_path))
