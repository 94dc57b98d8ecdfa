"""The core stays free of Prowler, and the wheel carries what Prowler looks up."""

import subprocess
import sys
import zipfile
from pathlib import Path

from prowler_bedrock.check_id import CHECK_ID

ROOT = Path(__file__).parents[2]


def test_the_core_imports_no_prowler() -> None:
    program = (
        "import sys, prowler_bedrock.enable.enabler, prowler_bedrock.logging_configuration.judge\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'prowler'])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_wheel_and_sdist_hold_check_fixer_metadata_and_framework(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--outdir", str(tmp_path), str(ROOT)],
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    check = f"prowler_bedrock/checks/bedrock/{CHECK_ID}/{CHECK_ID}"
    for expected in (
        f"{check}.py",
        f"{check}_fixer.py",
        f"{check}.metadata.json",
        "prowler_bedrock/metadata/compliance/cis_1.0_bedrock_aws.json",
        "prowler_bedrock/metadata/iam/fix.json",
        f"prowler_bedrock/metadata/asff/{CHECK_ID}.json",
        "prowler_bedrock/metadata/automation/sweep.yaml",
        "prowler_bedrock/metadata/terraform/main.tf",
        "prowler_bedrock/metadata/cloudformation/model_invocation_logging.yaml",
        "prowler_bedrock/py.typed",
        "prowler_bedrock/page/templates/page.html.j2",
    ):
        assert expected in names
    assert all(name.startswith("prowler_bedrock") for name in names)
    (sdist,) = tmp_path.glob("*.tar.gz")
    assert sdist.stat().st_size > 0
