"""How long a Region may take to answer under Prowler, whose own defaults allow minutes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config

from prowler_bedrock.account.connection import CONNECT_TIMEOUT, READ_TIMEOUT

# botocore's and Prowler's defaults, in seconds; another value is what the user asked for.
_CONNECT_DEFAULTS, _READ_DEFAULTS = (10, 60), (60,)


def timeouts(session: Any) -> Config:
    """Return the timeouts of a Prowler run: ours, unless the user set others.

    Args:
        session: Prowler's boto3 session.
    """
    given: Any = session._session.get_default_client_config() or Config()
    connect, read = given.connect_timeout, given.read_timeout
    return Config(
        connect_timeout=CONNECT_TIMEOUT if connect in _CONNECT_DEFAULTS else connect,
        read_timeout=READ_TIMEOUT if read in _READ_DEFAULTS else read,
    )


@contextmanager
def in_time(session: Any) -> Iterator[None]:
    """Let the clients that the block builds wait no longer; building them twice takes longer.

    Args:
        session: Prowler's boto3 session.
    """
    inner = session._session
    given = inner.get_default_client_config()
    own = timeouts(session)
    inner.set_default_client_config(given.merge(own) if given else own)
    try:
        yield
    finally:
        inner.set_default_client_config(given)
