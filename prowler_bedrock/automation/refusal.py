"""Why a task is not carried out."""

from __future__ import annotations

from typing import Literal

from prowler_bedrock.errors import PluginError

Decision = Literal[
    "changed", "unchanged", "planned", "skipped", "failed",
    "excluded", "held", "stale", "duplicate", "refused",
]  # fmt: skip


class RefusedError(PluginError):
    """The task is wrong as it stands, and would be however often it is tried.

    Args:
        message: the sentence for people.
        tell: True also writes it on the finding.
    """

    def __init__(self, message: str, *, tell: bool = False) -> None:
        self.tell = tell
        super().__init__(message)


class LeftAloneError(PluginError):
    """There is nothing to do, or it must not be done.

    Args:
        decision: which of the reasons it is.
        message: the sentence for people.
        tell: True also writes it on the finding.
    """

    def __init__(self, decision: Decision, message: str, *, tell: bool = False) -> None:
        self.decision, self.tell = decision, tell
        super().__init__(message)
