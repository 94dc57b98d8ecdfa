"""The state machine of the sweep's template: linted, and run over an embedded organization.

moto interprets the state machine, with every invocation of Lambda led to the function itself. It
counts the items that fail, but ends no execution for them, and knows no Express children.
"""

from __future__ import annotations

import importlib
import io
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from fixtures.embedded_account.handle import EmbeddedAccount
from tests.metadata.cloudformation import findings_of_cfn_lint, read_template
from tests.sweep.organization import (
    MANAGEMENT,
    OFF,
    ON,
    UNUSED,
    USED,
    WITHOUT_ROLE,
    settings,
)

FILE = Path(__file__).parents[2] / "metadata/automation/sweep.yaml"
WORK = "sweep-work"
# An execution takes a few.
SECONDS = 120
VALUES = {
    "Bucket": WORK,
    "AWS::Partition": "aws",
    "ListFunction.Arn": "arn:aws:lambda:us-east-1:123456789012:function:ListFunction",
    "ScanFunction.Arn": "arn:aws:lambda:us-east-1:123456789012:function:ScanFunction",
    "MaxConcurrency": "2",
    "ToleratedFailurePercentage": "10.0",
}


@pytest.fixture(scope="module")
def template() -> Any:
    return read_template(FILE)


@pytest.fixture(scope="module")
def definition(template: Any) -> str:
    text = template["Resources"]["StateMachine"]["Properties"]["DefinitionString"]["Fn::Sub"]
    return re.sub(r"\$\{([^}]+)\}", lambda found: VALUES[found[1]], text)


def test_the_definition_passes_cfn_lint_with_its_values(template: Any, definition: str) -> None:
    # Behind Fn::Sub cfn-lint does not look into it.
    role = {"Type": "String"}
    machine = template["Resources"]["StateMachine"]
    properties = {"RoleArn": {"Ref": "Role"}, "DefinitionString": definition}

    def lint(properties: dict[str, Any]) -> list[str]:
        resources = {"StateMachine": {**machine, "Properties": properties}}
        return findings_of_cfn_lint(
            json.dumps({"Parameters": {"Role": role}, "Resources": resources})
        )

    assert lint(properties) == []
    broken = definition.replace('"Type": "Succeed"', '"Type": "Success"')
    assert lint({**properties, "DefinitionString": broken}) != [], "cfn-lint does look into it"


class Lambda:
    """Stands in for boto3's client: calls the function that the template names."""

    def __init__(self, template: Any, before: Callable[[str, Any], None]) -> None:
        self._template, self._before = template, before

    def invoke(self, *, FunctionName: str, Payload: Any) -> dict[str, Any]:  # noqa: N803
        name, event = FunctionName.rpartition(":")[2], json.loads(Payload)
        self._before(name, event)
        handler = self._template["Resources"][name]["Properties"]["Handler"]
        module, _, function = handler.rpartition(".")
        answer = getattr(importlib.import_module(module), function)(event, SimpleNamespace())
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(answer).encode())}


