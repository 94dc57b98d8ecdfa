"""The journal: one record for each change, in a directory or a bucket.

A record lies in ``<account>/<region>/``, in a file of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from prowler_bedrock.account.access import ACCOUNT_ID
from prowler_bedrock.errors import AwsCallError, PluginError, nothing_changed_on_error
from prowler_bedrock.journal.change import Resource
from prowler_bedrock.journal.directory_store import DirectoryStore, damaged
from prowler_bedrock.journal.record import SCHEMA_VERSION, Record
from prowler_bedrock.journal.store import RecordStore


@dataclass
class Creation:
    """What became of a creation while it goes on.

    Attributes:
        stands: True once something stands, or may stand, whatever becomes of the rest.
    """

    stands: bool = False


# Given what is about to be created, a context manager around the creation.
Creating = Callable[[Resource], AbstractContextManager[Creation]]


class Journal:
    """The records of one place.

    Args:
        place: a directory or another store.

    Attributes:
        place: where the records are, as a user knows it.
    """

    def __init__(self, place: Path | RecordStore) -> None:
        if isinstance(place, Path):
            place = DirectoryStore(place)
        self._store = place
        self.place = place.place

    def location(self, record: Record) -> str:
        """Return where a record lies, as a user would look it up.

        Args:
            record: a record of this journal.
        """
        return self._store.location(_key(record))

    def write(self, record: Record) -> None:
        """Write a record so that after a crash there is this or the earlier state of it.

        Args:
            record: the record in its present state.

        Raises:
            PluginError: when it can't be written; nothing must be changed then.
        """
        self._store.save(_key(record), record.model_dump_json(indent=2) + "\n")

    def begin(self, record: Record) -> None:
        """Write a record for the first time, as the newest of its Region.

        The clocks of two machines that share a journal may differ: by its own clock a record could
        come before one that it follows, and the wrong one of the two be undone.

        Args:
            record: the record, whose time may be moved.

        Raises:
            PluginError: when it can't be written, or those before it can't be read; nothing must
                be changed then.
        """
        earlier = self.records(record.account, record.region)
        if earlier and earlier[-1].started_at >= record.started_at:
            record.started_at = earlier[-1].started_at + timedelta(microseconds=1)
        self.write(record)

    @contextmanager
    def creating(self, record: Record, resource: Resource) -> Iterator[Creation]:
        """Note a creation before it is tried, and again once it is complete.

        What the plugin or AWS refused to create is not noted any more: what stands there later is
        someone else's.

        Args:
            record: the record of the change.
            resource: what the block creates.

        Raises:
            PluginError: when the record can't be written.
        """
        self.attempt(record, resource)
        creation = Creation()
        try:
            yield creation
        except PluginError as error:
            may_stand = isinstance(error, AwsCallError) and not error.refused
            if not creation.stands and not may_stand:
                self.withdraw(record, resource)
            raise
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
        before = record.attempted
        record.attempted = [*before, resource]
        try:
            self.write(record)
        except PluginError:
            # It is not touched then, and a later write must not say so.
            record.attempted = before
            raise

    @contextmanager
    def changing(self, record: Record, resource: Resource) -> Iterator[None]:
        """Note that the block touches a resource, and take that back where AWS refuses its call.

        What someone makes of it later is theirs then.

        Args:
            record: the record of the change; it may have noted the resource already.
            resource: what is touched.

        Raises:
            PluginError: when the record can't be written, or what the block raised.
        """
        begun = resource not in record.attempted
        if begun:
            self.attempt(record, resource)
        try:
            yield
        except AwsCallError as error:
            if begun and error.refused:
                self.withdraw(record, resource)
            raise

    def withdraw(self, record: Record, resource: Resource) -> None:
        """Note that a resource was not touched after all.

        Args:
            record: the record of the change.
            resource: what `attempt` was told.
        """
        record.attempted = [one for one in record.attempted if one != resource]
        # The error that led here is what the user must see; the end of the change is written too.
        with suppress(PluginError):
            self.write(record)

    def end(self, record: Record, result: Literal["succeeded", "failed"], message: str) -> str:
        """Note how a change ended; it ended so whether or not that can be written.

        Args:
            record: the record of the change.
            result: how it ended.
            message: what the user sees.

        Returns:
            What to add to the message: nothing, or that the record is without its end.
        """
        record.result, record.message = result, message
        try:
            self.write(record)
        except PluginError as error:
            return _without_end(error, message)
        return ""

    @contextmanager
    def making(self, record: Record) -> Iterator[None]:
        """Write a record, and note that its change failed where the block, which makes it, does.

        Args:
            record: the record of the change.

        Raises:
            PluginError: when the record can't be written, before the block is entered, or what the
                block raised, as `failing` does.
        """
        with nothing_changed_on_error():
            self.begin(record)
        with self.failing(record):
            yield

    @contextmanager
    def failing(self, record: Record) -> Iterator[None]:
        """Note that a change failed where the block, which makes it, raises that.

        Args:
            record: the record of the change.

        Raises:
            PluginError: what the block raised, with what it leaves and what `end` adds to it.
        """
        try:
            yield
        except PluginError as error:
            message = f"{error}{_left(record)}"
            message += self.end(record, "failed", message)
            raise PluginError(message) from error

    def records(self, account: str, region: str) -> list[Record]:
        """Return the records of an account and Region, oldest first.

        Args:
            account: the 12-digit account id.
            region: the Region's name.

        Raises:
            PluginError: when a record is damaged or has a newer schema.
        """
        return self._read_all(f"{account}/{region}")

    def account_records(self, account: str) -> list[Record]:
        """Return the records of all Regions of an account, oldest first.

        Args:
            account: the 12-digit account id.

        Raises:
            PluginError: when a record is damaged or has a newer schema.
        """
        return self._read_all(account)

    def accounts(self) -> list[str]:
        """Return the accounts that have records here.

        Raises:
            PluginError: when the place can't be read.
        """
        # Other folders are someone else's, such as an editor's.
        return [name for name in self._store.folders() if ACCOUNT_ID.fullmatch(name)]

    def _read_all(self, folder: str) -> list[Record]:
        records = [self._parse(key, content) for key, content in self._store.load(folder)]
        return sorted(records, key=lambda record: record.started_at)

    def _parse(self, key: str, content: bytes) -> Record:
        location = self._store.location(key)
        try:
            raw = json.loads(content)
            version = raw.get("schema_version") if isinstance(raw, dict) else None
            if isinstance(version, int) and version > SCHEMA_VERSION:
                raise PluginError(
                    f"The journal record {location} has schema version {version}, this "
                    f"prowler-bedrock reads {SCHEMA_VERSION}: upgrade prowler-bedrock."
                )
            record = Record.model_validate(raw)
        except (ValueError, ValidationError, RecursionError) as error:
            raise damaged(location, "it can't be read as a record") from error
        if [record.account, record.region] != key.split("/")[:2]:
            raise damaged(
                location, f"it is a record of account {record.account} in {record.region}"
            )
        if key != _key(record):
            # A copy would be undone a second time; which of the two is newer, only a look tells.
            raise PluginError(
                f"The journal record {location} is a copy, or has another name than its own: keep "
                f"the newer of it and {self.location(record)} under that name, and move the other "
                "one away."
            )
        return record


def _without_end(error: PluginError, message: str) -> str:
    # The cause is not repeated.
    stop = "" if message.endswith(".") else "."
    cause = "" if str(error) in message else f" {error}"
    return f"{stop}{cause} The record stays without its end; what it holds is enough for a backout."


def _left(record: Record) -> str:
    if record.operation == "remove":
        return ""  # Each thing that stays is told by itself.
    if not record.attempted:
        return " Nothing was changed."
    begun = ", ".join(dict.fromkeys(f"{one.kind} {one.name}" for one in record.attempted))
    return f" Begun by then: {begun} (record {record.short_id}); another run goes on from there."


def _key(record: Record) -> str:
    stamp = record.started_at.strftime("%Y%m%dT%H%M%S.%fZ")
    return f"{record.account}/{record.region}/{stamp}-{record.record_id}.json"
