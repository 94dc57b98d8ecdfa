"""What stands in place of the network for one client; nothing that botocore does is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse

FORTY = [f"{area}-north-{number}" for area in ("eu", "us") for number in range(1, 21)]


def answer_to(request: Any, status: int, body: bytes) -> AWSResponse:
    """Return an answer as botocore gets it."""
    return AWSResponse(request.url, status, {}, MockRawResponse(body))


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
        return answer_to(request, 200, self._body(request))
