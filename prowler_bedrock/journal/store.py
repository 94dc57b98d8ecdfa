"""What a place that keeps the texts of records must offer."""

from __future__ import annotations

from typing import Protocol


class RecordStore(Protocol):
    """A place for records; each has a key ``<account>/<region>/<name>.json``.

    Attributes:
        place: the place as a user knows it: a directory, or ``s3://<bucket>/<prefix>``.
    """

    place: str

    def location(self, key: str) -> str:
        """Return where a record lies, as a user would look it up.

        Args:
            key: the record's key.
        """

    def save(self, key: str, text: str) -> None:
        """Keep a text so that after a crash there is this or the earlier one, never half of it.

        Args:
            key: the record's key.
            text: the record.

        Raises:
            PluginError: when it could not be written; nothing must be changed then.
        """

    def load(self, folder: str) -> list[tuple[str, bytes]]:
        """Return the keys and contents below a folder, in the order of their keys.

        Args:
            folder: ``<account>`` or ``<account>/<region>``.

        Raises:
            PluginError: when one can't be read.
        """

    def folders(self) -> list[str]:
        """Return the names of the folders here, sorted; those of accounts are among them.

        Raises:
            PluginError: when the place can't be read.
        """
