"""Read many Regions at once, one call each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed

from prowler_bedrock.account.access import Access
from prowler_bedrock.logging_configuration.aim import prepare
from prowler_bedrock.logging_configuration.model import Observation
from prowler_bedrock.logging_configuration.read import read_logging_configuration


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
    """
    names = list(dict.fromkeys(regions))
    if not names:
        return {}
    bedrock = access.client("bedrock", names[0])
    prepare(bedrock)
    with ThreadPoolExecutor(max_workers=len(names)) as pool:
        futures = {pool.submit(read_logging_configuration, bedrock, name): name for name in names}
        found = {}
        for future in as_completed(futures):
            found[futures[future]] = future.result()
            if done:
                done(futures[future])
    return {name: found[name] for name in names}