@pytest.fixture
def run(
    organization: EmbeddedAccount, template: Any, definition: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Any]]:
    """Run the state machine to its end; returns the execution and its map run."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils

    variables = template["Resources"]["ListFunction"]["Properties"]["Environment"]["Variables"]
    assert set(variables) == {"PROWLER_BEDROCK_BUCKET", "PROWLER_BEDROCK_EXCLUDED_ACCOUNTS"}
    organization.client("s3", "us-east-1").create_bucket(Bucket=WORK)

    def execute(before: Callable[[str, Any], None] = lambda *_: None, **more: str) -> Any:
        client = lambda **_: Lambda(template, before)  # noqa: E731
        monkeypatch.setattr(lambda_eval_utils, "boto_client_for", client)
        config: Any = {"stepfunctions": {"execute_state_machine": True}}
        with (
            mock_aws(config=config),
            settings(organization, BUCKET=WORK, REGIONS=f"{USED},{UNUSED}", **more),
        ):
            # Not the embedded account: moto's own, in this process.
            states = boto3.client(
                "stepfunctions", endpoint_url="https://states.us-east-1.amazonaws.com"
            )
            machine = states.create_state_machine(
                name="sweep",
                definition=definition.replace('"EXPRESS"', '"STANDARD"'),
                roleArn="arn:aws:iam::123456789012:role/Sweep",
            )["stateMachineArn"]
            arn = states.start_execution(stateMachineArn=machine, name="first", input="{}")[
                "executionArn"
            ]
            deadline = time.monotonic() + SECONDS
            while (execution := states.describe_execution(executionArn=arn))["status"] == "RUNNING":
                assert time.monotonic() < deadline, f"still running after {SECONDS} s: {execution}"
                time.sleep(0.2)
            runs = states.list_map_runs(executionArn=arn)["mapRuns"]
            return execution, [states.describe_map_run(mapRunArn=one["mapRunArn"]) for one in runs]

    yield execute


def test_every_account_is_scanned_and_one_that_fails_does_not_stop_the_others(
    organization: EmbeddedAccount, run: Callable[..., Any]
) -> None:
    organization.clear_calls()
    execution, (map_run,) = run(EXCLUDED_ACCOUNTS=MANAGEMENT)
    assert execution["status"] == "SUCCEEDED", execution
    counts = map_run["itemCounts"]
    assert (counts["total"], counts["succeeded"], counts["failed"]) == (3, 2, 1)
    assert map_run["maxConcurrency"] == 2
    assert map_run["toleratedFailurePercentage"] == 10
    s3 = organization.client("s3", "us-east-1")
    items = json.loads(s3.get_object(Bucket=WORK, Key="accounts/first.json")["Body"].read())
    assert [one["AccountId"] for one in items] == [OFF, ON, WITHOUT_ROLE]
    results = s3.list_objects_v2(Bucket=WORK, Prefix="results/")["Contents"]
    assert [one["Key"].endswith("/manifest.json") for one in results] == [True]
    sent = organization.calls(operation="BatchImportFindings")
    assert sorted((call["account"], call["region"]) for call in sent) == [
        (account, region) for account in (OFF, ON) for region in (USED, UNUSED)
    ]


def test_a_throttled_function_is_called_again(run: Callable[..., Any]) -> None:
    throttled = []

    def before(name: str, event: Any) -> None:
        if name == "ScanFunction" and event["AccountId"] == ON and not throttled:
            throttled.append(event)
            error = {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."}
            answer: Any = {"HTTPStatusCode": 429, "RequestId": "1"}
            raise ClientError({"Error": error, "ResponseMetadata": answer}, "Invoke")

    _, (map_run,) = run(before, EXCLUDED_ACCOUNTS=f"{MANAGEMENT} {WITHOUT_ROLE}")
    assert throttled == [{"AccountId": ON}]
    assert map_run["itemCounts"]["succeeded"] == 2


def test_a_list_that_fails_ends_the_execution_with_its_cause(run: Callable[..., Any]) -> None:
    execution, map_runs = run(EXCLUDED_ACCOUNTS="12")
    assert execution["status"] == "FAILED"
    assert execution["error"] == "ListingFailed"
    assert execution["cause"].startswith("PROWLER_BEDROCK_EXCLUDED_ACCOUNTS.0: String should")
    assert map_runs == []


def test_the_roles_allow_what_the_functions_call(
    organization: EmbeddedAccount, run: Callable[..., Any], template: Any
) -> None:
    organization.clear_calls()
    run(EXCLUDED_ACCOUNTS=f"{MANAGEMENT} {WITHOUT_ROLE}")
    called = {
        f"{call['service']}:{call['operation']}"
        for call in organization.calls()
        if call["account"] == MANAGEMENT and call["operation"] != "GetCallerIdentity"
    }
    allowed: set[str] = set()
    for name in ("ListRole", "ScanRole"):
        (policy,) = template["Resources"][name]["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = statement["Action"]
            allowed |= {actions} if isinstance(actions, str) else set(actions)
    # The state machine itself reads the list and writes the results.
    called -= {"s3:GetObject"}
    assert called == {one for one in allowed if not one.startswith("logs:")}
