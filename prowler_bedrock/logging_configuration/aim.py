"""Let one client call ``GetModelInvocationLoggingConfiguration`` in every Region.

Building a client costs more processor time than a call. That a call went to its Region is read off
the request itself, right before it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from botocore.utils import validate_region_name

GET_OPERATION = "GetModelInvocationLoggingConfiguration"

# AWS checks the Region of a signature; a bearer token has none, but AWS's names of hosts do.
_SIGNED_FOR = re.compile(r"Credential=[^/]+/\d+/([^/]+)/bedrock/")
_HOST_OF = re.compile(
    r"(?:[\w-]+\.)?bedrock(?:-fips)?\.([a-z]+(?:-[a-z]+)+-\d+)\.(?:vpce\.)?"
    r"(?:amazonaws|api\.aws|api\.amazonwebservices)\b"
)


class WrongRegionError(Exception):
    """A request can't be shown to be for the Region that it is made for, so it is not sent."""


@dataclass
class Call:
    """One call of the operation.

    Attributes:
        region: the Region that it is made for.
        bodies: the bodies of the answers with success; failed attempts leave none.
        checked: whether the request was seen to be for the Region.
    """

    region: str
    bodies: list[bytes] = field(default_factory=list)
    checked: bool = False


_current: ContextVar[Call | None] = ContextVar("_current", default=None)


def prepare(client: Any) -> None:
    """Let a client be called for other Regions too, which it needs before threads share it.

    Args:
        client: a boto3 ``bedrock`` client.
    """
    for event, handler in (
        ("before-endpoint-resolution.bedrock", _aim),
        (f"before-send.bedrock.{GET_OPERATION}", _check),
        (f"response-received.bedrock.{GET_OPERATION}", _keep),
    ):
        client.meta.events.register(event, handler, unique_id=f"prowler-bedrock-{event}")


@contextmanager
def call_to(client: Any, region: str) -> Iterator[Call]:
    """Make the client's call of the operation in the block one to a Region.

    Args:
        client: a boto3 ``bedrock`` client.
        region: the Region's name, of the client's partition.

    Raises:
        InvalidRegionError: when the name can't be part of a host's, as for a client.
        WrongRegionError: when nothing shows that the call went to the Region.
    """
    validate_region_name(region)
    prepare(client)
    elsewhere = region != client.meta.region_name
    call = Call(region)
    token = _current.set(call)
    try:
        yield call
        if (elsewhere or call.bodies) and not call.checked:
            raise WrongRegionError(f"nothing shows that the request went to {region}")
    finally:
        _current.reset(token)


def _aim(builtins: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    # The event exists to customise what the endpoint's rules are given.
    call = _current.get()
    if call:
        builtins["AWS::Region"] = call.region
        context.setdefault("signing", {})["region"] = call.region


def _check(request: Any, **_: Any) -> None:
    call = _current.get()
    if not call:
        return
    named = {
        found[1]
        for found in (
            _SIGNED_FOR.search(str(request.headers.get("Authorization"))),
            _HOST_OF.match(str(urlsplit(request.url).hostname)),
        )
        if found
    }
    if named != {call.region}:
        named_as = " and ".join(sorted(named)) or "no Region"
        raise WrongRegionError(f"the request names {named_as} instead of {call.region}")
    call.checked = True


def _keep(response_dict: dict[str, Any] | None, **_: Any) -> None:
    # Failed attempts come through here too; only an answer with success is judged.
    call = _current.get()
    if call and response_dict and response_dict.get("status_code") == 200:
        call.bodies.append(response_dict.get("body", b""))
