"""Read and update findings of the organization from its Security Hub administrator account.

Source: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html (20 values
for a filter; 3 calls a second) and
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindings.html;
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html (50 fields).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from prowler_bedrock.automation.finding import Finding, FindingKey
from prowler_bedrock.automation.task import HANDLED_FIELD, OUTCOME_FIELD
from prowler_bedrock.errors import AwsCallError, aws_call
from prowler_bedrock.text import one_line, shortened

GET_ACTION = "securityhub:GetFindings"
UPDATE_ACTION = "securityhub:BatchUpdateFindings"
LONGEST_NOTE = 512
MOST_VALUES = 20
MOST_FIELDS = 50
UPDATED_BY = "prowler-bedrock"

Workflow = Literal["NOTIFIED", "RESOLVED"]


def current_findings(
    security_hub: Any, findings: Iterable[Finding]
) -> dict[FindingKey, dict[str, Any]]:
    """Return what Security Hub holds now of some findings, with as few calls as it allows.

    Args:
        security_hub: a boto3 ``securityhub`` client of the aggregation Region.
        findings: the findings.

    Returns:
        `Finding.key` to the finding in ASFF; those that do not exist are missing.

    Raises:
        AwsCallError: when Security Hub refuses the call.
    """
    ids = list(dict.fromkeys(finding.id for finding in findings))
    found: dict[FindingKey, dict[str, Any]] = {}
    for start in range(0, len(ids), MOST_VALUES):
        filters = [
            {"Value": one, "Comparison": "EQUALS"} for one in ids[start : start + MOST_VALUES]
        ]
        with aws_call(GET_ACTION):
            pages = security_hub.get_paginator("get_findings").paginate(Filters={"Id": filters})
            for page in pages:
                found |= {
                    (one["Id"], one["ProductArn"], one["AwsAccountId"]): one
                    for one in page["Findings"]
                }
    return found


def update_finding(
    security_hub: Any,
    finding: Finding,
    standing: dict[str, Any],
    *,
    outcome: str,
    text: str,
    workflow: Workflow | None,
) -> None:
    """Write on a finding what became of it; the customers' other fields stay.

    Where they leave no room for the automation's own, the note and the status alone are written.

    Args:
        security_hub: a boto3 ``securityhub`` client of the aggregation Region.
        finding: the finding.
        standing: what Security Hub holds of it now, in ASFF.
        outcome: one word.
        text: for the note; cut to what a note can hold.
        workflow: its new workflow status; ``None`` leaves it.

    Raises:
        AwsCallError: when Security Hub refuses the update.
    """
    fields = _fields(standing)
    fields |= {OUTCOME_FIELD: outcome, HANDLED_FIELD: finding.updated_at.isoformat()}
    more: dict[str, Any] = {"UserDefinedFields": fields} if has_room(standing) else {}
    if workflow:
        more["Workflow"] = {"Status": workflow}
    retrying = Retrying(
        retry=retry_if_exception(_concurrent),
        stop=stop_after_attempt(4),
        wait=wait_random_exponential(multiplier=0.5, max=4),
        reraise=True,
    )

    def update() -> None:
        with aws_call(UPDATE_ACTION):
            answer = security_hub.batch_update_findings(
                FindingIdentifiers=[{"Id": finding.id, "ProductArn": finding.product_arn}],
                Note={"Text": note_text(text), "UpdatedBy": UPDATED_BY},
                **more,
            )
            for refused in answer.get("UnprocessedFindings", []):
                raise AwsCallError(
                    UPDATE_ACTION, None, refused["ErrorCode"], refused["ErrorMessage"]
                )

    retrying(update)


def has_room(standing: dict[str, Any]) -> bool:
    """Return whether a finding can hold the automation's own ``UserDefinedFields``.

    Args:
        standing: what Security Hub holds of it now, in ASFF.

    Raises:
        AwsCallError: when it is of another shape than documented.
    """
    return len(_fields(standing).keys() | {OUTCOME_FIELD, HANDLED_FIELD}) <= MOST_FIELDS


def is_suppressed(standing: dict[str, Any]) -> bool:
    """Return whether a person suppressed a finding.

    Args:
        standing: what Security Hub holds of it now, in ASFF.

    Raises:
        AwsCallError: when it is of another shape than documented.
    """
    with aws_call(GET_ACTION):
        return bool((standing.get("Workflow") or {}).get("Status") == "SUPPRESSED")


def _fields(standing: dict[str, Any]) -> dict[str, str]:
    with aws_call(GET_ACTION):
        return dict(standing.get("UserDefinedFields") or {})


def note_text(text: str) -> str:
    """Return a text that a note can hold.

    Args:
        text: the text.
    """
    return shortened(one_line(" ".join(text.split())), LONGEST_NOTE)


def _concurrent(error: BaseException) -> bool:
    return isinstance(error, AwsCallError) and error.code == "ConcurrentUpdateError"
