"""Read many Regions at once, one call each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

from prowler_bedrock.account.access import Access
from prowler_bedrock.errors import PluginError, error_code, error_message
from prowler_bedrock.logging_configuration.aim import WrongRegionError, prepare
from prowler_bedrock.logging_configuration.model import Observation, Unreadable
from prowler_bedrock.logging_configuration.read import read_logging_configuration

# How many Regions share a client, and so botocore's quota of 500 for retries. One retry takes 14 of
# it with the newest botocore, 10 with Prowler's: eight Regions never use it up with five attempts.
# Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html.
_SHARING = 8


def read_regions(
    access: Access, regions: Iterable[str], done: Callable[[str], None] | None = None
) -> dict[str, Observation]:
    """Return what each Region says.

    Args:
        access: the account.
        regions: the Regions' names.
        done: called with each Region's name once it was read.

    Returns:
        Region to observation, in the given order.

    Raises:
        PluginError: when botocore refuses the AWS configuration, of which `open_client` says so.
    """
    names = list(dict.fromkeys(regions))
    clients = [_shared_client(access, name) for name in names[::_SHARING]]
    with ThreadPoolExecutor(max_workers=max(len(names), 1)) as pool:
        futures = {
            pool.submit(_read, access, clients[at // _SHARING], name): name
            for at, name in enumerate(names)
        }
        found = {}
        for future in as_completed(futures):
            found[futures[future]] = future.result()
            if done:
                done(futures[future])
    return {name: found[name] for name in names}


def _shared_client(access: Access, region: str) -> Any | None:
    try:
        client = access.client("bedrock", region)
    except PluginError:
        raise
    except Exception:  # What is wrong with one Region's client is no fault of the others.
        return None
    prepare(client)
    return client


def _read(access: Access, client: Any | None, region: str) -> Observation:
    try:
        if client is not None:
            found = read_logging_configuration(client, region)
            if not isinstance(found, Unreadable) or found.code != WrongRegionError.__name__:
                return found
            # Nothing was sent: an own list of endpoints (AWS_DATA_PATH) ties a client to its
            # Region.
        return read_logging_configuration(access.client("bedrock", region))
    except Exception as error:  # A Region must not hide the others.
        return Unreadable(code=error_code(error), message=error_message(error))
