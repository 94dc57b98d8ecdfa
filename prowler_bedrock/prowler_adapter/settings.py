"""The settings of checks and fixers, from the file given to ``--fixer-config``.

Prowler reads that file in every run, and hands on every key; the keys of ``--config-file`` pass
through a schema of Prowler's own.
"""

from __future__ import annotations

import sys
from pathlib import Path

from prowler_bedrock.enable.settings import Settings, parse
from prowler_bedrock.errors import SettingsError
from prowler_bedrock.prowler_adapter.arguments import QuietParser
from prowler_bedrock.prowler_adapter.client import client
from prowler_bedrock.settings_file import misspelt, settings_of_file

_LEFT_OUT = ""


def settings_of(model: type[Settings], check_id: str) -> Settings:
    """Return the settings under a CheckID.

    Args:
        model: what settings there are.
        check_id: the CheckID.

    Raises:
        SettingsError: with one sentence per problem.
    """
    given = client.fixer_config or {}
    problems = list(dict.fromkeys([*_problems_of_file(), *misspelt(given)]))
    if problems:
        # Settings, a DryRun among them, would be left out in silence.
        raise SettingsError(problems)
    return parse(model, given.get(check_id), check_id)


def _problems_of_file() -> list[str]:
    """Say where the file given to ``--fixer-config`` holds what Prowler does not hand on."""
    parser = QuietParser()
    # As Prowler declares it, which goes on without any settings where the file is left out.
    parser.add_argument("--fixer-config", nargs="?", const=_LEFT_OUT)
    # Without this, argparse would take it for an abbreviation of the option above.
    parser.add_argument("--fixer", action="store_true")
    known = parser.known(sys.argv[1:])
    file = known.fixer_config if known else None
    if file is None:
        return []
    if file == _LEFT_OUT:
        return ["--fixer-config: expected a file after it; name one, or leave the option out."]
    try:
        path = Path(file)
        if path.exists() and not path.is_file() and not path.is_dir():
            return []  # A pipe, which Prowler has read: nothing would come of it any more.
        settings_of_file(path, "--fixer-config")
    except SettingsError as error:
        return error.problems
    return []
