"""What is wrong with a destination, or could not be found out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import BaseModel

from prowler_bedrock.destination.simulation import Decision
from prowler_bedrock.errors import SHAPE_ERRORS, AwsCallError
from prowler_bedrock.logging_configuration.judge import Verdict


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


def not_read(what: str, error: AwsCallError) -> Problem:
    """Return the unknown link of a failed call.

    Args:
        what: what was to be read.
        error: why it could not be.
    """
    return unknown(f"{what} could not be read: {error}")


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
        problems.append(not_read(what, error))
    except SHAPE_ERRORS as error:
        # An answer or a policy of another shape than the API documents.
        cause = type(error).__name__
        problems.append(unknown(f"{what} could not be read: UnparsableAnswer ({cause})."))


def decision_problems(decision: Decision, where: str, what: str, repair: str) -> list[Problem]:
    """Return what is wrong where something is not known to be allowed.

    Args:
        decision: what IAM's simulator said.
        where: the policies that decide.
        what: the action, and who or what it concerns.
        repair: what to do where nothing allows it.
    """
    if decision.within_organization is False:
        organization = f"{what} is not allowed by the organization's service control policies"
        return [broken(organization, "change them in its management account")]
    if decision.missing_keys:
        keys = ", ".join(decision.missing_keys)
        return [unknown(f"{what} depends on {keys} in {where}, whose value is not known here.")]
    if decision.allowed:
        return []
    if decision.outside_boundary:
        boundary = f"{what} is not allowed by the permissions boundary beside {where}"
        return [broken(boundary, "allow it in the boundary too")]
    if decision.explicitly_denied:
        return [broken(f"{what} is denied by a statement of {where}", "change that statement")]
    return [broken(f"{what} is not allowed by {where}", repair)]


def verdict_of(problems: list[Problem], failing: str, uncertain: str) -> Verdict | None:
    """Return the verdict of problems, or ``None`` where there are none.

    Args:
        problems: what is broken or unknown.
        failing: how the sentence begins where something is broken.
        uncertain: how it begins where nothing is known to be broken.
    """
    if not problems:
        return None
    ordered = sorted(problems, key=lambda one: not one.broken)
    told = "; ".join(one.sentence.removesuffix(".") for one in ordered)
    if ordered[0].broken:
        return Verdict(status="FAIL", status_extended=f"{failing} {told}.")
    return Verdict(status="MANUAL", status_extended=f"{uncertain} {told}.")
