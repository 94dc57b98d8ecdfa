"""The calls of one finding and of one scanned account, recorded with the real functions.

They run in this process, with the credentials of their own roles, against the embedded
organization.
"""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import patch
from uuid import uuid4

from benchmarks.organization.simulation import Call
from fixtures.automation import ARTIFACT, EXTERNAL_ID, HOME, SECURITY, TEMPLATES, Automation
from fixtures.embedded_account.handle import EmbeddedAccount
from fixtures.stacks import deploy
from prowler_bedrock.automation import function as automation_function
from prowler_bedrock.sweep.function import scan_account

WARM, MEMBER = "444444444444", "222222222222"
REGIONS = ("us-east-1", "eu-west-1")
_BATCH = ("GetFindings",)


class Traces(NamedTuple):
    """What was recorded; each list is in the order of the calls.

    Attributes:
        batch: the calls of each batch of findings.
        first: those of a finding whose account is new to the function's environment.
        later: those of a finding of an account that it knows.
        account: those of a scan before the Regions.
        region: those of a scan in a Region where logging is off.
        cpu: seconds of this machine's processor for one call of a finding, all of the function's
            own work shared among its calls.
        cpu_of_scan: the same for a scan.
    """

    batch: list[Call]
    first: list[Call]
    later: list[Call]
    account: list[Call]
    region: list[Call]
    cpu: float
    cpu_of_scan: float


class _Recorder:
    """Runs a function and returns the calls that it made."""

    def __init__(self, organization: EmbeddedAccount) -> None:
        self._organization = organization

    def run(
        self, work: Callable[[], Any], role_arn: str, variables: dict[str, str]
    ) -> tuple[list[Call], float]:
        arn = f"arn:aws:lambda:{HOME}:{SECURITY}:function:benchmark"
        given = self._organization.service_credentials(role_arn, "lambda.amazonaws.com", arn)
        environment = {
            **self._organization.environment(given["AccessKeyId"], given["SecretAccessKey"]),
            "AWS_SESSION_TOKEN": given["SessionToken"],
            **variables,
        }
        self._organization.clear_calls()
        with patch.dict(os.environ, environment), redirect_stdout(io.StringIO()):
            start = time.process_time()
            work()
            cpu = time.process_time() - start
        calls = [
            Call(
                one["service"],
                one["operation"],
                "security" if one["account"] == SECURITY else "member",
                one["region"],
            )
            for one in self._organization.calls()
        ]
        return calls, cpu


def record() -> Traces:
    """Record the calls in an embedded organization.

    Raises:
        RuntimeError: when a function did not do what is to be recorded.
    """
    with (
        EmbeddedAccount.start("automation") as organization,
        Automation(organization, (WARM, MEMBER), Automatic="DISABLED") as automation,
    ):
        recorder = _Recorder(organization)
        account, region, cpu_of_scan = _scan(organization, recorder)
        for one in (WARM, MEMBER):
            for name in REGIONS:
                if automation.finding(one, name)["Compliance"]["Status"] != "FAILED":
                    raise RuntimeError(f"{one} in {name} does not fail")
        first, later, cpu = _fix(automation, recorder)
    batch = [one for one in first if one.operation in _BATCH]
    return Traces(
        batch,
        [one for one in first if one.operation not in _BATCH],
        [one for one in later if one.operation not in _BATCH],
        account,
        region,
        cpu,
        cpu_of_scan,
    )


def _scan(
    organization: EmbeddedAccount, recorder: _Recorder
) -> tuple[list[Call], list[Call], float]:
    stack = deploy(
        organization,
        SECURITY,
        TEMPLATES / "sweep.yaml",
        name="prowler-bedrock-sweep",
        region=HOME,
        parameters={
            "ArtifactBucket": ARTIFACT[0],
            "ArtifactKey": ARTIFACT[1],
            "ExternalId": EXTERNAL_ID,
        },
    )
    role = f"arn:aws:iam::{SECURITY}:role/{stack.resources['ScanRole']}"
    variables = {
        "PROWLER_BEDROCK_EXTERNAL_ID": EXTERNAL_ID,
        "PROWLER_BEDROCK_REGIONS": ",".join(REGIONS),
    }

    def scan(account: str) -> Callable[[], Any]:
        return lambda: scan_account({"AccountId": account}, None)

    recorder.run(scan(WARM), role, variables)
    calls, cpu = recorder.run(scan(MEMBER), role, variables)
    in_regions = ("bedrock", "monitoring", "securityhub")
    region = [one for one in calls if one.service in in_regions and one.region == REGIONS[0]]
    account = [one for one in calls if one.service not in in_regions]
    if [one.operation for one in region][-1:] != ["BatchImportFindings"]:
        raise RuntimeError(f"the scan called {[one.operation for one in calls]}")
    return account, region, cpu / len(calls)


def _fix(automation: Automation, recorder: _Recorder) -> tuple[list[Call], list[Call], float]:
    description = automation.function.description
    context = SimpleNamespace(
        aws_request_id=str(uuid4()),
        invoked_function_arn=description.arn,
        get_remaining_time_in_millis=lambda: 300_000,
    )

    def fix(account: str, region: str) -> Callable[[], Any]:
        event = {
            "id": str(uuid4()),
            "source": "aws.securityhub",
            "detail-type": "Security Hub Findings - Imported",
            "account": SECURITY,
            "resources": [],
            "detail": {"findings": [automation.finding(account, region)]},
        }
        message = {"messageId": "m", "body": json.dumps(event, default=str), "attributes": {}}

        def work() -> None:
            answer = automation_function.handler({"Records": [message]}, context)
            if answer != {"batchItemFailures": []}:
                raise RuntimeError(f"{account} in {region} was not fixed")

        return work

    variables = description.environment
    recorder.run(fix(WARM, REGIONS[0]), description.role, variables)
    first, cpu = recorder.run(fix(MEMBER, REGIONS[0]), description.role, variables)
    later, more = recorder.run(fix(MEMBER, REGIONS[1]), description.role, variables)
    return first, later, (cpu + more) / (len(first) + len(later))
