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

import fixtures.breakages
from fixtures.breakages import Breakage, break_regions
from fixtures.embedded_account.handle import EmbeddedAccount

_start = EmbeddedAccount.start


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


_broken: dict[str, dict[str, Breakage]] = {}


def _broken_once(
    account: EmbeddedAccount, regions: list[str], breakages: list[Breakage]
) -> dict[str, Breakage]:
    if account.endpoint_url not in _broken:
        _broken[account.endpoint_url] = break_regions(account, regions, breakages)
    return _broken[account.endpoint_url]


EmbeddedAccount.start = Borrowed.start  # type: ignore[method-assign]
fixtures.breakages.break_regions = _broken_once
