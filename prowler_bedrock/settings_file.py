"""The file that settings stand in, as YAML."""

from __future__ import annotations

from pathlib import Path

import yaml

from prowler_bedrock.errors import SettingsError, error_message


def read_settings_file(path: Path, option: str) -> object:
    """Return what a file of settings holds.

    Args:
        path: the file.
        option: the option that names it, for the sentence.

    Raises:
        SettingsError: when it can't be read, or is not YAML.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise SettingsError([f"{option}: {path} can't be read ({why})."]) from error
    try:
        return yaml.safe_load(text)
    except Exception as error:
        # Of values that are none of their tags (!!int "", a 13th month), PyYAML raises anything.
        raise SettingsError([f"{option}: {path} is not YAML ({error_message(error)})."]) from error
