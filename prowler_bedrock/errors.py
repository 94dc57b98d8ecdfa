"""Errors whose text is one sentence for the user, and the one translation from botocore to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from pydantic import ValidationError

from prowler_bedrock.text import shortened

DENIED_CODES = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
# What AWS answers in a Region that the account has not enabled; the first two also mean that it
# does not know the credentials at all.
NOT_ENABLED_CODES = frozenset(
    {"UnrecognizedClientException", "InvalidClientTokenId", "OptInRequired"}
)
# What botocore raises where it finds none, and what AWS answers to those that it refuses.
_NO_CREDENTIALS = frozenset(
    {
        *("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"),
        *("SSOTokenLoadError", "TokenRetrievalError", "UnauthorizedSSOTokenError"),
        *("ExpiredTokenException", "ExpiredToken", "InvalidClientTokenId"),
    }
)
EXPIRED_CODES = frozenset({"ExpiredTokenException", "ExpiredToken", "RequestExpired"})
# AWS may have done, or still do, what it was asked for. Source:
# https://github.com/boto/botocore/blob/develop/botocore/retries/standard.py and
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
UNDECIDED_CODES = frozenset(
    {
        "RequestTimeout",
        "RequestTimeoutException",
        "PriorRequestNotComplete",
        "OperationAborted",
        "OperationAbortedException",
        "ConcurrentModification",
    }
)
# What reading an answer of another shape than documented raises, by botocore's parsers too.
SHAPE_ERRORS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
# Of what a user or AWS wrote; the rest would hide the sentence around it.
LONGEST_QUOTE = 300
Read = TypeVar("Read")
# AWS repeats the session token where a signature is wrong, botocore the endpoint as it was given.
_SECRETS = (
    (re.compile(r"(x-amz-security-token[:=]\s*)[^\s&'\"]+", re.IGNORECASE), r"\1***"),
    (re.compile(r"(://)[^/@\s]+@"), r"\1***@"),
)


class PluginError(Exception):
    """Something a user can act on; its text is complete as it stands."""


class SettingsError(PluginError):
    """One or more settings are not valid.

    Args:
        problems: one sentence per problem, each naming the setting.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


class NotOfferedError(PluginError):
    """A Region that has no Bedrock was to be changed."""


class AwsCallError(PluginError):
    """An AWS call that did not succeed.

    Args:
        action: the IAM action of the call, such as ``iam:CreateRole``.
        where: the Region, or ``None`` for a global service.
        code: AWS's error code, or the name of botocore's exception.
        message: AWS's message.
        sent_once: True where it is known that botocore sent the call once, so that no earlier
            attempt can have done its work without an answer.
        refused: True where it is known that AWS did nothing: it refused the only attempt.
    """

    def __init__(
        self,
        action: str,
        where: str | None,
        code: str,
        message: str,
        *,
        sent_once: bool = False,
        refused: bool = False,
    ) -> None:
        self.action, self.where, self.code, self.message = action, where, code, message
        self.sent_once, self.refused = sent_once, refused
        place = f" in {where}" if where else ""
        advice = "."
        if code in DENIED_CODES:
            advice = f"; allow {action} to this principal."
        elif code in _NO_CREDENTIALS:
            advice = "; sign in again, or name other credentials, as for the AWS CLI."
        super().__init__(f"{action} failed{place}: {code}: {message.rstrip('.')}{advice}")


def error_code(error: Exception) -> str:
    """Return AWS's error code, or the exception's name where there was no answer.

    Args:
        error: what botocore raised.
    """
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "Unknown"))
    return type(error).__name__


def error_message(error: Exception) -> str:
    """Return AWS's message, or the exception's text, on one line.

    Args:
        error: what botocore raised.
    """
    if isinstance(error, ClientError):
        text = str(error.response.get("Error", {}).get("Message", ""))
    else:
        text = str(error)
    text = " ".join(text.split())
    for secret, shown in _SECRETS:
        text = secret.sub(shown, text)
    return text or "no message"


def unexpected(error: Exception) -> str:
    """Return the sentence for an error that nobody foresaw.

    Args:
        error: anything.
    """
    return f"{unexpected_cause(error)}; please report it with the command you ran."


