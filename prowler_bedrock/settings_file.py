"""The file that settings stand in: YAML, with CheckIDs under ``aws``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from prowler_bedrock.check_id import check_ids
from prowler_bedrock.errors import SettingsError, error_message

_SUBJECT = "invocation_logging"


def settings_of_file(path: Path, option: str) -> dict[Any, Any]:
    """Return what a file of settings holds under ``aws``: CheckIDs, and what stands under each.

    Args:
        path: the file.
        option: the option that names it, for the sentences.

    Raises:
        SettingsError: when it can't be read, is not YAML, or has settings that would be left out
            in silence: in another place, or twice.
    """
    content, problems = _read(path, option)
    aws = content.get("aws") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(aws, dict):
        raise SettingsError(
            [f"{option}: {path} has no mapping under 'aws', with a CheckID as each key."]
        )
    outside = [key for key in content if key in check_ids() or _near(key)]
    problems += [f"{key!r} in the file stands outside of 'aws': move it below." for key in outside]
    problems += misspelt(aws)
    if problems:
        raise SettingsError(problems)
    return aws


def misspelt(keys: Iterable[Any]) -> list[str]:
    """Return a sentence for each key that is nearly a CheckID of ours.

    Args:
        keys: the keys under ``aws``; Prowler's own checks have settings there too.
    """
    near = {key: _near(key) for key in keys if key not in check_ids()}
    return [
        f"{key!r} in the file is not a CheckID: did you mean {check_id}?"
        for key, check_id in near.items()
        if check_id
    ]


def _read(path: Path, option: str) -> tuple[object, list[str]]:
    """Return what a file holds, and a sentence for each key of ours that stands in it twice."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise SettingsError([f"{option}: {path} can't be read ({why})."]) from error
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        # Constructing puts what << merges among a mapping's own keys.
        problems = _twice(root)
        return None if root is None else loader.construct_document(root), problems
    except Exception as error:
        # Of values that are none of their tags (!!int "", a 13th month), PyYAML raises anything.
        raise SettingsError([f"{option}: {path} is not YAML ({error_message(error)})."]) from error


def _twice(root: yaml.Node | None) -> list[str]:
    """Return a sentence for each doubled key: PyYAML takes the last one and drops the others."""
    at_aws = _under(root, "aws")
    doubled = ["aws"] if len(at_aws) > 1 else []
    for mapping in at_aws:
        for check_id in check_ids():
            settings = _under(mapping, check_id)
            doubled += [check_id] if len(settings) > 1 else []
            for one in settings:
                names = Counter(key for key, _ in _entries(one))
                doubled += [name for name, times in names.items() if times > 1]
    return [f"{name!r} stands more than once in the file: keep one." for name in doubled]


def _under(node: yaml.Node | None, key: str) -> list[yaml.Node]:
    return [value for name, value in _entries(node) if name == key]


def _entries(node: yaml.Node | None) -> list[tuple[str, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        return []
    return [(key.value, value) for key, value in node.value]


def _near(key: object) -> str | None:
    """Return the CheckID that a key is meant for, if it is not a check of Prowler's own."""
    written = str(key).strip().lower().replace("-", "_")
    # A part of a CheckID, such as one without its service.
    (first, *_) = [*(one for one in check_ids() if _SUBJECT in written and written in one), None]
    (close, *_) = [*get_close_matches(written, check_ids(), n=1, cutoff=0.95), None]
    return close or first
