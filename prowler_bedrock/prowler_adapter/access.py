"""The audited account, reached with the session of the running Prowler."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any

from botocore.config import Config

from prowler_bedrock.account.access import Access
from prowler_bedrock.prowler_adapter.client import client
from prowler_bedrock.prowler_adapter.patience import timeouts

_building = Lock()


@cache
def account_access() -> Access:
    """Return the audited account; its clients may be used by several threads."""
    return Access(
        client.audited_account,
        client.audited_partition,
        _locked_client,
        lately_observed=client.lately_observed,
    )


def _locked_client(service: str, region: str | None) -> Any:
    # boto3's sessions may not be used by several threads at once.
    with _building:
        return _client(service, region)


@cache
def _client(service: str, region: str | None) -> Any:
    config = timeouts(client.session)
    if service == "iam":
        # All Regions ask IAM, whose simulator takes only some calls per second for an account.
        retries = Config(retries={"mode": "adaptive", "total_max_attempts": 10})
        config = config.merge(retries)
    return client.session.client(service, region_name=region or client.region, config=config)
