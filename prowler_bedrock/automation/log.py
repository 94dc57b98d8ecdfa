"""One structured line of the log for each task and each problem."""

from __future__ import annotations

import json
from typing import Any


def log(decision: str, message: str, **members: Any) -> None:
    """Print one line of JSON, which a text of AWS or of a user can't break.

    Args:
        decision: one word.
        message: the sentence for people.
        members: whatever else tells the task; those that are ``None`` are left out.
    """
    given = {name: value for name, value in members.items() if value is not None}
    print(json.dumps({"decision": decision, "message": message, **given}, default=str), flush=True)
