"""The durable record of each change: written before it, completed after it.

One JSON file per change, readable by its owner alone, below
``<directory>/<account>/<region>/``. Schema version 1; `Record` is its documentation.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from platformdirs import user_state_path
from pydantic import BaseModel, Field, ValidationError

from prowler_bedrock import __version__
from prowler_bedrock.enable.plan import Plan
from prowler_bedrock.errors import PluginError

SCHEMA_VERSION: Literal[1] = 1
DIRECTORY_VARIABLE = "PROWLER_BEDROCK_JOURNAL_DIRECTORY"


class CreatedResource(BaseModel):
    """Something that the change created, and so may remove.

    Attributes:
        kind: what it is.
        name: the role's or log group's name; for a role policy ``<role>/<policy>``.
    """

    kind: Literal["role", "role-policy", "log-group"]
    name: str


# Given what is about to be created, a context manager around the creation.
Creating = Callable[[CreatedResource], AbstractContextManager[None]]


class Record(BaseModel):
    """One change of one account and Region.

    Attributes:
        schema_version: of this file.
        tool_version: of prowler-bedrock.
        record_id: unique; also the value of the tag ``prowler-bedrock-record`` on what is created.
        account: the 12-digit account id.
        region: the Region's name.
        started_at: when the record was written, UTC.
        earlier_configuration: ``loggingConfig`` before the change; ``None`` means logging was off.
        plan: what the change intends.
        attempted: what the change is about to create; written before each creation.
        created: what the change has created; written after each creation.
        put_configuration: ``loggingConfig`` that was sent, written before it is sent.
        result: ``None`` until the change ended.
        message: the sentence that the user saw at the end.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    tool_version: str = __version__
    record_id: str = Field(default_factory=lambda: uuid4().hex)
    account: str
    region: str
    started_at: datetime = Field(default_factory=lambda: datetime.now(timezone.utc))
    earlier_configuration: dict[str, Any] | None
    plan: Plan
    attempted: list[CreatedResource] = []
    created: list[CreatedResource] = []
    put_configuration: dict[str, Any] | None = None
    result: Literal["enabled", "failed"] | None = None
    message: str | None = None


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
        stamp = record.started_at.strftime("%Y%m%dT%H%M%SZ")
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
    def creating(self, record: Record, resource: CreatedResource) -> Iterator[None]:
        """Note a creation before it is tried, and again once it succeeded.

        Args:
            record: the record of the change.
            resource: what the block creates.

        Raises:
            PluginError: when the record can't be written.
        """
        record.attempted = [*record.attempted, resource]
        self.write(record)
        yield
        record.created = [*record.created, resource]
        self.write(record)

    def records(self, account: str, region: str) -> list[Record]:
        """Return the records of an account and Region, oldest first.

        Args:
            account: the 12-digit account id.
            region: the Region's name.

        Raises:
            PluginError: when a record is damaged or has a newer schema.
        """
        records = []
        for path in sorted((self.directory / account / region).glob("*.json")):
            try:
                records.append(Record.model_validate_json(path.read_text(encoding="utf-8")))
            except (OSError, UnicodeDecodeError, ValidationError) as error:
                raise PluginError(
                    f"The journal record {path} can't be read as schema version {SCHEMA_VERSION} "
                    "of prowler-bedrock; upgrade prowler-bedrock or move the file away."
                ) from error
        return records


def _sync_directory(directory: Path) -> None:
    if os.name == "nt":  # Windows offers no fsync of a directory.
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
