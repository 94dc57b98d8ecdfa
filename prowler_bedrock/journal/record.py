"""One record of the journal; this model is the documentation of its file.

Source of the configurations' shape: Amazon Bedrock API Reference, LoggingConfig
(https://docs.aws.amazon.com/bedrock/latest/APIReference/API_LoggingConfig.html).
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Literal
from uuid import uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from prowler_bedrock import __version__
from prowler_bedrock.account.access import AccountId
from prowler_bedrock.journal.change import Change, Resource
from prowler_bedrock.logging_configuration.model import LoggingConfiguration

SCHEMA_VERSION: Literal[1] = 1

Operation = Literal[
    "enable", "redirect", "disable", "data-types", "retention", "repair", "restore", "remove"
]


class Record(BaseModel):
    """One change of one account and Region.

    Attributes:
        schema_version: of this file.
        tool_version: of prowler-bedrock.
        record_id: unique; also the value of the tag ``prowler-bedrock-record`` on what is created.
        account: the 12-digit account id.
        region: the Region's name.
        operation: ``enable``, ``redirect`` (to another destination), ``disable``, ``data-types``
            (all turned on), ``retention`` (of the log group raised), ``repair`` (of what was
            created), ``restore`` (of what other records hold) or ``remove`` (of what other
            records created).
        started_at: when the record was first written, UTC; after that of every older record of the
            Region, whatever the clock says.
        earlier_configuration: ``loggingConfig`` before the change; ``None`` means logging was off.
        later_configuration: ``loggingConfig`` that the change puts; ``None`` means off.
        changes: everything else that the change intends to touch, with its earlier state.
        attempted: what the change has begun to touch; written before each call, and taken out
            again where AWS refused that call.
        created: what the change has created; written after the last call for it.
        restores: ids of the records that a ``restore`` undoes.
        restored_by: id of the record that undid this one.
        result: ``None`` until the change ended.
        message: the sentences that the user saw at the end.
    """

    # A file with members that this version does not know was not written by this schema.
    model_config = ConfigDict(extra="forbid")

    schema_version: Literal[1] = SCHEMA_VERSION
    tool_version: str = __version__
    record_id: str = Field(default_factory=lambda: uuid4().hex)
    account: AccountId
    region: str = Field(pattern=r"^[a-z0-9-]+$")
    operation: Operation = "enable"
    started_at: AwareDatetime = Field(default_factory=lambda: datetime.now(timezone.utc))
    earlier_configuration: dict[str, Any] | None
    later_configuration: dict[str, Any] | None
    changes: list[Change] = []
    attempted: list[Resource] = []
    created: list[Resource] = []
    restores: list[str] = []
    restored_by: str | None = None
    result: Literal["succeeded", "failed"] | None = None
    message: str | None = None

    @field_validator("earlier_configuration", "later_configuration")
    @classmethod
    def _as_the_api_has_it(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        if value is not None:
            LoggingConfiguration.model_validate(value)
        return value

    @property
    def short_id(self) -> str:
        """The beginning of the id, as sentences and `history` show it."""
        return self.record_id[:12]

    @property
    def start_in_words(self) -> str:
        """When the change began, as sentences say it."""
        return f"{self.started_at:%Y-%m-%d %H:%M:%S} UTC"

    @property
    def configuration(self) -> Resource:
        """The Region's logging configuration, as `attempted` names it."""
        return Resource(kind="logging-configuration", name=self.region)

    @property
    def sent(self) -> bool:
        """True where `later_configuration` was sent, or may have been."""
        return self.configuration in self.attempted

    @property
    def touched_nothing(self) -> bool:
        """True where it failed before it changed anything."""
        return self.result == "failed" and not self.attempted

    @property
    def all_changes(self) -> list[Change]:
        """All that the change touches, the logging configuration last."""
        configuration = Change(
            resource=self.configuration,
            earlier=self.earlier_configuration,
            later=self.later_configuration,
        )
        return [*self.changes, configuration]


def begun_last(records: list[Record], resource: Resource) -> list[Record]:
    """Return the records that began a resource, and after which none completed or removed it.

    Args:
        records: oldest first.
        resource: what was begun.
    """
    begun: list[Record] = []
    for record in records:
        removed = record.operation == "remove" and record.result == "succeeded"
        if resource in record.created or (removed and resource in record.attempted):
            begun = []
        elif resource in record.attempted and record.operation != "remove":
            begun.append(record)
    return begun
