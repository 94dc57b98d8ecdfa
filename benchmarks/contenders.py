"""Who does what: the commands of each contender for each task.

Cloud Custodian's resource for the filter and the action is the account, of which a run visits one
Region, so its commands are a loop like those of the AWS CLI.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import yaml

from benchmarks.account import LOG_GROUP, ROLE_ARN

OWN = Path(sys.executable).parent
OTHERS = Path(__file__).parents[1] / ".venv-benchmark" / "bin"
CONFIGURATION = {
    "cloudWatchConfig": {"logGroupName": LOG_GROUP, "roleArn": ROLE_ARN},
    "textDataDeliveryEnabled": True,
}
_OFF = {"type": "bedrock-model-invocation-logging", "count": 0}
_SET = "set-bedrock-model-invocation-logging"
POLICIES: dict[str, dict[str, object]] = {
    "status": {"filters": [_OFF]},
    "enable": {
        "filters": [_OFF],
        "actions": [{"type": _SET, "enabled": True, "loggingConfig": CONFIGURATION}],
    },
    "backout": {"actions": [{"type": _SET, "enabled": False}]},
}
# Reading, turning on, and back to what was before, which is off.
TASKS = tuple(POLICIES)


class Contender(NamedTuple):
    """One way to do the tasks.

    Attributes:
        name: what the tables call it.
        commands: given task and Regions, what is run one after the other.
        statuses: the exit statuses that are right.
    """

    name: str
    commands: Callable[[str, list[str]], list[list[str]]]
    statuses: tuple[int, ...] = (0,)


def contenders(folder: Path) -> list[Contender]:
    """Return all of them.

    Args:
        folder: for Custodian's policies and output.
    """
    for task, policy in POLICIES.items():
        named = {"policies": [{"name": task, "resource": "aws.account", **policy}]}
        (folder / f"{task}.yaml").write_text(yaml.safe_dump(named), encoding="utf-8")

    def own(task: str, regions: list[str]) -> list[list[str]]:
        named = [f"--region={region}" for region in regions]
        given = ["--delivery-role-arn", ROLE_ARN, "--log-group-name", LOG_GROUP]
        return [[str(OWN / "prowler-bedrock"), task, *named, *(given if task == "enable" else [])]]

    def custodian(task: str, regions: list[str]) -> list[list[str]]:
        return [
            [
                str(OTHERS / "custodian"), "run", "--output-dir", str(folder / "custodian"),
                "--cache-period", "0", "--region", region, str(folder / f"{task}.yaml"),
            ]
            for region in regions
        ]  # fmt: skip

    def aws_cli(task: str, regions: list[str]) -> list[list[str]]:
        verb = {"status": "get", "enable": "put", "backout": "delete"}[task]
        given = ["--logging-config", json.dumps(CONFIGURATION)] if task == "enable" else []
        operation = f"{verb}-model-invocation-logging-configuration"
        return [
            [str(OTHERS / "aws"), "bedrock", operation, "--region", region, *given]
            for region in regions
        ]

    return [
        Contender("prowler-bedrock", own, (0, 3)),
        Contender("Cloud Custodian", custodian),
        Contender("AWS CLI", aws_cli),
    ]
