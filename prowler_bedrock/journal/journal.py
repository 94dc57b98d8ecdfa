"""The records below one directory: one JSON file each, readable by its owner alone.

A record lies in ``<directory>/<account>/<region>/``.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal

from platformdirs import user_state_path
from pydantic import ValidationError

from prowler_bedrock.errors import PluginError
from prowler_bedrock.journal.change import Resource
from prowler_bedrock.journal.record import SCHEMA_VERSION, Record

DIRECTORY_VARIABLE = "PROWLER_BEDROCK_JOURNAL_DIRECTORY"

# Given what is about to be created, a context manager around the creation.
Creating = Callable[[Resource], AbstractContextManager[None]]


class Journal:
    """The records below one directory.

    Args:
        directory: where to keep them; by default the variable
            ``PROWLER_BEDROCK_JOURNAL_DIRECTORY`` or the user-state directory.
    """

    def __init__(self, directory: Path | None = None) -> None:
        configured = os.environ.get(DIRECTORY_VARIABLE)
        self.directory = (
            directory
            or (Path(configured).expanduser() if configured else None)
            or user_state_path("prowler-bedrock") / "journal"
        )

    def path(self, record: Record) -> Path:
        """Return the file of a record.

        Args:
            record: a record of this journal.
        """
        stamp = record.started_at.strftime("%Y%m%dT%H%M%S.%fZ")
        name = f"{stamp}-{record.record_id}.json"
        return self.directory / record.account / record.region / name

    def write(self, record: Record) -> Path:
        """Write a record so that after a crash the file holds this or the earlier state of it.

        Args:
            record: the record in its present state.

        Returns:
            The record's file.

        Raises:
            PluginError: when it can't be written; nothing must be changed then.
        """
        path = self.path(record)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # mkstemp makes the file with mode 0600.
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(record.model_dump_json(indent=2) + "\n")
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
        return path

    @contextmanager
    def creating(self, record: Record, resource: Resource) -> Iterator[None]:
        """Note a creation before it is tried, and again once it is complete.

        Args:
            record: the record of the change.
            resource: what the block creates.

        Raises:
            PluginError: when the record can't be written.
        """
        self.attempt(record, resource)
        yield
        record.created = [*record.created, resource]
        self.write(record)

    def attempt(self, record: Record, resource: Resource) -> None:
        """Note that a resource is about to be touched.

        Args:
            record: the record of the change.
            resource: what is touched.

        Raises:
            PluginError: when the record can't be written.
        """
        record.attempted = [*record.attempted, resource]
        self.write(record)

    def end(self, record: Record, result: Literal["succeeded", "failed"], message: str) -> None:
        """Note how a change ended.

        Args:
            record: the record of the change.
            result: how it ended.
            message: what the user sees.

        Raises:
            PluginError: when the record can't be written.
        """
        record.result, record.message = result, message
        self.write(record)

    def records(self, account: str, region: str) -> list[Record]:
        """Return the records of an account and Region, oldest first.

        Args:
            account: the 12-digit account id.
            region: the Region's name.

        Raises:
            PluginError: when a record is damaged or has a newer schema.
        """
        return _read_all(sorted((self.directory / account / region).glob("*.json")))

    def account_records(self, account: str) -> list[Record]:
        """Return the records of all Regions of an account, oldest first.

        Args:
            account: the 12-digit account id.

        Raises:
            PluginError: when a record is damaged or has a newer schema.
        """
        return _read_all(sorted((self.directory / account).glob("*/*.json")))

    def accounts(self) -> list[str]:
        """Return the accounts that have a directory here."""
        if not self.directory.is_dir():
            return []
        return sorted(path.name for path in self.directory.iterdir() if path.is_dir())


def _read_all(paths: list[Path]) -> list[Record]:
    return sorted(map(_read, paths), key=lambda record: record.started_at)


def _read(path: Path) -> Record:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        version = raw.get("schema_version") if isinstance(raw, dict) else None
        if isinstance(version, int) and version > SCHEMA_VERSION:
            raise PluginError(
                f"The journal record {path} has schema version {version}, this prowler-bedrock "
                f"reads {SCHEMA_VERSION}: upgrade prowler-bedrock."
            )
        record = Record.model_validate(raw)
    except (OSError, ValueError, ValidationError, RecursionError) as error:
        raise _damaged(path, "it can't be read as a record") from error
    if (record.account, record.region) != (path.parent.parent.name, path.parent.name):
        raise _damaged(path, f"it is a record of account {record.account} in {record.region}")
    return record


def _damaged(path: Path, why: str) -> PluginError:
    return PluginError(
        f"The journal record {path} is damaged ({why}): restore the file from a backup or move it "
        "away."
    )


def _sync_directory(directory: Path) -> None:
    if os.name == "nt":  # Windows offers no fsync of a directory.
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
