"""The script of the runbook's step, run as SSM Automation runs it; only the network is replaced."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
from botocore.awsrequest import AWSResponse

from tests.automation.organization import MEMBER
from tests.core.wire import answer_to
from tests.metadata.cloudformation import read_template

RUNBOOK = Path(__file__).parents[2] / "metadata" / "automation" / "runbook.yaml"
FUNCTION = "arn:aws:lambda:ap-south-1:111111111111:function:prowler-bedrock"


def step() -> Any:
    """Return the one step of the document."""
    document = read_template(RUNBOOK)["Resources"]["Document"]
    (ask,) = document["Properties"]["Content"]["mainSteps"]
    return ask


def ask(answer: dict[str, Any], error: str | None = None) -> tuple[Any, list[Any]]:
    """Return what the script makes of the function's answer, and each request with its settings.

    Args:
        answer: what the function answers.
        error: how Lambda says that the function failed.
    """
    module: dict[str, Any] = {}
    exec(compile(str(step()["inputs"]["Script"]), "ask.py", "exec"), module)
    made, sent = boto3.client, []

    def client(*arguments: Any, **named: Any) -> Any:
        found: Any = made(*arguments, **named)

        def send(request: Any) -> AWSResponse:
            sent.append((request, found.meta.config))
            given = answer_to(request, 200, json.dumps(answer).encode())
            if error:
                given.headers["X-Amz-Function-Error"] = error
            return given

        found._endpoint.http_session.send = send
        return found

    with patch.object(boto3, "client", client):
        request = {"FunctionArn": FUNCTION, "Action": "Fix", "AccountId": MEMBER}
        return module["ask"](request, None), sent
