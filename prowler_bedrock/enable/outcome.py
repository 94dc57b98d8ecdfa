"""How a change of a Region ended."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Literal, ParamSpec

from pydantic import BaseModel, Field

from prowler_bedrock.errors import PluginError, unexpected
from prowler_bedrock.journal.change import Change

Parameters = ParamSpec("Parameters")


class Outcome(BaseModel):
    """How a change of a Region ended.

    Attributes:
        result: ``changed`` when it was made and verified, ``unchanged`` when there was nothing to
            do, ``planned`` for a dry run that would change something, ``skipped`` where the
            settings leave the Region out, ``failed`` otherwise.
        message: one or more sentences for the user.
        changes: what was or would be changed.
        for_a_person: True where another try can't help, since what is left only a person can do.
    """

    result: Literal["changed", "unchanged", "planned", "skipped", "failed"]
    message: str
    changes: list[Change] = []
    for_a_person: Annotated[bool, Field(exclude=True)] = False

    @property
    def passing(self) -> bool:
        """True when the Region was read and is now as it was wanted."""
        return self.result in ("changed", "unchanged")

    @property
    def diffs(self) -> str:
        """The changes as unified diffs, one below the other."""
        return "\n".join(change.diff() for change in self.changes)


def outcome_of_error(error: Exception) -> Outcome:
    """Return how a change ended that raised something: no Region stops the others.

    Args:
        error: what it raised.
    """
    message = str(error) if isinstance(error, PluginError) else unexpected(error)
    return Outcome(result="failed", message=message)


def failing_as_outcome(change: Callable[Parameters, Outcome]) -> Callable[Parameters, Outcome]:
    """Make a change return what went wrong as its outcome, instead of raising it.

    Args:
        change: the change; an outcome of it stays as it is.
    """

    @wraps(change)
    def telling(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Outcome:
        try:
            return change(*args, **kwargs)
        except PluginError as error:
            return outcome_of_error(error)

    return telling
