"""Records as files below one directory, readable by their owner alone."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from prowler_bedrock.errors import PluginError

DIRECTORY_VARIABLE = "PROWLER_BEDROCK_JOURNAL_DIRECTORY"


class DirectoryStore:
    """Records as files below one directory.

    Args:
        directory: where to keep them.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.place = str(directory)

    def location(self, key: str) -> str:
        """Return the file of a record.

        Args:
            key: the record's key.
        """
        return str(self._directory / key)

    def save(self, key: str, text: str) -> None:
        """Write a file as a whole, and have the disk hold it.

        Args:
            key: the record's key.
            text: the record.

        Raises:
            PluginError: when it could not be written.
        """
        path = self._directory / key
        try:
            _make_directory(path.parent)
            # mkstemp makes the file with mode 0600.
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(text.encode())
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
            _sync_directory(path.parent)
        except OSError as error:
            raise PluginError(
                f"The journal record {path} could not be written ({error.strerror or error}); "
                f"make the directory writable or set JournalDirectory or {DIRECTORY_VARIABLE}."
            ) from error

    def load(self, folder: str) -> list[tuple[str, bytes]]:
        """Return the keys and contents of the files below a folder, in the order of their keys.

        Args:
            folder: ``<account>`` or ``<account>/<region>``.

        Raises:
            PluginError: when one can't be read.
        """
        paths = sorted(
            Path(directory, name)
            for directory, folders, files in os.walk(
                self._directory / folder, onerror=_refuse, followlinks=True
            )
            for name in (*folders, *files)
            if name.endswith(".json")
        )
        return [(path.relative_to(self._directory).as_posix(), _read(path)) for path in paths]

    def folders(self) -> list[str]:
        """Return the names of the directories here, sorted.

        Raises:
            PluginError: when the directory can't be read.
        """
        try:
            return sorted(path.name for path in self._directory.iterdir() if path.is_dir())
        except OSError as error:
            _refuse(error)
            return []


def _refuse(error: OSError) -> None:
    """Tell a directory that can't be read from one that is not there yet."""
    if not isinstance(error, FileNotFoundError):
        raise PluginError(
            f"The journal {error.filename} can't be read ({error.strerror or error}): make the "
            f"directory readable or set JournalDirectory or {DIRECTORY_VARIABLE}."
        ) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except IsADirectoryError as error:
        raise damaged(str(path), "it can't be read as a record") from error
    except OSError as error:
        raise PluginError(
            f"The journal record {path} can't be read ({error.strerror or error}): make the file "
            "readable for this user."
        ) from error


def damaged(location: str, why: str) -> PluginError:
    """Return the error for a record that can't be understood.

    Args:
        location: where it lies.
        why: what is wrong with it.
    """
    return PluginError(
        f"The journal record {location} is damaged ({why}): restore the file from a backup or move "
        "it away."
    )


def _make_directory(directory: Path) -> None:
    # What `mkdir` makes of parents is the umask's: whoever may write there may plant records.
    if not directory.is_dir():
        _make_directory(directory.parent)
        directory.mkdir(mode=0o700, exist_ok=True)
        _sync_directory(directory.parent)


def _sync_directory(directory: Path) -> None:
    if os.name == "nt":  # Windows offers no fsync of a directory.
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
