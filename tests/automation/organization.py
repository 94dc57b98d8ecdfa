"""Findings, events and invocations in the shapes that AWS documents."""

import json
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from prowler_bedrock.check_id import CHECK_ID

SECURITY = "111111111111"
MEMBER = "222222222222"
REGION = "eu-west-1"
HOME = "us-east-1"
PRODUCT = f"arn:aws:securityhub:{REGION}::product/prowler/prowler"


def finding(account: str = MEMBER, region: str = REGION, **changes: Any) -> dict[str, Any]:
    """A failing finding as Prowler sends it and Security Hub completes it."""
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"prowler-{CHECK_ID}-{account}-{region}-5d1f",
        "ProductArn": f"arn:aws:securityhub:{region}::product/prowler/prowler",
        "GeneratorId": f"prowler-{CHECK_ID}",
        "AwsAccountId": account,
        "Region": region,
        "Types": ["Software and Configuration Checks"],
        "CreatedAt": "2026-11-25T08:00:00Z",
        "UpdatedAt": "2026-11-25T08:00:00Z",
        "Severity": {"Label": "MEDIUM"},
        "Title": "Bedrock model invocation logging",
        "Description": "Bedrock Model Invocation Logging is disabled.",
        "Resources": [
            {
                "Type": "Other",
                "Id": f"arn:aws:bedrock:{region}:{account}:model-invocation-logging",
                "Partition": "aws",
                "Region": region,
            }
        ],
        "Compliance": {"Status": "FAILED"},
        "RecordState": "ACTIVE",
        "Workflow": {"Status": "NEW"},
        **changes,
    }


def event(*findings: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The event that Security Hub sends for a finding."""
    given = list(findings or (finding(),))
    return {
        "version": "0",
        "id": "event-1",
        "detail-type": "Security Hub Findings - Imported",
        "source": "aws.securityhub",
        "account": SECURITY,
        "time": "2026-11-25T08:00:05Z",
        "region": HOME,
        "resources": [f"{PRODUCT}/{given[0].get('Id')}"],
        "detail": {"findings": given},
        **changes,
    }


def pressed(action: str, *findings: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The event that Security Hub sends when a person chooses a custom action."""
    changes = {
        "id": f"pressed-{action}",
        "detail-type": "Security Hub Findings - Custom Action",
        "resources": [f"arn:aws:securityhub:{HOME}:{SECURITY}:action/custom/{action}"],
        **changes,
    }
    sent = event(*findings, **changes)
    sent["detail"] |= {"actionName": action, "actionDescription": "what it does"}
    return sent


def context(seconds: float = 300) -> Any:
    """What Lambda hands over beside the event."""
    return SimpleNamespace(
        aws_request_id=str(uuid4()),
        invoked_function_arn=f"arn:aws:lambda:{HOME}:{SECURITY}:function:remediation",
        get_remaining_time_in_millis=lambda: int(seconds * 1000),
    )


def batch(*bodies: Any, count: int = 1) -> dict[str, Any]:
    """The batch that Lambda makes of the queue's messages."""
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": str(count)},
                "eventSource": "aws:sqs",
            }
            for number, body in enumerate(bodies)
        ]
    }
