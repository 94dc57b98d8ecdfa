"""Log lines for machines: one JSON object each."""

from __future__ import annotations

import json
from typing import Any, Literal


def log(level: Literal["INFO", "WARNING", "ERROR"], message: str, **fields: Any) -> None:
    """Write one line to standard output, where Lambda collects it.

    Args:
        level: how much it matters.
        message: one sentence.
        fields: what the line is about; those that are `None` are left out.
    """
    line = {"level": level, "message": message, **fields}
    given = {name: value for name, value in line.items() if value is not None}
    print(json.dumps(given, default=str), flush=True)
