"""What stands in place of the network for one client; nothing that botocore does is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSResponse


class RawBody:
    """The body of an answer, as botocore reads it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> list[bytes]:
        """Return the body's parts."""
        return [self._body]


class Wire:
    """Answers what a client sends.

    Attributes:
        sent: the requests.
    """

    def __init__(self, client: Any, answer: Callable[[Any], bytes]) -> None:
        self.sent: list[Any] = []
        self._body = answer
        client._endpoint.http_session.send = self._answer

    def _answer(self, request: Any) -> AWSResponse:
        self.sent.append(request)
        body: Any = RawBody(self._body(request))
        return AWSResponse(request.url, 200, {}, body)