def cause_of(error: Exception) -> str:
    """Return what went wrong, for a log or a finding.

    Args:
        error: anything.
    """
    return str(error) if isinstance(error, PluginError) else unexpected_cause(error)


def unexpected_cause(error: Exception) -> str:
    """Return what an error that nobody foresaw says, its secrets masked.

    Args:
        error: anything.
    """
    return f"unexpected {type(error).__name__}: {error_message(error)}"


@contextmanager
def nothing_changed_on_error() -> Iterator[None]:
    """Add to the errors of the block, which changes nothing in AWS, that nothing was changed.

    Raises:
        PluginError: what the block raised, with that sentence.
    """
    try:
        yield
    except PluginError as error:
        raise PluginError(f"{error} Nothing was changed.") from error


@contextmanager
def aws_call(action: str, where: str | None = None) -> Iterator[None]:
    """Turn what a call, and reading its answer, raise inside the block into `AwsCallError`.

    Args:
        action: the IAM action that the block's call needs.
        where: the Region, or ``None`` for a global service.

    Raises:
        AwsCallError: when the call failed; with the code ``UnparsableAnswer`` where the answer is
            of another shape than documented.
    """
    try:
        yield
    except (ClientError, BotoCoreError, ResponseParserError) as error:
        denied = _denied_action(error_message(error)) or action
        sent_once, refused = _certainty(error)
        raise AwsCallError(
            denied,
            where,
            error_code(error),
            error_message(error),
            sent_once=sent_once,
            refused=refused,
        ) from error
    except SHAPE_ERRORS as error:
        text = f"an answer of another shape than documented ({type(error).__name__})"
        raise AwsCallError(action, where, "UnparsableAnswer", text) from error


def answer_or_none(
    action: str, where: str | None, missing: Collection[str], read: Callable[[], Read]
) -> Read | None:
    """Return what AWS answers, or ``None`` where it says that there is no such thing.

    Args:
        action: the IAM action that the call needs.
        where: the Region, or ``None`` for a global service.
        missing: the error codes that say so.
        read: makes the call and reads its answer.

    Raises:
        AwsCallError: when the call failed for another reason.
    """
    try:
        with aws_call(action, where):
            return read()
    except AwsCallError as error:
        if error.code in missing:
            return None
        raise


def _certainty(error: Exception) -> tuple[bool, bool]:
    """Return what is known of a failed call: that it was sent once, and that AWS did nothing."""
    if not isinstance(error, ClientError):
        return False, False
    answer = error.response.get("ResponseMetadata", {})
    sent_once = answer.get("RetryAttempts") == 0
    refused = 400 <= answer.get("HTTPStatusCode", 0) < 500
    return sent_once, sent_once and refused and error_code(error) not in UNDECIDED_CODES


def _denied_action(message: str) -> str | None:
    # AWS names the action that was missing, which may be another than the one called (PassRole).
    _, found, rest = message.partition("is not authorized to perform: ")
    return rest.split()[0].rstrip(".,") if found and rest else None


def sentences(
    error: ValidationError, known: list[str], owner: str, secret: Collection[str] = ()
) -> list[str]:
    """Return one sentence per problem that pydantic found.

    Args:
        error: pydantic's error for a flat model.
        known: the names a user may write.
        owner: what the settings belong to, for the sentence.
        secret: the names whose values are not quoted.
    """
    problems = []
    for detail in error.errors(include_url=False):
        name = ".".join(str(part) for part in detail["loc"]) or owner
        if detail["type"] == "extra_forbidden":
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known settings: {', '.join(known)}."
            problems.append(f"{name} is not a setting of {owner}: {hint}")
        elif detail["type"] == "missing":
            problems.append(f"{name} is not set, and {owner} needs it.")
        else:
            message = detail["msg"].removeprefix("Value error, ").rstrip(".")
            message = message[:1].lower() + message[1:] if message.startswith("Input") else message
            # A problem of the settings together has no single value to show.
            quoted = detail["loc"] and name not in secret
            got = f" (got {_quoted(detail['input'])})" if quoted else ""
            problems.append(f"{name}: {message}{got}.")
    return problems


def _quoted(value: object) -> str:
    try:
        text = repr(value)
    except RecursionError:
        return "a value with too many levels"
    return shortened(text, LONGEST_QUOTE)
