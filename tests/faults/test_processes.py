"""Two processes share one journal's directory: one message each, and the way back stays whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.journal.journal import Journal

ACCOUNT, REGION = "123456789012", "us-east-1"


def at_once(account: EmbeddedAccount, journal: Path, *arguments: str) -> list[str]:
    """Run a command in two processes; return what each said."""
    environment = {**os.environ, **account.environment()}
    command = [
        sys.executable, "-m", "prowler_bedrock", *arguments,
        "--region", REGION, "--journal-directory", str(journal), "--json",
    ]  # fmt: skip
    running = [
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = []
    for process in running:
        out, err = process.communicate(timeout=180)
        assert process.returncode in (0, 1), err
        assert "Traceback" not in err and "unexpected" not in err
        (outcome,) = json.loads(out)["outcomes"]
        assert outcome["result"] != "failed" or "Run again" in outcome["message"], outcome
        said.append(str(outcome["result"]))
    return said


def test_two_processes_enable_and_back_out_at_once(tmp_path: Path) -> None:
    with EmbeddedAccount.start(account="settled") as account:
        bedrock = account.client("bedrock", REGION)
        said = at_once(account, tmp_path, "enable")
        assert {"changed", "unchanged"} & set(said)
        assert bedrock.get_model_invocation_logging_configuration().get("loggingConfig")
        for _ in range(3):  # each process may have a record of its own to undo
            at_once(account, tmp_path, "backout", "--remove-created")
        assert not bedrock.get_model_invocation_logging_configuration().get("loggingConfig")
        assert not account.client("logs", REGION).describe_log_groups()["logGroups"]
        # Every record of both is whole.
        assert all(one.result for one in Journal(tmp_path).records(ACCOUNT, REGION))
