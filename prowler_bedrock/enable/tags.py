"""The tags that mark what the plugin created, and by which journal record."""

from __future__ import annotations

MANAGED_TAG = "prowler-bedrock"
RECORD_TAG = "prowler-bedrock-record"


def tags_of_record(record_id: str) -> dict[str, str]:
    """Return the tags of something that a record's change creates.

    Args:
        record_id: of the journal record.
    """
    return {MANAGED_TAG: "created", RECORD_TAG: record_id}
