"""Run the core's changes with what Prowler knows: its session, account and fixer settings."""

from __future__ import annotations

import sys
from functools import cache

from prowler_bedrock.enable.outcome import outcome_of_error
from prowler_bedrock.errors import SettingsError
from prowler_bedrock.fixes import FIXES, Fix, fix_of
from prowler_bedrock.journal.places import journal_at
from prowler_bedrock.prowler_adapter.client import client
from prowler_bedrock.prowler_adapter.settings import settings_of
from prowler_bedrock.text import one_line


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
        _tell([*error.problems, "Nothing was changed."])
        return False
    except Exception as error:
        # Prowler would leave the Regions that follow.
        _tell([outcome_of_error(error).message])
        return False
    finally:
        client.changed(region)
    diffs = outcome.diffs.split("\n") if outcome.result == "planned" else []
    _tell([*diffs, outcome.message])
    return outcome.passing


def _tell(lines: list[str]) -> None:
    # The one place that prints here: names and messages come from AWS and from users.
    for line in lines:
        # A name that the output's encoding lacks must not keep the next Region from being fixed.
        encoding = sys.stdout.encoding or "utf-8"
        text = one_line(line).encode(encoding, "backslashreplace").decode(encoding)
        print(f"\t{text}")


@cache
def _fix(check_id: str) -> Fix:
    # One object for all Regions of a run: it finds or makes the account's role once.
    try:
        settings = settings_of(FIXES[check_id].settings, check_id)
    except SettingsError as error:
        correct = "Correct the file given to --fixer-config."
        raise SettingsError([*error.problems, correct]) from error
    journal = journal_at(settings.journal_directory, next(iter(client.observations), None))
    return fix_of(check_id, client.access, settings, journal)
