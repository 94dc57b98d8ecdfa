"""The settings of checks and fixers, from the file given to ``--fixer-config``.

Prowler reads that file in every run, and hands on every key; the keys of ``--config-file`` pass
through a schema of Prowler's own.
"""

from __future__ import annotations

import sys

from prowler_bedrock.enable.settings import Settings, parse
from prowler_bedrock.errors import SettingsError
from prowler_bedrock.prowler_adapter.client import client


def settings_of(model: type[Settings], check_id: str) -> Settings:
    """Return the settings under a CheckID.

    Args:
        model: what settings there are.
        check_id: the CheckID.

    Raises:
        SettingsError: with one sentence per problem.
    """
    named = any(argument.split("=")[0] == "--fixer-config" for argument in sys.argv)
    # Prowler gives an empty mapping for a file that is missing or not YAML, and goes on.
    if named and not client.fixer_config:
        raise SettingsError(
            ["--fixer-config: the file can't be read as YAML or has no mapping under 'aws'."]
        )
    return parse(model, (client.fixer_config or {}).get(check_id), check_id)
