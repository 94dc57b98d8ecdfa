import csv
import json
import re
from pathlib import Path
from types import SimpleNamespace

import prowler.providers.aws.services.bedrock
import pytest
from prowler.lib.check.compliance_models import CIS_Requirement_Attribute, Compliance
from prowler.lib.outputs.compliance.cis.cis import get_cis_table
from prowler.lib.outputs.compliance.cis.cis_aws import AWSCIS

ROOT = Path(__file__).resolve().parents[2]
CHECK_ID = "bedrock_model_invocation_logging_enabled"


@pytest.fixture(scope="module")
def parsed(framework_file):
    return Compliance.parse_file(framework_file)


def findings(*statuses):
    return [
        SimpleNamespace(
            check_id=CHECK_ID,
            check_metadata=SimpleNamespace(CheckID=CHECK_ID),
            provider="aws",
            account_uid="123456789012",
            region="us-east-1",
            resource_uid="arn",
            resource_name="model-invocation-logging",
            status=status,
            status_extended=status,
            muted=False,
        )
        for status in statuses
    ]


def test_framework_is_valid_for_the_installed_prowler(parsed, attribute):
    assert (parsed.Requirements[0].Id, parsed.Requirements[0].Checks) == ("1.1", [CHECK_ID])
    for requirement in parsed.Requirements:
        assert [type(item) for item in requirement.Attributes] == [CIS_Requirement_Attribute]
    assert set(attribute) <= set(CIS_Requirement_Attribute.__fields__), "a field Prowler drops"


def test_file_name_gives_prowler_the_version(framework_file, parsed):
    assert (parsed.Framework, parsed.Version, parsed.Provider) == ("CIS", "1.0", "AWS")
    assert framework_file.stem.split("_")[:2] == ["cis", parsed.Version]
    # every JSON file of the folder is taken for a framework
    assert list(framework_file.parent.glob("*.json")) == [framework_file]


def test_framework_says_that_cis_does_not_publish_it(parsed):
    assert "not published by CIS" in parsed.Name
    assert "structure of CIS Benchmarks" in parsed.Description
    assert "NOT published" in parsed.Description


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("Section", ["Logging and Monitoring"]),
        ("Profile", ["Level 1"]),
        ("AssessmentStatus", ["Automated"]),
        ("Description", ["input", "output", "error", "debugging", "auditing", "compliance"]),
        ("RationaleStatement", ["Security", "SOC 2", "HIPAA", "Troubleshooting"]),
        ("ImpactStatement", ["Pros", "Auditing", "Cons", "Storage", "Performance"]),
        ("AuditProcedure", ["From Console", "From Command Line", f"--checks {CHECK_ID}"]),
        ("RemediationProcedure", ["From Console", "From Command Line", f"{CHECK_ID} --fixer"]),
        (
            "AdditionalInformation",
            ["Prerequisites", "iam:PassRole", "from Console", "from Command Line", "Verify"],
        ),
        ("DefaultValue", ["disabled"]),
        ("References", ["model-invocation-logging.html"]),
    ],
)
def test_every_section_of_the_recommendation_is_covered(attribute, field, words):
    assert [word for word in words if word not in attribute[field]] == []


def test_every_requirement_has_every_field_and_controls(framework):
    fields = set(framework["Requirements"][0]["Attributes"][0])
    for requirement in framework["Requirements"]:
        (attribute,) = requirement["Attributes"]
        assert set(attribute) == fields
        assert all(attribute.values()), requirement["Id"]
        for words in ("SOC 2 CC", "HIPAA 45 CFR", "ISO/IEC 27001", "NIST SP 800-53", "AI RMF M"):
            assert words in attribute["AdditionalInformation"], (requirement["Id"], words)
        assert "ackout" in attribute["AdditionalInformation"]


def test_every_check_of_the_plugin_has_a_requirement_and_a_level(framework):
    levels = {
        check: attribute["Profile"]
        for requirement in framework["Requirements"]
        for check in requirement["Checks"]
        for attribute in requirement["Attributes"]
    }
    assert set(levels.values()) == {"Level 1", "Level 2"}
    checks = {path.name for path in (ROOT / "checks" / "bedrock").glob("bedrock_*")}
    assert set(levels) == checks | {"bedrock_model_invocation_logs_encryption_enabled"}


def test_every_check_of_the_framework_exists_in_the_installed_prowler(parsed):
    bedrock = Path(prowler.providers.aws.services.bedrock.__file__).parent
    for requirement in parsed.Requirements:
        for check in requirement.Checks:
            ours = (ROOT / "checks" / "bedrock" / check).is_dir()
            assert ours or (bedrock / check).is_dir(), check


def test_remediation_is_the_one_of_the_check(attribute, metadata):
    for field in ("CLI", "Other"):
        assert metadata["Remediation"]["Code"][field] in attribute["RemediationProcedure"]


def test_each_requirement_repeats_the_remediation_of_its_check(framework):
    repeated = []
    for requirement in framework["Requirements"]:
        for check in requirement["Checks"]:
            file = ROOT / "checks" / "bedrock" / check / f"{check}.metadata.json"
            if file.is_file():
                code = json.loads(file.read_text(encoding="utf-8"))["Remediation"]["Code"]
                (attribute,) = requirement["Attributes"]
                for field in ("CLI", "Other"):
                    assert code[field] in attribute["RemediationProcedure"], (check, field)
                repeated.append(requirement["Id"])
    assert repeated == ["1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.3"]


def test_references_are_separated_as_in_prowlers_own_cis_frameworks(attribute):
    references = re.split(r":(?=https?://)", attribute["References"])
    assert len(references) == len(set(references)) > 1
    assert all(re.fullmatch(r"https://[\w./#-]+", reference) for reference in references)


def test_csv_row_holds_every_field(parsed, attribute, tmp_path):
    file = tmp_path / "compliance.csv"
    output = AWSCIS(findings=findings("FAIL", "PASS"), compliance=parsed, file_path=str(file))
    output.batch_write_data_to_file()
    output.file_descriptor.close()
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    assert [row["STATUS"] for row in rows] == ["FAIL", "PASS"]
    for field, value in attribute.items():
        assert rows[0][f"REQUIREMENTS_ATTRIBUTES_{field.upper()}"] == value
    assert rows[0]["NAME"] == parsed.Name


def test_table_on_screen_shows_level_and_result(parsed, framework_file, capsys):
    get_cis_table(
        findings=findings("FAIL", "PASS"),
        bulk_checks_metadata={CHECK_ID: SimpleNamespace(Compliance=[parsed])},
        compliance_framework=framework_file.stem,
        output_filename="output",
        output_directory="directory",
        compliance_overview=False,
    )
    screen = capsys.readouterr().out
    for words in ("1 Logging and Monitoring", "Level 1", "FAIL(1)", "50.0% (1) PASS"):
        assert words in screen
