"""What the documentation says of an execution of the runbook is what its last step does."""

import json
import re
from io import BytesIO
from pathlib import Path
from typing import get_args
from unittest.mock import Mock, patch

from cfnlint.decode.decode import decode_str

from prowler_bedrock.automation.refusal import Decision

FUNCTION = "arn:aws:lambda:eu-west-1:111111111111:function:prowler-bedrock"
ROOT = Path(__file__).resolve().parents[2]


def accepted(result):
    source = (ROOT / "metadata" / "automation" / "runbook.yaml").read_text(encoding="utf-8")
    template, _ = decode_str(source)
    *_, last = template["Resources"]["Document"]["Properties"]["Content"]["mainSteps"]
    assert last["name"] == "Ask"
    module = {}
    exec(compile(str(last["inputs"]["Script"]), "ask.py", "exec"), module)
    answer = {"Payload": BytesIO(json.dumps({"Result": result, "Message": "why"}).encode())}
    client = Mock(invoke=Mock(return_value=answer))
    try:
        with patch("boto3.client", Mock(return_value=client)):
            return module["ask"]({"FunctionArn": FUNCTION}, None)["Result"] == result
    except RuntimeError:
        return False


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
