"""What holds for the metadata of each check."""

from pathlib import Path

import pytest
from prowler.lib.check.models import CheckMetadata

CHECKS = sorted(
    (Path(__file__).parents[2] / "checks" / "bedrock").glob("*/*.metadata.json"),
    key=lambda path: path.name,
)


def test_every_check_is_packaged():
    packages = (Path(__file__).parents[2] / "setup.cfg").read_text(encoding="utf-8")
    assert len(CHECKS) >= 2
    for file in CHECKS:
        package = f"prowler_bedrock.checks.bedrock.{file.parent.name}"
        assert f"    {package}\n" in packages
        assert f"\n{package} = *.metadata.json\n" in packages


@pytest.mark.parametrize("file", CHECKS, ids=[path.parent.name for path in CHECKS])
def test_the_metadata_is_valid_and_named_after_its_folder(file):
    metadata = CheckMetadata.parse_file(file)
    assert metadata.CheckID == file.parent.name
    assert metadata.ServiceName == "bedrock"
    assert (file.parent / f"{metadata.CheckID}.py").is_file()
    assert 0 < len(metadata.Remediation.Recommendation.Text) <= 512, "ASFF cuts a longer text"
    assert "prowler-bedrock plugin" in metadata.Notes
    assert "MANUAL" in metadata.Description + metadata.Notes
    fixer = (file.parent / f"{metadata.CheckID}_fixer.py").is_file()
    assert ("fixer come" in metadata.Notes) == fixer
    assert ("prowler-bedrock backout" in metadata.Notes) == fixer
