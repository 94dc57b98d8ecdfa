"""Who is called, and how a client for it is made; what every change needs to know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

# Given a service and a Region (`None` for a global service), a boto3 client.
ClientFactory = Callable[[str, str | None], Any]


class Access(NamedTuple):
    """One AWS account and the way to it.

    Attributes:
        account: the 12-digit account id.
        partition: the AWS partition, such as ``aws-us-gov``.
        client: gives a boto3 client; threads may call it at the same time.
    """

    account: str
    partition: str
    client: ClientFactory
