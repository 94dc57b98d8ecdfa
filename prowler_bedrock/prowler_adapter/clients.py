"""The clients of a Prowler run: they wait for seconds where its own defaults allow minutes."""

from __future__ import annotations

from typing import Any

from botocore.config import Config

from prowler_bedrock.account.access import ClientFactory, made_once
from prowler_bedrock.account.connection import CONNECT_TIMEOUT, READ_TIMEOUT, signed

# botocore's and Prowler's defaults, in seconds; another value is what the user asked for.
_CONNECT_DEFAULTS, _READ_DEFAULTS = (10, 60), (60,)


def client_factory(session: Any, region: str) -> ClientFactory:
    """Return what makes the clients of a Prowler run.

    Args:
        session: Prowler's boto3 session.
        region: where global services are called.
    """
    config = _timeouts(session)
    # All Regions ask IAM, whose simulator takes only some calls per second for an account.
    patient = config.merge(Config(retries={"mode": "adaptive", "total_max_attempts": 10}))

    def build(service: str, where: str | None) -> Any:
        given = patient if service == "iam" else config
        return session.client(service, region_name=where or region, config=signed(given, service))

    return made_once(build)


def _timeouts(session: Any) -> Config:
    """Return our timeouts, unless the user set others."""
    given: Any = session._session.get_default_client_config() or Config()
    connect, read = given.connect_timeout, given.read_timeout
    return Config(
        connect_timeout=CONNECT_TIMEOUT if connect in _CONNECT_DEFAULTS else connect,
        read_timeout=READ_TIMEOUT if read in _READ_DEFAULTS else read,
    )
