"""Compare two logging configurations as AWS means them."""

from __future__ import annotations

from typing import Any

Shape = dict[str, Any]


def differences(expected: Shape | None, actual: Shape | None) -> list[str]:
    """Return the members in which a configuration is not the expected one.

    A flag that only AWS's answer holds is no difference, at any depth: AWS fills in flags that were
    not sent, and new ones appear over time. An empty member is none.

    Args:
        expected: ``loggingConfig`` as it was sent or recorded; ``None`` means off.
        actual: ``loggingConfig`` as AWS returned it; ``None`` means off.

    Returns:
        The members' names, sorted; ``loggingConfig`` alone where only one of the two is off.
    """
    if expected is None or actual is None:
        return [] if expected is actual else ["loggingConfig"]
    names = expected.keys() | actual.keys()
    return sorted(name for name in names if _differ(expected.get(name), actual.get(name)))


def _differ(expected: Any, actual: Any) -> bool:
    if expected is None and isinstance(actual, bool):
        return False
    if is_empty(expected) and is_empty(actual):
        return False
    if isinstance(expected, dict) and isinstance(actual, dict):
        return bool(differences(expected, actual))
    return bool(expected != actual)


def is_empty(value: Any) -> bool:
    """Say whether a member holds nothing, at any depth.

    Args:
        value: the member's value.
    """
    if isinstance(value, dict):
        return all(map(is_empty, value.values()))
    return value is None or value == ""


def without_empty(config: Shape) -> Shape:
    """Return a configuration without its empty members, which AWS may return but does not take.

    Args:
        config: ``loggingConfig``, or a structure in it.
    """
    return {
        name: without_empty(value) if isinstance(value, dict) else value
        for name, value in config.items()
        if not is_empty(value)
    }
