"""A pytest plugin for mutation testing: what a mutant's tests start runs on for the next mutant's.

Starting an embedded account, and breaking its Regions, takes longer than all the rest of a mutant.
mutmut forks a process for each mutant; what its own process started outlives them. Mutants that
are tried at once, as many as MUTATION_JOBS says, each have accounts to themselves.
"""

from __future__ import annotations

import fcntl
import os
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import IO

import fixtures.breakages
from fixtures.breakages import Breakage, break_regions
from fixtures.embedded_account.handle import EmbeddedAccount

JOBS = int(os.environ.get("MUTATION_JOBS", "1"))
_MUTMUT = os.getpid()
_seats = tempfile.TemporaryDirectory()
_start = EmbeddedAccount.start


@cache
def _seat(process_id: int) -> tuple[int, IO[str] | None]:
    """Return which of the accounts are this process's, and the lock that says so to the others."""
    while process_id != _MUTMUT:
        for number in range(JOBS):
            lock = (Path(_seats.name) / str(number)).open("w", encoding="utf-8")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
            else:
                return number, lock
        time.sleep(0.05)
    return 0, None


class Borrowed(EmbeddedAccount):
    """An account that goes on when a mutant's tests are done with it."""

    @classmethod
    def start(cls, account: str = "mixed") -> EmbeddedAccount:
        """Return the account that the calling module started before, or start it."""
        running = _running(sys._getframe(1).f_globals["__name__"], account)
        mine = running[_seat(os.getpid())[0]]
        # With clients of its own: a mutant's process must not share connections.
        borrowed = cls(mine._process, mine.endpoint_url, mine._problems)
        # A mutant that was ended in the middle leaves its faults.
        borrowed.clear_faults()
        borrowed.clear_calls()
        return borrowed

    def stop(self) -> None:
        """Leave it running: it ends with mutmut's own process."""


@cache
def _running(module: str, account: str) -> list[EmbeddedAccount]:
    running = [_start(account) for _ in range(JOBS)]
    _together.update({one.endpoint_url: running for one in running})
    return running


_together: dict[str, list[EmbeddedAccount]] = {}
_broken: dict[str, dict[str, Breakage]] = {}


def _broken_once(
    account: EmbeddedAccount, regions: list[str], breakages: list[Breakage]
) -> dict[str, Breakage]:
    if account.endpoint_url not in _broken:
        for one in _together[account.endpoint_url]:
            _broken[one.endpoint_url] = break_regions(one, regions, breakages)
    return _broken[account.endpoint_url]


EmbeddedAccount.start = Borrowed.start  # type: ignore[method-assign]
fixtures.breakages.break_regions = _broken_once
