"""A process that is killed between any two calls leaves a record from which all goes on."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from botocore.config import Config

from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.account.access import Access
from prowler_bedrock.backout.removal import Remover
from prowler_bedrock.backout.restorer import Restorer
from prowler_bedrock.enable.enabler import Enabler
from prowler_bedrock.enable.settings import parse_settings
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.status.read_regions import read_regions

ACCOUNT, REGION, GROUP = "123456789012", "eu-west-1", "/aws/bedrock/modelinvocations"
ROLE, BUCKET = "BedrockModelInvocationLogging", "bedrock-logs-of-the-killed"
SETTINGS = parse_settings({"Destination": "both", "BucketName": BUCKET})
Moment = Literal["before the call is sent", "after it was answered"]
EVENTS: dict[Moment, str] = {
    "before the call is sent": "before-send",
    "after it was answered": "response-received",
}
# Get, GetRole, HeadBucket; CreateRole, PutRolePolicy; CreateLogGroup, PutRetentionPolicy; six for
# the bucket; Get again, Put, Get.
CALLS = 16


@pytest.fixture(scope="module")
def account() -> Iterator[EmbeddedAccount]:
    with EmbeddedAccount.start(account="settled") as running:
        yield running


def access(account: EmbeddedAccount, kill_at: int = 0, moment: Moment | None = None) -> Access:
    """The account; with `kill_at`, the process dies at that call."""
    calls = 0

    def count(**_: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def client(service: str, region: str | None) -> Any:
        # One attempt for each call, so that calls can be counted.
        config = Config(retries={"total_max_attempts": 1})
        made = account.client(service, region or REGION, config=config)
        if moment:
            made.meta.events.register(EVENTS[moment], count)
        return made

    return Access(ACCOUNT, "aws", client)


def enable(access: Access, directory: Path) -> str:
    return Enabler(access, SETTINGS, Journal(directory)).enable(REGION).result


def enable_and_be_killed(
    account: EmbeddedAccount, directory: Path, call: int, moment: Moment
) -> None:
    fork = multiprocessing.get_context("fork")
    child = fork.Process(target=lambda: enable(access(account, call, moment), directory))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL


def back_out(account: EmbeddedAccount, directory: Path) -> None:
    journal = Journal(directory)
    outcome = Restorer(access(account), journal).restore(REGION)
    assert outcome.passing, outcome.message
    observations = read_regions(access(account), [REGION])
    removed = Remover(access(account), journal, observations).remove([REGION])
    assert {one.result for one in removed} <= {"removed", "gone"}, removed


def standing(account: EmbeddedAccount) -> list[Any]:
    """Everything that an enable creates."""
    bedrock, logs = account.client("bedrock", REGION), account.client("logs", REGION)
    iam, s3 = account.client("iam", REGION), account.client("s3", REGION)
    return [
        *bedrock.get_model_invocation_logging_configuration().get("loggingConfig", []),
        *(one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]),
        *(one["RoleName"] for one in iam.list_roles()["Roles"]),
        *(one["Name"] for one in s3.list_buckets()["Buckets"]),
    ]


def assert_complete(account: EmbeddedAccount) -> None:
    logs, s3 = account.client("logs", REGION), account.client("s3", REGION)
    (group,) = logs.describe_log_groups()["logGroups"]
    assert group["retentionInDays"] == 365
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    assert "TlsOnly" in s3.get_bucket_policy(Bucket=BUCKET)["Policy"]
    block = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert all(block.values())
    assert s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"]


def test_as_many_calls_as_the_kills_below_cover(account: EmbeddedAccount, tmp_path: Path) -> None:
    account.clear_calls()
    assert enable(access(account), tmp_path) == "changed"
    assert len(account.calls()) == CALLS
    back_out(account, tmp_path)
    assert standing(account) == []


@pytest.mark.parametrize("call", range(1, CALLS + 1))
@pytest.mark.parametrize("moment", EVENTS)
def test_another_run_converges_and_backout_restores(
    account: EmbeddedAccount, tmp_path: Path, call: int, moment: Moment
) -> None:
    enable_and_be_killed(account, tmp_path, call, moment)
    assert enable(access(account), tmp_path) in ("changed", "unchanged")
    assert_complete(account)
    back_out(account, tmp_path)
    assert standing(account) == []


@pytest.mark.parametrize("call", range(1, CALLS + 1))
@pytest.mark.parametrize("moment", EVENTS)
def test_backout_restores_without_another_run(
    account: EmbeddedAccount, tmp_path: Path, call: int, moment: Moment
) -> None:
    enable_and_be_killed(account, tmp_path, call, moment)
    back_out(account, tmp_path)
    assert standing(account) == []
