"""The settings of checks and fixers, from the file given to ``--fixer-config``.

Prowler reads that file in every run, and hands on every key; the keys of ``--config-file`` pass
through a schema of Prowler's own.
"""

from __future__ import annotations

import sys
from difflib import get_close_matches

from prowler_bedrock.check_id import check_ids
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
    # argparse takes an option's beginning for the option.
    named = any(argument.startswith("--fixer-") for argument in sys.argv)
    # Prowler gives an empty mapping for a file that is missing or not YAML, and goes on.
    if named and not client.fixer_config:
        raise SettingsError(
            ["--fixer-config: the file can't be read as YAML or has no mapping under 'aws'."]
        )
    given = client.fixer_config or {}
    known = check_ids()
    problems = [
        f"{key!r} in the file is not a CheckID: did you mean {near}?"
        for key in given
        if key not in known
        for near in get_close_matches(str(key), known, n=1, cutoff=0.95)
    ]
    if problems:
        # Its settings, a DryRun among them, would be silently left out.
        raise SettingsError(problems)
    return parse(model, given.get(check_id), check_id)
