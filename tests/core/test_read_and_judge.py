"""Every observation of a Region and the verdict on it."""

import socket
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError
from botocore.parsers import ResponseParserError
from botocore.stub import Stubber
from urllib3.exceptions import NameResolutionError, NewConnectionError

from prowler_bedrock.logging_configuration.judge import delivering, judge
from prowler_bedrock.logging_configuration.model import (
    NotOffered,
    Observation,
    Unreadable,
    log_folder,
)
from prowler_bedrock.logging_configuration.read import parse_answer, read_logging_configuration
from tests.core.wire import Wire

OPERATION = "get_model_invocation_logging_configuration"
CLOUDWATCH = {
    "logGroupName": "/aws/bedrock/group",
    "roleArn": "arn:aws:iam::123456789012:role/Delivery",
}
S3 = {"bucketName": "log-bucket", "keyPrefix": "bedrock"}


def read(
    answer: dict[str, Any] | None = None, region: str = "us-east-1", **error: Any
) -> Observation:
    """Read from a client whose answer botocore has validated against its service model."""
    client = boto3.client("bedrock", region_name=region)
    with Stubber(client) as stub:
        if error:
            stub.add_client_error(OPERATION, **error)
        else:
            stub.add_response(OPERATION, answer or {})
        return read_logging_configuration(client)


def raising(error: Exception, region: str = "us-east-1", home: str | None = None) -> Observation:
    # botocore waits between attempts, and which attempt fails changes nothing here.
    once = Config(retries={"total_max_attempts": 1})
    client = boto3.client("bedrock", region_name=home or region, config=once)

    def fail(**_: Any) -> None:
        raise error

    client.meta.events.register("before-send.bedrock.*", fail)
    return read_logging_configuration(client, region)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (
            {"cloudWatchConfig": CLOUDWATCH},
            "Bedrock Model Invocation Logging is enabled in CloudWatch Log Group: "
            "/aws/bedrock/group.",
        ),
        ({"s3Config": S3}, "Bedrock Model Invocation Logging is enabled in S3 Bucket: log-bucket."),
        (
            {"cloudWatchConfig": CLOUDWATCH, "s3Config": S3, "textDataDeliveryEnabled": False},
            "Bedrock Model Invocation Logging is enabled in CloudWatch Log Group: "
            "/aws/bedrock/group and S3 Bucket: log-bucket.",
        ),
    ],
)
def test_a_destination_passes_in_the_words_of_the_builtin(
    config: dict[str, Any], sentence: str
) -> None:
    verdict = judge(read({"loggingConfig": config}), "us-east-1")
    assert verdict is not None
    assert (verdict.status, verdict.status_extended) == ("PASS", sentence)


@pytest.mark.parametrize("answer", [{}, {"loggingConfig": {}}])
def test_off_fails_in_the_words_of_the_builtin(answer: dict[str, Any]) -> None:
    verdict = judge(read(answer), "us-east-1")
    assert verdict is not None
    assert verdict.status == "FAIL"
    assert verdict.status_extended == "Bedrock Model Invocation Logging is disabled."


def test_a_configuration_without_destination_fails() -> None:
    verdict = judge(read({"loggingConfig": {"textDataDeliveryEnabled": True}}), "us-east-1")
    assert verdict is not None
    assert verdict.status == "FAIL"
    assert verdict.status_extended == (
        "Bedrock Model Invocation Logging has a configuration without a CloudWatch Log Group or an "
        "S3 Bucket, so nothing is delivered."
    )
    assert delivering(parse_answer({"loggingConfig": {"text": True}}), "us-east-1") is None


def test_denied_is_manual_and_names_code_action_and_region() -> None:
    observation = read(
        service_error_code="AccessDeniedException",
        service_message="User: arn:aws:iam::123456789012:user/a is not authorized.",
        http_status_code=403,
    )
    verdict = judge(observation, "us-east-1")
    assert verdict is not None
    assert verdict.status == "MANUAL"
    for part in (
        "us-east-1",
        "AccessDeniedException",
        "allow bedrock:GetModelInvocationLoggingConfiguration",
    ):
        assert part in verdict.status_extended


NOT_ENABLED = (
    "the Region may be one that this account has not enabled: enable it or leave it out; if other "
    "Regions say the same, check the credentials"
)


@pytest.mark.parametrize(
    ("code", "status", "step"),
    [
        (
            "ThrottlingException",
            429,
            "scan again, with more retries (--aws-retries-max-attempts)",
        ),
        ("InternalServerException", 500, "check the connection to the Region and scan again"),
        ("ValidationException", 400, "check the connection to the Region and scan again"),
        ("UnrecognizedClientException", 403, NOT_ENABLED),
        ("OptInRequired", 403, NOT_ENABLED),
        ("ExpiredTokenException", 403, "renew the credentials and scan again"),
    ],
)
def test_other_api_errors_are_manual(code: str, status: int, step: str) -> None:
    observation = read(service_error_code=code, service_message="no.", http_status_code=status)
    verdict = judge(observation, "us-east-1")
    assert verdict is not None
    assert verdict.status == "MANUAL"
    assert f"in us-east-1: {code} (no); {step}." in verdict.status_extended


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("UnknownOperationException", ""),
        ("ValidationException", "Unknown Operation"),
        ("ValidationException", "unknown operation."),
    ],
)
def test_an_operation_that_the_region_lacks_gives_no_finding(code: str, message: str) -> None:
    observation = read(service_error_code=code, service_message=message)
    assert isinstance(observation, NotOffered)
    assert judge(observation, "us-east-1") is None


