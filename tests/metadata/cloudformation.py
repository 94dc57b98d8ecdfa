"""What the tests of the CloudFormation templates need."""

import json
import sys
from types import ModuleType

from cfnlint.api import lint
from cfnlint.decode.decode import decode_str


def read_template(file):
    """A template in plain types, its short forms of functions written out."""
    found, errors = decode_str(file.read_text("utf-8"))
    assert errors == []
    return json.loads(json.dumps(found))


def findings_of_cfn_lint(source):
    """Lint with errors, warnings and information, as `cfn-lint --include-checks I` does."""
    regions = ["us-east-1", "eu-west-1", "us-gov-west-1"]
    return [
        str(match) for match in lint(source, config={"include_checks": ["I"], "regions": regions})
    ]


def stand_in_for_cfnresponse(monkeypatch):
    """Put a recording `cfnresponse` in place, and return what it will have recorded."""
    answers = []
    cfnresponse = ModuleType("cfnresponse")
    cfnresponse.SUCCESS, cfnresponse.FAILED = "SUCCESS", "FAILED"

    # the signature that AWS documents for Python
    def send(
        event,
        context,
        responseStatus,  # noqa: N803
        responseData,  # noqa: N803
        physicalResourceId=None,  # noqa: N803
        noEcho=False,  # noqa: N803
        reason=None,
    ):
        answers.append((responseStatus, physicalResourceId, reason))

    cfnresponse.send = send
    monkeypatch.setitem(sys.modules, "cfnresponse", cfnresponse)
    return answers
