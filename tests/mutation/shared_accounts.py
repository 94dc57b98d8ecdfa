"""A pytest plugin for mutation testing: what a mutant's tests start runs on for the next mutant's.

Starting an embedded account, and breaking its Regions, takes longer than all the rest of a mutant.
mutmut forks a process for each mutant; what its own process started outlives them. Two mutants
must not be tried at once.
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from typing import IO

from fixtures import breakages
from fixtures.embedded_account.handle import EmbeddedAccount

_start, _break_regions = EmbeddedAccount.start, breakages.break_regions


class Borrowed(EmbeddedAccount):
    """An account that goes on when a mutant's tests are done with it."""

    @classmethod
    def start(cls, account: str = "mixed") -> EmbeddedAccount:
        """Return the account that the calling module started before, or start it."""
        process, endpoint_url, problems = _running(sys._getframe(1).f_globals["__name__"], account)
        borrowed = cls(process, endpoint_url, problems)
        # A mutant that was ended in the middle leaves its faults.
        borrowed.clear_faults()
        borrowed.clear_calls()
        return borrowed

    def stop(self) -> None:
        """Leave it running: it ends with mutmut's own process."""


@cache
def _running(module: str, account: str) -> tuple[subprocess.Popen[bytes], str, IO[bytes]]:
    started = _start(account)
    return started._process, started.endpoint_url, started._problems


_broken: dict[str, dict[str, breakages.Breakage]] = {}


def _broken_once(
    account: EmbeddedAccount, regions: list[str], ways: list[breakages.Breakage]
) -> dict[str, breakages.Breakage]:
    if account.endpoint_url not in _broken:
        _broken[account.endpoint_url] = _break_regions(account, regions, ways)
    return _broken[account.endpoint_url]


EmbeddedAccount.start = Borrowed.start  # type: ignore[method-assign]
breakages.break_regions = _broken_once
