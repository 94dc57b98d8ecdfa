"""Ctrl-C ends what has begun, however often it is pressed."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.command_line import accounts
from prowler_bedrock.enable.outcome import Outcome
from tests.command_line.run import EXECUTABLE, variables

REGION = "eu-west-1"
SLOW = {"kind": "slow", "service": "logs", "operation": "CreateLogGroup", "milliseconds": 4000}


@pytest.mark.parametrize("times", [1, 2])
def test_what_has_begun_ends_before_the_command_does(tmp_path: Path, times: int) -> None:
    with EmbeddedAccount.start(account="settled") as account:
        account.set_faults(SLOW)
        running = subprocess.Popen(
            [str(EXECUTABLE), "enable", "--region", REGION],
            env=variables(account.environment(), tmp_path),
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # What runs these tests in the background may have it ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        deadline = time.monotonic() + 60
        # The role's policy is the last call before the slow one.
        while not any(one["operation"] == "PutRolePolicy" for one in account.calls()):
            assert time.monotonic() < deadline, "the change never began"
            time.sleep(0.1)
        for _ in range(times):
            time.sleep(0.5)
            running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=60)
    assert running.returncode == 1
    assert errors.splitlines()[0] == "Stopping: waiting for the changes that have begun to end."
    assert "Stopped: changes that had begun were ended, and no other was begun." in errors
    (path,) = tmp_path.glob("*/*/*.json")
    assert json.loads(path.read_text())["result"] == "succeeded"


def test_after_it_no_region_is_begun_in_another_account() -> None:
    def work(region: str) -> Outcome:
        raise AssertionError("begun")

    accounts._stopping.set()
    try:
        outcome = accounts.in_regions([REGION], work, lambda region: None)[REGION]
    finally:
        accounts._stopping.clear()
    assert (outcome.result, outcome.message) == ("failed", "Not begun: the run was stopped.")
