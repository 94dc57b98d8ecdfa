"""What an event or a request asks for.

Source: https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
(events); the requests are this project's own, for SSM Automation and for people.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal

from prowler_bedrock.account.access import AccountId
from prowler_bedrock.automation.finding import Finding, parse_finding
from prowler_bedrock.automation.refusal import LeftAloneError, RefusedError
from prowler_bedrock.automation.settings import Action
from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.errors import sentences
from prowler_bedrock.fixes import FIXES
from prowler_bedrock.functions.environment import RegionName

IMPORTED = "Security Hub Findings - Imported"
CUSTOM_ACTION = "Security Hub Findings - Custom Action"
# Ids of the custom actions; Security Hub takes at most 20 letters and digits.
FIX_ACTION = "BedrockLoggingFix"
BACK_OUT_ACTION = "BedrockLoggingUndo"
# What the automation writes into a finding's ``UserDefinedFields``.
OUTCOME_FIELD, HANDLED_FIELD = "prowler-bedrock-outcome", "prowler-bedrock-handled"


class Task(BaseModel):
    """One thing to do in one account and Region.

    Attributes:
        task_id: of the event or request; two deliveries of one event share it.
        action: ``Fix`` or ``BackOut``.
        account: the 12-digit account id.
        region: the Region's name.
        check_id: the CheckID.
        automatic: True where no person asked for it.
        finding: the finding, where there is one.
    """

    task_id: str
    action: Action
    account: str
    region: str
    check_id: str
    automatic: bool = False
    finding: Finding | None = None

    @property
    def key(self) -> str:
        """What its deliveries share, and no other task: an event may hold several findings."""
        return f"{self.task_id}/{self.check_id}"


class _Event(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    id: str
    source: str
    account: str
    resources: list[str] = []
    detail_type: Annotated[str, Field(alias="detail-type")]
    detail: dict[str, Any]


class _Request(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_pascal, extra="forbid", strict=True, populate_by_name=False
    )

    action: Action
    account_id: AccountId | None = None
    region: RegionName | None = None
    check_id: Annotated[str, Field(alias="CheckID")] = CHECK_ID
    finding: dict[str, Any] | str | None = None


class NotAnEventError(Exception):
    """A message is no event at all; the queue gives it up to the dead-letter queue."""


def tasks_of_event(event: object, account: str) -> list[Task]:
    """Return what an event of Security Hub asks for: one task for each finding.

    Args:
        event: the event, as EventBridge delivers it.
        account: the 12-digit id of the security account; events of others are taken only about
            a finding of their own.

    Raises:
        NotAnEventError: when it has not the form of an event.
        RefusedError: when it is of another source, account or type, or its finding is not ours.
        LeftAloneError: when it only reports what this automation wrote on the finding.
    """
    try:
        parsed = _Event.model_validate(event)
    except ValidationError as error:
        raise NotAnEventError(" ".join(sentences(error, [], "the event"))) from error
    if parsed.source != "aws.securityhub":
        raise RefusedError(f"The event is of {parsed.source}, expected aws.securityhub.")
    action, automatic = _action(parsed)
    found = parsed.detail.get("findings")
    if not isinstance(found, list) or not found:
        raise NotAnEventError("the event holds no findings")
    findings = [parse_finding(one) for one in found]
    # AWS does not say which of the two an event about a member's finding names.
    own = all(one.aws_account_id == parsed.account for one in findings)
    if parsed.account != account and not own:
        raise RefusedError(
            f"The event is of account {parsed.account}, expected {account} or the account of its "
            "finding."
        )
    if automatic and all(map(_reports_own_update, findings)):
        raise LeftAloneError("duplicate", "The event reports this automation's own update.")
    return [_task(parsed.id, action, automatic, finding) for finding in findings]


def task_of_request(request: object, request_id: str) -> Task:
    """Return what a direct request asks for.

    Args:
        request: ``Action`` (``Fix`` or ``BackOut``) and either ``Finding`` (ASFF, as JSON text or
            structure) or ``AccountId`` and ``Region``, with ``CheckID`` where it is not
            `CHECK_ID`. Empty members count as missing.
        request_id: of the invocation.

    Raises:
        RefusedError: when it is not such a request; the text names the member.
    """
    given = request
    if isinstance(request, dict):
        # SSM hands over every parameter of a runbook.
        given = {name: value for name, value in request.items() if value != ""}
    try:
        parsed = _Request.model_validate(given)
    except ValidationError as error:
        names = [str(field.alias) for field in _Request.model_fields.values()]
        raise RefusedError(" ".join(sentences(error, names, "the request"))) from error
    if parsed.finding is not None:
        if parsed.account_id or parsed.region:
            raise RefusedError("Give either Finding or AccountId and Region, not both.")
        return _task(request_id, parsed.action, False, parse_finding(_structure(parsed.finding)))
    if not parsed.account_id or not parsed.region:
        raise RefusedError("AccountId and Region: both are needed where no Finding is given.")
    if parsed.check_id not in FIXES:
        raise RefusedError(
            f"CheckID: expected one of {', '.join(FIXES)} (got {parsed.check_id!r})."
        )
    return Task(
        task_id=request_id,
        action=parsed.action,
        account=parsed.account_id,
        region=parsed.region,
        check_id=parsed.check_id,
    )


def _action(event: _Event) -> tuple[Action, bool]:
    if event.detail_type == IMPORTED:
        return "Fix", True
    name = event.resources[0].rpartition(":action/custom/")[2] if event.resources else ""
    actions: dict[str, Action] = {FIX_ACTION: "Fix", BACK_OUT_ACTION: "BackOut"}
    if event.detail_type == CUSTOM_ACTION and name in actions:
        return actions[name], False
    raise RefusedError(
        f"The event {event.detail_type!r} ({name or 'no action'}) is not one of ours."
    )


def _task(task_id: str, action: Action, automatic: bool, finding: Finding) -> Task:
    return Task(
        task_id=task_id,
        action=action,
        account=finding.aws_account_id,
        region=finding.region,
        check_id=finding.check_id,
        automatic=automatic,
        finding=finding,
    )


def _reports_own_update(finding: Finding) -> bool:
    handled = finding.user_defined_fields.get(HANDLED_FIELD)
    return handled == finding.updated_at.isoformat()


def _structure(finding: dict[str, Any] | str) -> object:
    if not isinstance(finding, str):
        return finding
    try:
        return json.loads(finding)
    except (ValueError, RecursionError) as error:
        raise RefusedError(f"Finding: expected a finding as JSON ({error}).") from error
