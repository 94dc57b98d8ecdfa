"""What is wrong with a destination, or could not be found out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import BaseModel

from prowler_bedrock.errors import AwsCallError


class Problem(BaseModel):
    """One link between Bedrock and a destination that is not known to hold.

    Attributes:
        broken: True where the link is broken, False where it could not be found out.
        sentence: what is wrong and how to repair it, or what could not be read and why.
    """

    broken: bool
    sentence: str


def broken(what: str, repair: str) -> Problem:
    """Return a link that is known to be broken.

    Args:
        what: what is wrong.
        repair: what to do.
    """
    return Problem(broken=True, sentence=f"{what}: {repair}.")


def unknown(sentence: str) -> Problem:
    """Return a link that could not be found out.

    Args:
        sentence: what could not be read, and why.
    """
    return Problem(broken=False, sentence=sentence)


@contextmanager
def unreadable(problems: list[Problem], what: str) -> Iterator[None]:
    """Turn a failed call inside the block into an unknown link.

    Args:
        problems: takes the unknown link.
        what: what the block reads.
    """
    try:
        yield
    except AwsCallError as error:
        problems.append(unknown(f"{what} could not be read: {error}"))
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        # An answer or a policy of another shape than the API documents.
        cause = type(error).__name__
        problems.append(unknown(f"{what} could not be read: UnparsableAnswer ({cause})."))
