"""The permissions that Prowler's own check of the framework needs are the documented ones."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def statuses(actions):
    run = subprocess.run(
        [sys.executable, "-m", "tests.metadata.encryption_check", json.dumps(sorted(actions))],
        cwd=ROOT,
        env={**os.environ, "PROWLER_BEDROCK_USE_BUILTIN": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=180,
        check=True,
    )
    return json.loads(run.stdout)


def test_the_encryption_of_a_bucket_is_looked_at_with_the_named_permissions_only():
    policy = json.loads((ROOT / "metadata" / "iam" / "scan.json").read_text(encoding="utf-8"))
    scan = {action for statement in policy["Statement"] for action in statement["Action"]}
    text = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
    (paragraph,) = [one for one in text.split("\n\n") if "Requirement 2.2" in one]
    named = set(re.findall(r"`(\w+:\w+)`", paragraph))
    assert len(named) == 2
    assert not named & scan
    assert statuses(scan | named) == ["FAIL"]
    assert "it passes a bucket that it has not looked at" in paragraph
    assert statuses(scan) == ["PASS"]
