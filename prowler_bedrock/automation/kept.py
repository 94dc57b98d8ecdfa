"""What is asked for often and changes seldom, kept for some minutes."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by account; threads may ask at the same time, and one of them makes it.

    Args:
        seconds: how long a value is good.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._values: dict[str, tuple[float, Value]] = {}
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
            until, value = self._values.get(account, (0.0, None))
            if value is None or until <= time.monotonic():
                value = make()
                self._values[account] = (time.monotonic() + self._seconds, value)
            return value
