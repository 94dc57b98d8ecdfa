"""What AWS answers to a failed call becomes one sentence that says what to do."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from botocore.parsers import ResponseParserError

from prowler_bedrock.errors import (
    AwsCallError,
    PluginError,
    answer_or_none,
    aws_call,
    cause_of,
    error_code,
    error_message,
    nothing_changed_on_error,
)
from tests.core.answers import refusal


def refused(code: str, message: str = "No.") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "GetRole")


@pytest.mark.parametrize(
    ("error", "where", "told"),
    [
        (
            refused("Throttling", "At MAX."),
            "eu-west-1",
            "iam:GetRole failed in eu-west-1: Throttling: At MAX.",
        ),
        (
            refused("AccessDenied"),
            None,
            "iam:GetRole failed: AccessDenied: No; allow iam:GetRole to this principal.",
        ),
        (
            refused("AccessDenied", "X is not authorized to perform: iam:PassX."),
            None,
            "iam:PassX failed: AccessDenied: X is not authorized to perform: iam:PassX; "
            "allow iam:PassX to this principal.",
        ),
        (
            refused(
                "AccessDenied",
                "X is not authorized to perform: a:B, is not authorized to perform: c:D",
            ),
            None,
            "a:B failed: AccessDenied: X is not authorized to perform: a:B, is not authorized to "
            "perform: c:D; allow a:B to this principal.",
        ),
        (
            refused("AccessDenied", "not authorized to perform: s3:Put, on x"),
            None,
            "iam:GetRole failed: AccessDenied: not authorized to perform: s3:Put, on x; "
            "allow iam:GetRole to this principal.",
        ),
        (
            refused("AccessDenied", "It is not authorized to perform: "),
            None,
            "iam:GetRole failed: AccessDenied: It is not authorized to perform:; "
            "allow iam:GetRole to this principal.",
        ),
        (
            NoCredentialsError(),
            None,
            "iam:GetRole failed: NoCredentialsError: Unable to locate credentials; "
            "sign in again, or name other credentials, as for the AWS CLI.",
        ),
        (
            ResponseParserError("not\n XML"),
            None,
            "iam:GetRole failed: ResponseParserError: not XML.",
        ),
        (
            KeyError("Role"),
            "eu-west-1",
            "iam:GetRole failed in eu-west-1: UnparsableAnswer: an answer of another shape than "
            "documented (KeyError).",
        ),
    ],
)
def test_a_failed_call_is_one_sentence(error: Exception, where: str | None, told: str) -> None:
    with pytest.raises(AwsCallError) as caught, aws_call("iam:GetRole", where):
        raise error
    assert str(caught.value) == told
    assert caught.value.__cause__ is error
    assert (caught.value.where, caught.value.code) == (where, told.split(": ")[1])


@pytest.mark.parametrize(
    ("error", "once"),
    [
        (refusal("NoSuchEntity", 0), True),
        (refusal("NoSuchEntity", 1), False),
        (refusal("NoSuchEntity"), False),
        (NoCredentialsError(), False),
    ],
)
def test_a_failed_call_tells_whether_it_was_sent_once(error: Exception, once: bool) -> None:
    with pytest.raises(AwsCallError) as caught, aws_call("iam:GetRole"):
        raise error
    assert caught.value.sent_once is once


@pytest.mark.parametrize(
    ("error", "did_nothing"),
    [
        (refusal("AccessDenied", 0, 403), True),
        (refusal("EntityAlreadyExists", 0, 409), True),
        (refusal("InternalError", 0, 500), False),
        (refusal("SlowDown", 0, 503), False),
        (refusal("MovedPermanently", 0, 301), False),
        (refusal("RequestTimeout", 0, 400), False),
        (refusal("OperationAborted", 0, 409), False),
        (refusal("AccessDenied", 1, 403), False),
        (refusal("AccessDenied"), False),
        (NoCredentialsError(), False),
    ],
)
def test_a_failed_call_tells_whether_aws_did_nothing(error: Exception, did_nothing: bool) -> None:
    with pytest.raises(AwsCallError) as caught, aws_call("iam:GetRole"):
        raise error
    assert caught.value.refused is did_nothing


@pytest.mark.parametrize("response", [{}, {"Error": {}}, {"Error": {"Message": " \n "}}])
def test_an_error_that_says_nothing(response: Any) -> None:
    error = ClientError(response, "GetRole")
    assert (error_code(error), error_message(error)) == ("Unknown", "no message")


def test_what_is_missing_is_none_and_other_errors_stay() -> None:
    def fail() -> None:
        raise refused("NoSuchEntity")

    assert answer_or_none("iam:GetRole", None, {"NoSuchEntity"}, fail) is None
    assert answer_or_none("iam:GetRole", None, {"NoSuchEntity"}, lambda: 7) == 7
    with pytest.raises(AwsCallError, match=r"^iam:GetRole failed in eu-west-1: NoSuchEntity: "):
        answer_or_none("iam:GetRole", "eu-west-1", {"Another"}, fail)


def test_that_nothing_was_changed_is_said() -> None:
    said = pytest.raises(PluginError, match=r"^No\. Nothing was changed\.$")
    with said, nothing_changed_on_error():
        raise PluginError("No.")


def test_of_an_answer_that_can_not_be_read_nothing_is_certain() -> None:
    with pytest.raises(AwsCallError) as raised, aws_call("s3:CreateBucket"):
        raise KeyError("Location")
    assert (raised.value.sent_once, raised.value.refused) == (False, False)


def test_the_cause_of_what_nobody_foresaw_names_it_without_its_secrets() -> None:
    assert cause_of(PluginError("A sentence.")) == "A sentence."
    assert cause_of(ValueError("at https://me:secret@proxy")) == (
        "unexpected ValueError: at https://***@proxy"
    )
