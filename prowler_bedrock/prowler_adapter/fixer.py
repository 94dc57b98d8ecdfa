"""Run the core's `Enabler` with what Prowler knows: its session, account and fixer settings."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from prowler_bedrock.account.access import Access
from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.enable.enabler import Enabler
from prowler_bedrock.enable.settings import EnableSettings, parse_settings
from prowler_bedrock.errors import PluginError, SettingsError
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.prowler_adapter.client import client


def fix_region(region: str) -> bool:
    """Enable logging in a Region with the session of the running Prowler.

    What happened is printed below Prowler's own line for the Region.

    Args:
        region: the Region of a FAIL finding.

    Returns:
        True only when the Region was read back and passes.
    """
    try:
        outcome = _enabler().enable(region)
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
    settings = _settings(client.fixer_config, sys.argv)
    access = Access(client.audited_account, client.audited_partition, _boto3_client)
    return Enabler(access, settings, Journal(settings.journal_path))


def _settings(fixer_config: Any, arguments: list[str]) -> EnableSettings:
    named = any(argument.split("=")[0] == "--fixer-config" for argument in arguments)
    # Prowler gives an empty mapping for a file that is missing or not YAML, and goes on.
    if named and not fixer_config:
        raise SettingsError(
            ["--fixer-config: the file can't be read as YAML or has no mapping under 'aws'."]
        )
    return parse_settings((fixer_config or {}).get(CHECK_ID))


def _boto3_client(service: str, region: str | None) -> Any:
    if service == "bedrock" and region in client.regional_clients:
        return client.regional_clients[region]
    return client.session.client(service, region_name=region or client.region)
