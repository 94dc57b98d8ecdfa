"""Say at ``--log-level INFO`` which check is in charge."""

from __future__ import annotations

import logging


class _OnFirstRecord(logging.Filter):
    """Log one message before the first record that Prowler logs.

    The plugin is loaded before Prowler configures its logging, so a message logged then is lost.
    """

    def __init__(self, message: str) -> None:
        super().__init__()
        self._message = message

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through; the first one sends the message ahead."""
        root = logging.getLogger()
        root.removeFilter(self)
        root.info(self._message)
        return True


def announce(message: str) -> None:
    """Log a message at INFO as soon as Prowler's logging is configured.

    Args:
        message: one sentence.
    """
    logging.getLogger().addFilter(_OnFirstRecord(message))
