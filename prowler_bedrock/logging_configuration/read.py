"""Read the logging configuration of one Region with exactly one call."""

from __future__ import annotations

import json
import socket
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError, EndpointConnectionError
from pydantic import ValidationError
from urllib3.exceptions import NameResolutionError

from prowler_bedrock.errors import error_code, error_message
from prowler_bedrock.logging_configuration.aim import GET_OPERATION, call_to
from prowler_bedrock.logging_configuration.model import (
    Configured,
    LoggingConfiguration,
    NotOffered,
    Observation,
    SwitchedOff,
    Unreadable,
)

GET_ACTION = f"bedrock:{GET_OPERATION}"


def read_logging_configuration(client: Any, region: str | None = None) -> Observation:
    """Call ``GetModelInvocationLoggingConfiguration`` once and say what came back.

    Args:
        client: a boto3 ``bedrock`` client; threads may share one on which `prepare` was called.
        region: the Region to read, of the client's partition; by default the client's own.

    Returns:
        What was observed; a failure is an observation too, so nothing is raised for it.
    """
    region = region or str(client.meta.region_name)
    try:
        with call_to(client, region) as call:
            answer = client.get_model_invocation_logging_configuration()
    except ClientError as error:
        if _unknown_operation(error):
            return NotOffered()
        return Unreadable(code=error_code(error), message=error_message(error))
    except Exception as error:
        # Whatever went wrong, the Region was not read: that is MANUAL, never silence.
        if isinstance(error, EndpointConnectionError) and _no_endpoint(error, client, region):
            return NotOffered()
        return Unreadable(code=error_code(error), message=error_message(error))
    try:
        # botocore drops the members that it does not know, and takes a body that is not JSON for an
        # empty answer, which would mean "off".
        answers = [_without_nulls(json.loads(body)) for body in call.bodies] or [answer]
    except (ValueError, RecursionError):
        answers = [None]
    if not all(isinstance(one, dict) for one in answers):
        return Unreadable(code="UnparsableAnswer", message="the answer is not a JSON object")
    return parse_answer(answers[-1])


def parse_answer(answer: object) -> Observation:
    """Return what an answer of the operation says.

    Args:
        answer: the response dictionary, as boto3 returns it.
    """
    config = answer.get("loggingConfig") if isinstance(answer, dict) else answer
    if config is None or config == {}:
        return SwitchedOff()
    try:
        return Configured(configuration=LoggingConfiguration.model_validate(config))
    except ValidationError as error:
        fields = ", ".join(
            sorted({str(detail["loc"][0]) for detail in error.errors() if detail["loc"]})
        )
        return Unreadable(
            code="UnparsableAnswer",
            message=f"loggingConfig has an unexpected shape ({fields or 'not a structure'})",
        )


def _without_nulls(value: Any) -> Any:
    # As botocore reads them: a member without a value is no member.
    if not isinstance(value, dict):
        return value
    return {name: _without_nulls(one) for name, one in value.items() if one is not None}


def _unknown_operation(error: ClientError) -> bool:
    # AWS answers both ways where the Region's Bedrock lacks the operation, in any casing.
    code = error_code(error)
    return code == "UnknownOperationException" or (
        code == "ValidationException" and "unknown operation" in error_message(error).lower()
    )


def _no_endpoint(error: EndpointConnectionError, client: Any, region: str) -> bool:
    # A name that does not resolve can also be a broken network or a Region that does not exist.
    # Only where botocore knows no endpoint either, and that of STS, which every Region has,
    # resolves, does it mean that the Region has no Bedrock.
    if not isinstance(error.kwargs.get("error"), NameResolutionError):
        return False
    from prowler_bedrock.account.connection import partition_of, without_profile

    session = without_profile()
    partition = partition_of(session, region) or client.meta.partition
    if region in session.get_available_regions("bedrock", partition):
        return False
    called = str(error.kwargs.get("endpoint_url"))
    service, _, rest = str(urlsplit(called).hostname).partition(".")
    return service == "bedrock" and _resolves(f"sts.{rest}")


def _resolves(host: str) -> bool:
    try:
        return bool(socket.getaddrinfo(host, 443))
    except OSError:
        return False
