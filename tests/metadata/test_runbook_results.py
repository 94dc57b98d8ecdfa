"""What the documentation says of an execution of the runbook is what its last step does."""

import re
from pathlib import Path
from typing import get_args

from prowler_bedrock.automation.refusal import Decision
from tests.automation.runbook import ask, step

ROOT = Path(__file__).resolve().parents[2]


def accepted(result):
    assert step()["name"] == "Ask"
    try:
        given, _ = ask({"Result": result, "Message": "why"})
    except RuntimeError:
        return False
    return given["Result"] == result


def test_the_text_names_what_the_last_step_accepts_and_what_it_does_not():
    text = (ROOT / "docs" / "organization.md").read_text(encoding="utf-8")
    (paragraph,) = [one for one in text.split("\n\n") if "`Ask`" in one]
    takes, refuses = " ".join(paragraph.split()).split(" alone. ")
    results = set(get_args(Decision))
    named = set(re.findall(r"`(\w+)`", takes)) - {"Ask"}
    assert named == {result for result in results if accepted(result)}
    refused = set(re.findall(r"`(\w+)`", refuses))
    assert refused == {"planned", "excluded", "skipped"} <= results - named
    assert "`DryRun=true`" in refuses
    assert "not verified" in refuses
