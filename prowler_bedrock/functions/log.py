"""Log lines for machines: one JSON object each."""

from __future__ import annotations

import json
from typing import Any, Literal

from prowler_bedrock.text import one_line, shortened

# What a line quotes may be as long as an event, which is more than a log takes.
LONGEST_TEXT = 4000


def log(level: Literal["INFO", "WARNING", "ERROR"], message: str, **fields: Any) -> None:
    """Write one line to standard output, where Lambda collects it.

    Texts, which may hold what AWS or users wrote, lose their control characters and are cut.

    Args:
        level: how much it matters.
        message: one sentence.
        fields: what the line is about; those that are `None` are left out.
    """
    line = {"level": level, "message": message, **fields}
    given = {name: _safe(value) for name, value in line.items() if value is not None}
    print(json.dumps(given, default=str), flush=True)


def _safe(value: Any) -> Any:
    if isinstance(value, dict):
        return {_safe(name): _safe(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_safe(inner) for inner in value]
    if isinstance(value, str):
        return one_line(shortened(value, LONGEST_TEXT))
    return value
