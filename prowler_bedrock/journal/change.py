"""One thing that a plan touches: what it is now, and what it shall be."""

from __future__ import annotations

import json
from difflib import unified_diff
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

Kind = Literal[
    "logging-configuration",
    "role",
    "role-policy",
    "log-group",
    "log-group-retention",
    "bucket",
    "bucket-policy",
]


class Resource(BaseModel):
    """Something in AWS that a change touches.

    Attributes:
        kind: what it is.
        name: the name of the role, log group or bucket; for a role policy ``<role>/<policy>``, for
            a logging configuration the Region's name.
    """

    model_config = ConfigDict(frozen=True)

    kind: Kind
    name: str


class Change(BaseModel):
    """A resource, its state before the change and its state after it.

    Attributes:
        resource: what is touched.
        earlier: its state as it was read, in AWS's own members; ``None`` where it does not exist.
            A bucket policy is the text that S3 returned.
        later: its state after the change, likewise; ``None`` where the change deletes it.
    """

    resource: Resource
    earlier: Any
    later: Any

    @model_validator(mode="after")
    def _states_that_can_be_put_back(self) -> Change:
        states = (self.earlier, self.later)
        if self.resource.kind == "bucket-policy" and not all(
            one is None or isinstance(one, str) for one in states
        ):
            raise ValueError("a bucket policy is recorded as its text")
        if self.resource.kind == "log-group-retention" and not all(
            isinstance(one, dict) and isinstance(one.get("retentionInDays"), int) for one in states
        ):
            raise ValueError("a retention is recorded in days")
        return self

    def diff(self, now: str = "now", then: str = "planned") -> str:
        """Return the change as a unified diff of what is against what will be.

        Args:
            now: what to call the earlier state.
            then: what to call the later state.
        """
        title = f"{self.resource.kind} {self.resource.name}"
        lines = unified_diff(
            _lines(self.earlier),
            _lines(self.later),
            fromfile=f"{title} ({now})",
            tofile=f"{title} ({then})",
            lineterm="",
        )
        return "\n".join(lines)


def _lines(state: Any) -> list[str]:
    if state is None:
        return []
    if isinstance(state, str):
        try:
            state = json.loads(state)
        except ValueError:
            return str(state).splitlines()
    return json.dumps(state, indent=2, ensure_ascii=False).splitlines()
