"""Who is called, and how a client for it is made; what every change needs to know."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from prowler_bedrock.logging_configuration.model import Observation

ACCOUNT_ID = re.compile(r"[0-9]{12}")
AccountId = Annotated[str, Field(pattern=f"^{ACCOUNT_ID.pattern}$")]
# Given a service and a Region (`None` for a global service), a boto3 client.
ClientFactory = Callable[[str, str | None], Any]
# Given a Region, what was read of its logging configuration moments ago, if anything.
LatelyObserved = Callable[[str], Observation | None]


class Access(NamedTuple):
    """One AWS account and the way to it.

    Attributes:
        account: the 12-digit account id.
        partition: the AWS partition, such as ``aws-us-gov``.
        client: gives a boto3 client; threads may call it at the same time.
        lately_observed: gives what is known without another call; it may be out of date, so
            whoever changes something reads again right before.
    """

    account: str
    partition: str
    client: ClientFactory
    lately_observed: LatelyObserved = lambda region: None


def made_once(build: ClientFactory) -> ClientFactory:
    """Return what makes each client once; a session may not be used by several threads at once.

    Args:
        build: makes a client.
    """
    lock, made = Lock(), cache(build)

    def client(service: str, region: str | None) -> Any:
        with lock:
            return made(service, region)

    return client
