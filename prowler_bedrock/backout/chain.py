"""Which records a backout undoes together."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from prowler_bedrock.errors import PluginError
from prowler_bedrock.journal.change import Change, Kind, Resource
from prowler_bedrock.journal.record import Operation, Record

# A restore is undone only by its name, and a removal can't be.
UNDOABLE: frozenset[Operation] = frozenset(
    {"enable", "redirect", "disable", "data-types", "retention", "repair"}
)
# What succeeded at one of these and sent nothing found the configuration put by another run.
_SENDING: frozenset[Operation] = frozenset({"enable", "redirect", "disable", "data-types"})


class Chain(BaseModel):
    """The newest change that is not undone, and the other attempts at it, of runs at once too.

    Attributes:
        records: oldest first.
    """

    records: list[Record]

    @property
    def earlier_configuration(self) -> dict[str, Any] | None:
        """``loggingConfig`` before the change; ``None`` means off."""
        return self.records[-1].earlier_configuration

    @property
    def sent(self) -> list[dict[str, Any] | None]:
        """Every ``loggingConfig`` that the records may have made the Region's."""
        return [record.later_configuration for record in self.records if record.sent]

    @property
    def touched_nothing(self) -> bool:
        """True where every record failed before it changed anything."""
        return all(record.touched_nothing for record in self.records)

    def changes(self, kind: Kind) -> list[Change]:
        """Return the changes of resources of a kind that were begun, newest first.

        Args:
            kind: what the resources are.
        """
        return [
            change
            for record in reversed(self.records)
            for change in record.changes
            if change.resource.kind == kind and change.resource in record.attempted
        ]

    def by_resource(self, kind: Kind) -> dict[Resource, list[Change]]:
        """Return the changes of each resource of a kind that were begun, newest first.

        Args:
            kind: what the resources are.
        """
        found: dict[Resource, list[Change]] = {}
        for change in self.changes(kind):
            found.setdefault(change.resource, []).append(change)
        return found


def newest_chain(
    records: list[Record], record_id: str | None = None, *, past_failures: bool = False
) -> Chain | None:
    """Return what a backout of a Region undoes next, or ``None`` where nothing is left.

    Args:
        records: the Region's records, oldest first.
        record_id: the record that the user wants undone, or the beginning of its id.
        past_failures: True passes over the newest ones that failed before they changed anything,
            as naming an older record does.

    Raises:
        PluginError: when that record is not the one to undo next.
    """
    restore = _named_restore(records, record_id) if record_id else None
    if restore:
        return Chain(records=[restore])
    stack = [one for one in records if one.operation in UNDOABLE and one.restored_by is None]
    while stack and stack[-1].touched_nothing and (past_failures or _others(stack[-1], record_id)):
        stack.pop()
    if not stack:
        if record_id:
            raise PluginError(
                f"Record {record_id} can't be undone: it is undone already, a removal, or a "
                "backout that is not the newest record. `prowler-bedrock history` shows which."
            )
        return None
    chain = [stack[-1]]
    for record in reversed(stack[:-1]):
        # Another attempt from the same state: what it began belongs to the same change.
        same = record.earlier_configuration == chain[0].earlier_configuration
        joins = _of_one_change if record.result == "succeeded" else _same_attempt
        if not same or not joins(record, chain):
            break
        chain.insert(0, record)
    if record_id and not any(one.record_id.startswith(record_id) for one in chain):
        raise PluginError(
            f"Record {record_id} is not the newest change of {chain[-1].region} that is not undone "
            f"yet; back out {chain[-1].record_id} first."
        )
    return Chain(records=chain)


def _others(record: Record, record_id: str | None) -> bool:
    return record_id is not None and not record.record_id.startswith(record_id)


def _of_one_change(record: Record, chain: list[Record]) -> bool:
    """Say whether one of two runs at once, which both succeeded, put what the other one found."""
    sent_later = any(one.result == "succeeded" and one.sent for one in chain)
    return _found_done(record) or (record.sent and not sent_later and any(map(_found_done, chain)))


def _same_attempt(record: Record, chain: list[Record]) -> bool:
    """Say whether one that was broken off is of the kind of the newest.

    What one of another kind did, a repair for instance, must stay when the newest is undone.
    """
    return record.operation == chain[-1].operation


def _found_done(record: Record) -> bool:
    return record.result == "succeeded" and record.operation in _SENDING and not record.sent


def _named_restore(records: list[Record], record_id: str) -> Record | None:
    """Return the newest record where it is the restore that was named.

    Broken-off restores after it, which may be attempts to undo it, are passed over.
    """
    for record in reversed(records):
        if record.operation != "restore":
            return None
        if record.record_id.startswith(record_id):
            return record if record.restored_by is None else None
        if record.result == "succeeded":
            return None
    return None
