"""Between botocore and moto: counts the API calls of a run, and strikes one of them with a fault.

Faults are real HTTP answers or what the HTTP client raises, so botocore's own parsers and retries
are what is tested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from fixtures.embedded_account.iam_actions import needs
from fixtures.embedded_account.policy_simulation import simulate
from fixtures.embedded_account.requests import AwsRequest, read_request
from fixtures.embedded_account.security_hub import SecurityHub
from prowler_bedrock.account.access import Access
from prowler_bedrock.account.connection import client_config
from tests.core.account import ACCOUNT

REGION = "us-east-1"
# As the command line retries, but fewer times: each case pays for it.
FEWER = Config(retries={"mode": "standard", "total_max_attempts": 3})
# How moto is told whose account is called.
_ACCOUNT_HEADER = "x-moto-account-id"
Answer = Callable[[], AWSResponse]


class Sent(NamedTuple):
    """A request as it is sent.

    Attributes:
        request: the request.
        operation: what botocore calls it.
        attempt: how often it was sent before.
    """

    request: AWSPreparedRequest
    operation: str
    attempt: int


# Given a request and what AWS would answer (and do): the answer.
Strike = Callable[[Sent, Answer], AWSResponse]


class Wire:
    """Every request of every client, one run at a time.

    Attributes:
        hub: answers for Security Hub; with none, moto does.
    """

    def __init__(self) -> None:
        self.hub: SecurityHub | None = None
        self._clients: dict[tuple[str, str | None, str], Any] = {}
        self._calls: list[str] = []
        self._with_body: dict[str, bool] = {}
        self._actions: dict[str, str] = {}
        self._struck: Callable[[int], bool] | None = None
        self._strike: Strike | None = None
        self._attempts = 0
        self._before: Callable[[int], None] | None = None

    @property
    def access(self) -> Access:
        """The account, by clients as the command line makes them."""
        return Access(ACCOUNT, "aws", self.client)

    def client(self, service: str, region: str | None, account: str = ACCOUNT) -> Any:
        """Return a client, made once: moto forgets what stood behind it, not the client."""
        key = (service, region, account)
        if key not in self._clients:
            made = boto3.client(  # type: ignore[call-overload]
                service, region_name=region or REGION, config=client_config().merge(FEWER)
            )
            made.meta.events.register("before-call.*.*", self._count)
            if account != ACCOUNT:
                made.meta.events.register("before-sign.*.*", _called_account(account))
            self._clients[key] = made
        return self._clients[key]

    @contextmanager
    def run(
        self,
        struck: Callable[[int], bool] | None = None,
        strike: Strike | None = None,
        before: Callable[[int], None] | None = None,
    ) -> Iterator[list[str]]:
        """Count the calls of the block, and strike those that `struck` chooses.

        Args:
            struck: given the call's number, whether it is struck.
            strike: what happens to it.
            before: given the call's number, what others do right before it.
        """
        self._before = before
        self._calls, self._struck, self._strike, self._attempts = [], struck, strike, 0
        try:
            yield self._calls
        finally:
            self._struck = self._strike = self._before = None

    def forget(self) -> None:
        """Forget the actions: services have operations of one name."""
        self._actions.clear()

    def action(self, operation: str) -> str:
        """Return the IAM action of an operation that was called."""
        return self._actions[operation]

    def has_body(self, operation: str) -> bool:
        """Say whether the answer of an operation that was called has members in its body."""
        return self._with_body[operation]

    def _count(self, model: Any, **_: Any) -> None:
        self._calls.append(model.name)
        members = model.output_shape.members if model.output_shape else {}
        body = model.http["method"] != "HEAD"
        self._with_body[model.name] = body and any(
            "location" not in shape.serialization for shape in members.values()
        )
        self._attempts = 0
        if self._before:
            before, self._before, own = self._before, None, list(self._calls)
            before(len(own) - 1)
            # What others called is no call of this run.
            self._before, self._calls[:] = before, own

    def answer(
        self, original: Callable[..., Any], request: AWSPreparedRequest, event_name: str
    ) -> AWSResponse:
        """Answer a request, struck or as moto and this project's fixtures do."""
        operation = event_name.rsplit(".", 1)[-1]

        def real() -> AWSResponse:
            if operation.startswith("Simulate"):
                simulated = simulate(aws_request(request, operation))
                assert simulated is not None
                return wire_response(request, simulated)
            if self.hub and event_name.startswith("before-send.securityhub."):
                held = self.hub.handle(aws_request(request, operation))
                assert held is not None
                return wire_response(request, held)
            answered: AWSResponse = original(event_name, request)
            return answered

        if operation not in self._actions:
            self._actions[operation] = needs(aws_request(request, operation))[0].action
        chosen, strike = self._struck, self._strike
        if chosen and strike and self._calls and chosen(len(self._calls) - 1):
            self._attempts += 1
            return strike(Sent(request, operation, self._attempts - 1), real)
        return real()


@contextmanager
def wired() -> Iterator[Wire]:
    """Put a wire between botocore and moto."""
    wire, original = Wire(), BotocoreStubber.__call__

    def call(stubber: Any, event_name: str, request: AWSPreparedRequest, **_: Any) -> Any:
        def answered(name: str, sent: AWSPreparedRequest) -> Any:
            return original(stubber, name, sent)

        return wire.answer(answered, request, event_name)

    BotocoreStubber.__call__ = call  # type: ignore[method-assign]
    try:
        yield wire
    finally:
        BotocoreStubber.__call__ = original  # type: ignore[method-assign]


def aws_request(request: AWSPreparedRequest, operation: str) -> AwsRequest:
    """Return what a request asks for, as the fixtures read it.

    Args:
        request: the request.
        operation: which botocore knows, also where the bucket is in the host's name.
    """
    path, _, query = request.url.partition("?")
    body = request.body or b""
    content = body if isinstance(body, bytes) else str(body).encode()
    headers = {name: _text(value) for name, value in request.headers.items()}
    environ = EnvironBuilder(path, query_string=query, method=request.method, headers=headers)
    account = headers.get(_ACCOUNT_HEADER, ACCOUNT)
    found = read_request(environ.get_environ(), content, account)
    return replace(found, operation=operation)


def wire_response(request: AWSPreparedRequest, response: Response) -> AWSResponse:
    """Return an answer as botocore gets it."""
    # A HEAD has no body, so that S3's errors are numbers there.
    body = b"" if request.method == "HEAD" else response.get_data()
    headers = dict(response.headers)
    return AWSResponse(request.url, response.status_code, headers, MockRawResponse(body))


def with_body(request: AWSPreparedRequest, answer: AWSResponse, body: bytes) -> AWSResponse:
    """Return an answer with another body."""
    headers = {k: v for k, v in answer.headers.items() if k.lower() != "content-length"}
    return AWSResponse(request.url, answer.status_code, headers, MockRawResponse(body))


def _called_account(account: str) -> Callable[..., None]:
    def add(request: Any, **_: Any) -> None:
        request.headers[_ACCOUNT_HEADER] = account

    return add


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
