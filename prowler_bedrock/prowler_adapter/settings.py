"""The settings of checks and fixers, from the file given to ``--fixer-config``.

Prowler reads that file in every run, and hands on every key; the keys of ``--config-file`` pass
through a schema of Prowler's own.
"""

from __future__ import annotations

import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from prowler_bedrock.check_id import check_ids
from prowler_bedrock.enable.settings import Settings, parse
from prowler_bedrock.errors import SettingsError
from prowler_bedrock.prowler_adapter.arguments import QuietParser
from prowler_bedrock.prowler_adapter.client import client
from prowler_bedrock.settings_file import read_settings_file

_LEFT_OUT = ""
_SUBJECT = "invocation_logging"


def settings_of(model: type[Settings], check_id: str) -> Settings:
    """Return the settings under a CheckID.

    Args:
        model: what settings there are.
        check_id: the CheckID.

    Raises:
        SettingsError: with one sentence per problem.
    """
    given = client.fixer_config or {}
    problems = [*_problems_of_file(), *_misspelt(given)]
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
        content = read_settings_file(Path(file), "--fixer-config")
    except SettingsError as error:
        return error.problems
    if not isinstance(content, dict) or not isinstance(content.get("aws"), dict):
        return ["--fixer-config: the file has no mapping under 'aws', with a CheckID as each key."]
    outside = [key for key in content if key in check_ids() or _near(key)]
    return [f"{key!r} in the file stands outside of 'aws': move it below." for key in outside]


def _misspelt(given: dict[Any, Any]) -> list[str]:
    known = check_ids()
    near = {key: _near(key) for key in given if key not in known}
    return [
        f"{key!r} in the file is not a CheckID: did you mean {check_id}?"
        for key, check_id in near.items()
        if check_id
    ]


def _near(key: object) -> str | None:
    """Return the CheckID that a key is meant for, if it is not a check of Prowler's own."""
    written = str(key).strip().lower().replace("-", "_")
    # A part of a CheckID, such as one without its service.
    (first, *_) = [*(one for one in check_ids() if _SUBJECT in written and written in one), None]
    (close, *_) = [*get_close_matches(written, check_ids(), n=1, cutoff=0.95), None]
    return close or first
