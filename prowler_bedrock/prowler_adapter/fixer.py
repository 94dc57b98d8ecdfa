"""Run the core's changes with what Prowler knows: its session, account and fixer settings."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from prowler_bedrock.account.access import Access
from prowler_bedrock.check_id import CHECK_ID, DATA_TYPES_CHECK_ID
from prowler_bedrock.enable.data_types import DataTypesEnabler
from prowler_bedrock.enable.enabler import Enabler
from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.enable.settings import ChangeSettings, EnableSettings, Settings, parse
from prowler_bedrock.errors import PluginError, SettingsError
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.prowler_adapter.client import client


def enable_logging(region: str) -> bool:
    """Enable logging in a Region with the session of the running Prowler.

    What happened is printed below Prowler's own line for the Region.

    Args:
        region: the Region of a FAIL finding.

    Returns:
        True only when the Region was read back and passes.
    """
    return _told(lambda: _enabler().enable(region))


def enable_data_types(region: str) -> bool:
    """Turn on every data type in a Region with the session of the running Prowler.

    What happened is printed below Prowler's own line for the Region.

    Args:
        region: the Region of a FAIL finding.

    Returns:
        True only when the Region was read back and passes.
    """
    return _told(lambda: _data_types_enabler().enable(region))


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
    settings = _settings(EnableSettings, CHECK_ID)
    return Enabler(_access(), settings, Journal(settings.journal_path))


@cache
def _data_types_enabler() -> DataTypesEnabler:
    settings = _settings(ChangeSettings, DATA_TYPES_CHECK_ID)
    return DataTypesEnabler(_access(), Journal(settings.journal_path), dry_run=settings.dry_run)


def _settings(model: type[Settings], check_id: str) -> Settings:
    named = any(argument.split("=")[0] == "--fixer-config" for argument in sys.argv)
    # Prowler gives an empty mapping for a file that is missing or not YAML, and goes on.
    if named and not client.fixer_config:
        raise SettingsError(
            ["--fixer-config: the file can't be read as YAML or has no mapping under 'aws'."]
        )
    return parse(model, (client.fixer_config or {}).get(check_id), check_id)


def _access() -> Access:
    return Access(client.audited_account, client.audited_partition, _boto3_client)


def _boto3_client(service: str, region: str | None) -> Any:
    if service == "bedrock" and region in client.regional_clients:
        return client.regional_clients[region]
    return client.session.client(service, region_name=region or client.region)
