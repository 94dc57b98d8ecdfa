"""An account and a journal that a case can have fresh."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from moto.core.base_backend import BackendDict

from prowler_bedrock.account.access import Access
from prowler_bedrock.backout.removal import Removed, Remover
from prowler_bedrock.backout.restorer import Restorer
from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.record import Record
from prowler_bedrock.status.read_regions import read_regions
from tests.core.account import ACCOUNT
from tests.faults.checkpoint import Checkpoint, checkpoint, put_back
from tests.faults.state import State, observe
from tests.faults.wire import REGION, Wire

NOBODY = json.dumps({"Version": "2012-10-17", "Statement": []})


class Stage:
    """One account at a time, behind one wire."""

    def __init__(self, wire: Wire, directory: Path) -> None:
        self.wire, self._directory = wire, directory
        self.journal = Journal(directory)
        self._saved: tuple[Checkpoint, dict[Path, bytes]] = ({}, {})

    @property
    def access(self) -> Access:
        return self.wire.access

    def client(self, service: str) -> Any:
        return self.wire.client(service, None if service == "iam" else REGION)

    def fresh(self) -> None:
        """Forget everything; leave what others have in any account."""
        BackendDict.reset()
        shutil.rmtree(self._directory, ignore_errors=True)
        self.client("iam").create_role(RoleName="theirs", AssumeRolePolicyDocument=NOBODY)
        self.client("logs").create_log_group(logGroupName="/theirs", tags={"owner": "them"})
        self.client("s3").create_bucket(Bucket="theirs")

    def save(self) -> None:
        """Remember what stands now."""
        files = self._directory.rglob("*.json")
        self._saved = (checkpoint(), {path: path.read_bytes() for path in files})

    def load(self) -> None:
        """Make what was remembered stand again."""
        state, files = self._saved
        put_back(state)
        shutil.rmtree(self._directory, ignore_errors=True)
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def records(self) -> list[Record]:
        return self.journal.account_records(ACCOUNT)

    def observe(self) -> State:
        return observe(self.records())

    def put(self, config: dict[str, Any]) -> None:
        bedrock = self.client("bedrock")
        bedrock.put_model_invocation_logging_configuration(loggingConfig=config)

    def restore(self, *, force: bool = False) -> Outcome:
        return Restorer(self.access, self.journal, force=force).restore(REGION)

    def remove(self) -> list[Removed]:
        observations = read_regions(self.access, [REGION])
        return Remover(self.access, self.journal, observations).remove([REGION])

    def back_out(self, *, force: bool = False) -> list[str]:
        """Undo everything and remove what was created; return what went wrong."""
        problems = []
        for _ in range(6):
            outcome = self.restore(force=force)
            if outcome.result == "failed":
                problems.append(f"backout: {outcome.message}")
            if outcome.result == "failed" or "holds no change" in outcome.message:
                break
        else:
            problems.append("backout: has no end")
        problems += [
            f"removal: {one.message}" for one in self.remove() if one.result in ("kept", "failed")
        ]
        return problems


def removal_as_outcome(stage: Stage) -> Outcome:
    """Return a removal in the words of a change."""
    removed = stage.remove()
    done = all(one.result in ("removed", "gone", "foreign") for one in removed)
    return Outcome(
        result="changed" if done else "failed", message=" ".join(one.message for one in removed)
    )


Run = Callable[[Stage], Outcome]