@pytest.mark.parametrize(
    "error",
    [
        ConnectTimeoutError(endpoint_url="https://bedrock.us-east-1.amazonaws.com"),
        ResponseParserError("Unable to parse response"),
        ValueError("above MAX."),
    ],
)
def test_no_usable_answer_is_manual(error: Exception) -> None:
    verdict = judge(raising(error), "us-east-1")
    assert verdict is not None
    assert verdict.status == "MANUAL"
    told = str(error).rstrip(".")
    assert f"in us-east-1: {type(error).__name__} ({told}); check" in verdict.status_extended


@pytest.mark.parametrize(
    "config",
    [
        {"cloudWatchConfig": {"logGroupName": 7}},
        {"cloudWatchConfig": "group"},
        {"s3Config": {"keyPrefix": "x"}},
        ["s3Config"],
        "on",
    ],
)
def test_an_answer_of_another_shape_is_manual_never_pass(config: object) -> None:
    observation = parse_answer({"loggingConfig": config})
    assert isinstance(observation, Unreadable)
    verdict = judge(observation, "us-east-1")
    assert verdict is not None
    assert verdict.status == "MANUAL"
    assert "UnparsableAnswer (loggingConfig has an unexpected shape (" in verdict.status_extended


def test_members_of_another_shape_are_named() -> None:
    config = {"s3Config": "logs", "cloudWatchConfig": {"logGroupName": 7}}
    assert parse_answer({"loggingConfig": config}) == Unreadable(
        code="UnparsableAnswer",
        message="loggingConfig has an unexpected shape (cloudWatchConfig, s3Config)",
    )


@pytest.mark.parametrize("answer", ["on", ["s3Config"], 7])
def test_an_answer_that_is_no_structure_is_not_readable(answer: object) -> None:
    assert parse_answer(answer) == Unreadable(
        code="UnparsableAnswer",
        message="loggingConfig has an unexpected shape (not a structure)",
    )


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"[]", b'"off"', b"null"])
def test_a_body_that_is_not_a_json_object_is_manual_not_off(body: bytes) -> None:
    client = boto3.client("bedrock", region_name="us-east-1")
    Wire(client, lambda _: body)
    observation = read_logging_configuration(client)
    assert isinstance(observation, Unreadable)
    assert observation.code in ("UnparsableAnswer", "TypeError", "AttributeError")
    if body in (b"", b"{", b"<html>"):
        assert observation.message == "the answer is not a JSON object"


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            "The Canonical String should have been 'GET / host:x x-amz-security-token:IQoJb3= x'",
            "x-amz-security-token:*** x'",
        ),
        ('no connection to "https://user:secret@proxy:1/"', '"https://***@proxy:1/"'),
    ],
)
def test_secrets_in_messages_are_not_repeated(message: str, shown: str) -> None:
    observation = read(service_error_code="InvalidSignatureException", service_message=message)
    assert isinstance(observation, Unreadable)
    assert shown in observation.message
    assert "IQoJb3" not in observation.message
    assert "secret@" not in observation.message


def no_name(region: str) -> EndpointConnectionError:
    host = f"bedrock.{region}.amazonaws.com"
    return EndpointConnectionError(
        endpoint_url=f"https://{host}",
        error=NameResolutionError(host, None, OSError("Name or service not known")),  # type: ignore[arg-type]
    )


def test_no_endpoint_in_a_region_without_bedrock_gives_no_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # botocore knows no Bedrock endpoint there.
    asked = []
    monkeypatch.setattr("socket.getaddrinfo", lambda *given: asked.append(given) or [given])
    for region in ("us-north-9", "moon-north-1"):
        asked.clear()
        assert isinstance(raising(no_name(region), region, "us-east-1"), NotOffered)
        assert asked == [(f"sts.{region}.amazonaws.com", 443)]


def test_where_nothing_of_the_region_resolves_it_is_manual(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(host: str, port: int) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", fail)
    assert isinstance(raising(no_name("us-north-9"), "us-north-9"), Unreadable)


@pytest.mark.parametrize("region", ["us-east-1", "us-gov-west-1"])
def test_a_name_that_does_not_resolve_in_a_region_with_bedrock_is_manual(
    monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *given: [given])
    for home in ("us-east-1", "us-gov-west-1"):
        assert isinstance(raising(no_name(region), region, home), Unreadable)


def test_a_refused_connection_is_manual_even_where_botocore_knows_no_endpoint() -> None:
    error = EndpointConnectionError(
        endpoint_url="https://bedrock.us-north-9.amazonaws.com",
        error=NewConnectionError(None, "Connection refused"),  # type: ignore[arg-type]
    )
    assert isinstance(raising(error, "us-north-9"), Unreadable)


@pytest.mark.parametrize(
    ("prefix", "start"), [(None, ""), ("", ""), ("/", ""), ("a", "a/"), ("/X b/c/", "X b/c/")]
)
def test_the_folder_below_which_bedrock_writes(prefix: str | None, start: str) -> None:
    assert log_folder(prefix, "1") == f"{start}AWSLogs/1/BedrockModelInvocationLogs"


def test_what_this_version_does_not_know_is_kept() -> None:
    from prowler_bedrock.logging_configuration.model import Configured

    config = {"s3Config": {**S3, "newer": 1}, "audioDataDeliveryEnabled": True}
    observation = parse_answer({"loggingConfig": config})
    assert isinstance(observation, Configured)
    assert observation.configuration.api_shape() == config
