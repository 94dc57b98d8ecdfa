"""Where the texts recommend muting, they say that Prowler's --fixer does not look at mutes."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import prowler.lib.check.check
import pytest
from prowler.lib.cli.parser import ProwlerArgumentParser

ROOT = Path(__file__).resolve().parents[2]
CHECK_ID = "bedrock_model_invocation_logging_data_types_delivered"


def published():
    """The paragraphs that speak of muting, by their file."""
    files = [ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("checks/bedrock/*/*.json")]
    for file in sorted(files):
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".json":
            text = json.loads(text)["Remediation"]["Recommendation"]["Text"]
        for paragraph in text.split("\n\n"):
            if re.search(r"\bmute the finding|use Prowler's mutelist", paragraph):
                yield file.name, " ".join(paragraph.split())


def test_a_fixer_is_called_for_a_muted_finding(monkeypatch):
    fixed = []

    def fixer(region):
        fixed.append(region)
        return True

    monkeypatch.setattr(
        prowler.lib.check.check, "import_check", lambda name: SimpleNamespace(fixer=fixer)
    )
    metadata = SimpleNamespace(CheckID=CHECK_ID, Provider="aws", ServiceName="bedrock")
    finding = SimpleNamespace(
        check_metadata=metadata, status="FAIL", region="us-east-1", resource_id="x", muted=True
    )
    assert prowler.lib.check.check.run_fixer([finding]) == 1
    assert fixed == ["us-east-1"]


def test_each_text_that_recommends_muting_says_so():
    texts = list(published())
    assert [name for name, _ in texts] == [f"{CHECK_ID}.metadata.json", "checks.md"]
    for _, text in texts:
        assert "`--fixer` does not look at mutes" in text
        assert {"--excluded-check", "--excluded-region"} < set(re.findall(r"`(--[\w-]+)`", text))


@pytest.mark.parametrize(
    ("option", "value", "name"),
    [
        ("--excluded-check", CHECK_ID, "excluded_check"),
        ("--excluded-region", "us-east-1", "excluded_region"),
    ],
)
def test_the_named_options_are_prowlers(option, value, name):
    given = ProwlerArgumentParser().parse(["prowler", "aws", "--fixer", option, value])
    assert given.fixer
    assert getattr(given, name) == [value]
