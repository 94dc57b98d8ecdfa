"""What can go wrong with one API call.

Answers that are damaged come after AWS did what it was asked for; the others say that it did not,
apart from `lost`, where the caller can't know.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from xml.etree import ElementTree

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from fixtures.embedded_account.fault_answers import strike as fault_answer
from fixtures.embedded_account.faults import Fault, Kind
from fixtures.embedded_account.responses import error
from tests.faults.wire import Answer, Sent, Strike, aws_request, wire_response, with_body

# Their answers have no members: each is a text that somebody put there.
TEXTS = ("GetBucketPolicy", "GetObject")
MAPS = ("UserDefinedFields",)
# Not a data type, which would be one more to deliver.
UNKNOWN_FIELD = "brandNewMember"


class Kindness(NamedTuple):
    """A kind of fault.

    Attributes:
        strike: what happens to the call.
        harmless: True where the caller must not notice.
        needs_body: True where it takes an answer with members to do it.
        codes: one of these is told where the call is what failed; empty where the answer may also
            mean something else.
    """

    strike: Strike
    harmless: bool = False
    needs_body: bool = False
    codes: tuple[str, ...] = ()


def _answered(kind: Kind) -> Strike:
    def strike(sent: Sent, _: Answer) -> AWSResponse:
        response = fault_answer(Fault(kind=kind), aws_request(sent.request, sent.operation), {})
        assert response is not None
        return wire_response(sent.request, response)

    return strike


def _throttled(sent: Sent, answer: Answer) -> AWSResponse:
    found = aws_request(sent.request, sent.operation)
    if found.service != "s3":
        return _answered("throttled")(sent, answer)
    response = error("s3", "SlowDown", "Please reduce your request rate.", 503)
    return wire_response(sent.request, response)


def _once(strike: Strike) -> Strike:
    def struck(sent: Sent, answer: Answer) -> AWSResponse:
        return answer() if sent.attempt else strike(sent, answer)

    return struck


def _timeout(sent: Sent, _: Answer) -> AWSResponse:
    raise ReadTimeoutError(endpoint_url=sent.request.url)


def _reset(sent: Sent, _: Answer) -> AWSResponse:
    raise ConnectionClosedError(endpoint_url=sent.request.url)


def _lost(sent: Sent, answer: Answer) -> AWSResponse:
    answer()
    raise ReadTimeoutError(endpoint_url=sent.request.url)


def _truncated(sent: Sent, answer: Answer) -> AWSResponse:
    real = answer()
    return with_body(sent.request, real, real.content[: len(real.content) * 2 // 3])


def _page(sent: Sent, answer: Answer) -> AWSResponse:
    real = answer()
    body = b"" if sent.request.method == "HEAD" else b"<html><p>Please sign in<br></html>"
    return with_body(sent.request, real, body)


def _empty(sent: Sent, answer: Answer) -> AWSResponse:
    return with_body(sent.request, answer(), b"")


def _hollow(sent: Sent, answer: Answer) -> AWSResponse:
    real = answer()
    if _is_json(real.content):
        return with_body(sent.request, real, b"{}")
    return _xml(sent, real, lambda root: [root.remove(child) for child in list(root)])


def _mistyped(sent: Sent, answer: Answer) -> AWSResponse:
    real = answer()
    if sent.operation in TEXTS:
        return real
    if _is_json(real.content):
        body = {name: _another(value) for name, value in json.loads(real.content).items()}
        return with_body(sent.request, real, json.dumps(body).encode())

    def spoil(root: ElementTree.Element) -> None:
        for one in _result(root):
            one.text = "spoilt" if len(one) or not (one.text or "").isalpha() else one.text
            for child in list(one):
                one.remove(child)

    return _xml(sent, real, spoil)


def _extended(sent: Sent, answer: Answer) -> AWSResponse:
    real = answer()
    if sent.operation in TEXTS:
        return real
    if _is_json(real.content):
        body = _with_field(json.loads(real.content))
        return with_body(sent.request, real, json.dumps(body).encode())
    return _xml(
        sent, real, lambda root: ElementTree.SubElement(_result(root), "BrandNew").append(
            ElementTree.Element("Member")
        ),
    )  # fmt: skip


def _is_json(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except ValueError:
        return False


def _another(value: Any) -> Any:
    return {list: {"a": 1}, dict: [17], str: {"a": 1}, bool: "maybe"}.get(type(value), "spoilt")


def _with_field(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_field(one) for one in value]
    if not isinstance(value, dict) or not value:
        return value
    # The members of a map are its user's.
    found = {n: one if n in MAPS else _with_field(one) for n, one in value.items()}
    return found | {UNKNOWN_FIELD: True}


def _result(root: ElementTree.Element) -> ElementTree.Element:
    first = root[0] if len(root) else root
    # IAM and CloudWatch wrap the result, S3 does not.
    return first if first.tag.endswith("Result") else root


def _xml(sent: Sent, real: AWSResponse, change: Any) -> AWSResponse:
    if not real.content.lstrip().startswith(b"<"):
        return real
    root = ElementTree.fromstring(real.content)  # noqa: S314 - our own answer
    change(root)
    return with_body(sent.request, real, ElementTree.tostring(root))


DENIED = ("AccessDenied", "403")
THROTTLED = ("Throttling", "SlowDown", "503")
BROKEN = ("Internal", "500")
UNREACHABLE = ("ReadTimeoutError", "ConnectionClosedError")
# The whole list; each call of each scenario is struck with each of them.
KINDS: dict[str, Kindness] = {
    "denied": Kindness(_answered("denied"), codes=DENIED),
    "throttled": Kindness(_throttled, codes=THROTTLED),
    "throttled once": Kindness(_once(_throttled), harmless=True),
    "broken": Kindness(_answered("broken"), codes=BROKEN),
    "timeout": Kindness(_timeout, codes=UNREACHABLE),
    "reset": Kindness(_reset, codes=UNREACHABLE),
    "reset once": Kindness(_once(_reset), harmless=True),
    "lost": Kindness(_lost),
    "lost once": Kindness(_once(_lost)),
    "truncated": Kindness(_truncated, needs_body=True),
    "page": Kindness(_page),
    "mistyped": Kindness(_mistyped, needs_body=True),
    "empty": Kindness(_empty, needs_body=True),
    "hollow": Kindness(_hollow, needs_body=True),
    "unknown field": Kindness(_extended, harmless=True),
}
