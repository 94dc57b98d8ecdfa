"""What is asked for often and changes seldom, kept for some minutes."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by account; threads may ask at the same time, and one of them makes it.

    Args:
        seconds: how long a value is good.
        most: how many are kept; the one that nobody asked for the longest goes first.
    """

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds, self._most = seconds, most
        self._values: OrderedDict[str, tuple[float, Value]] = OrderedDict()
        self._locks: dict[str, Lock] = {}
        self._lock = Lock()

    def get(self, account: str, make: Callable[[], Value]) -> Value:
        """Return the value of an account.

        Args:
            account: the 12-digit account id.
            make: makes it; what this raises is raised, and nothing is kept.
        """
        with self._lock:
            lock = self._locks.setdefault(account, Lock())
        with lock:
            with self._lock:
                until, value = self._values.pop(account, (0.0, None))
            if value is None or until <= time.monotonic():
                value, until = make(), time.monotonic() + self._seconds
            with self._lock:
                self._values[account] = (until, value)
                while len(self._values) > self._most:
                    self._values.popitem(last=False)
            return value
