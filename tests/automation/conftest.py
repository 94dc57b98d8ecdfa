"""One embedded organization with the automation deployed; each test has Regions of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from fixtures.automation import HOME, SECURITY, Automation
from fixtures.embedded_account.account_file import ACCOUNTS
from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.automation import function
from tests.automation.organization import context, finding

EXEMPT, SANDBOX, WITHOUT_ROLES, CLOSED = (
    "555555555555", "444444444444", "777777777777", "666666666666",
)  # fmt: skip
ORDERS = "222222222222"
_NAMES = (
    "eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1", "us-east-2", "us-west-2",
    "ap-south-1", "ap-southeast-2", "ap-northeast-1", "ca-central-1", "sa-east-1",
    "us-west-1", "ap-southeast-1", "ap-northeast-2", "ap-northeast-3", "eu-south-1", "eu-central-2",
    "me-south-1", "af-south-1", "ap-east-1", "ap-southeast-3", "ap-south-2", "ap-southeast-4",
    "ap-southeast-5", "eu-south-2", "il-central-1", "me-central-1", "ap-southeast-7", "ap-east-2",
)  # fmt: skip
# The Regions of an account in the file of the fixtures.
_TWO = "regions: {us-east-1: {}, eu-west-1: {}}"


class World:
    """The deployed automation, and what tests ask of it."""

    def __init__(self, automation: Automation) -> None:
        self.automation = automation
        self.organization = automation.organization
        self._regions = {one: iter(_NAMES) for one in (ORDERS, SANDBOX, EXEMPT)}

    def region(self, account: str = ORDERS) -> str:
        """A Region of an account for one test alone; logging is off there."""
        return next(self._regions[account])

    def fail(self, account: str, region: str, **changes: Any) -> dict[str, Any]:
        """Import a failing finding as Prowler does in the member account."""
        one = finding(account, region, **changes)
        for name in ("Region", "Workflow", "RecordState"):
            if name not in changes:
                one.pop(name)
        answer = self.automation.client("securityhub", account, region).batch_import_findings(
            Findings=[one]
        )
        assert answer["SuccessCount"] == 1, answer
        return one

    @property
    def journal_bucket(self) -> str:
        place: str = self.automation.outputs["JournalPlace"]
        return place.removeprefix("s3://").split("/")[0]

    def records(self, account: str, region: str) -> list[str]:
        answer = self.automation.client("s3").list_objects_v2(
            Bucket=self.journal_bucket, Prefix=f"journal/{account}/{region}/"
        )
        return [one["Key"] for one in answer.get("Contents", [])]

    def puts(self, account: str, region: str) -> int:
        calls = self.organization.calls("bedrock", "PutModelInvocationLoggingConfiguration")
        return len([one for one in calls if (one["account"], one["region"]) == (account, region)])

    def update(self, account: str, region: str, **fields: Any) -> None:
        """Change a finding as a person does in the security account."""
        held = self.automation.finding(account, region)
        self.automation.client("securityhub").batch_update_findings(
            FindingIdentifiers=[{"Id": held["Id"], "ProductArn": held["ProductArn"]}], **fields
        )

    def sent(self, region: str) -> dict[str, Any]:
        """The one event that the security account's bus got for a finding of a Region."""
        (found,) = [
            one["event"]
            for one in self.organization.events("Security Hub Findings - Imported")
            if (one["account"], one["region"]) == (SECURITY, HOME)
            and one["event"]["detail"]["findings"][0]["Region"] == region
        ]
        event: dict[str, Any] = found
        return event

    def drop_messages(self) -> None:
        """Take out of the queue what the test itself handed to the function."""
        sqs, url = self.automation.client("sqs"), self.automation.outputs["QueueUrl"]
        # PurgeQueue may be called once a minute only.
        while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def variables(self) -> dict[str, str]:
        """The environment of the function, its role's credentials among it."""
        given = self.automation.function.credentials()
        return {
            **self.organization.environment(given["AccessKeyId"], given["SecretAccessKey"]),
            "AWS_SESSION_TOKEN": given["SessionToken"],
            **self.automation.function.description.environment,
        }


class Answer(NamedTuple):
    """What an invocation returned, and its lines of the log."""

    result: dict[str, Any]
    log: list[dict[str, Any]]


Invoke = Callable[..., Answer]


@pytest.fixture
def invoke(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Invoke]:
    """Invoke the function in this process, with its role's credentials and other settings."""
    variables = world.variables()

    def call(event: Any, **settings: str) -> Answer:
        changed = {f"PROWLER_BEDROCK_{name}": value for name, value in settings.items()}
        for name, value in (variables | changed).items():
            monkeypatch.setenv(name, value)
        function._automation.cache_clear()
        capsys.readouterr()
        result = function.handler(event, context())
        return Answer(result, [json.loads(one) for one in capsys.readouterr().out.splitlines()])

    yield call
    function._automation.cache_clear()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    file = tmp_path_factory.mktemp("account") / "automation.yaml"
    text = (ACCOUNTS / "automation.yaml").read_text(encoding="utf-8")
    named = ", ".join(f"{name}: {{}}" for name in ("us-east-1", *_NAMES))
    assert _TWO in text
    file.write_text(text.replace(_TWO, f"regions: {{{named}}}"))
    with EmbeddedAccount.start(str(file)) as organization:
        members = (ORDERS, "333333333333", SANDBOX, EXEMPT)
        with Automation(organization, members) as automation:
            yield World(automation)
