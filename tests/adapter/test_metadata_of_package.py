"""The core stays free of Prowler, and the wheel carries what Prowler looks up."""

import subprocess
import sys
import zipfile
from pathlib import Path

from prowler_bedrock.check_id import CHECK_ID

ROOT = Path(__file__).parents[2]


def test_the_core_imports_no_prowler() -> None:
    program = (
        "import importlib, pkgutil, sys, prowler_bedrock\n"
        "edges = ('prowler_adapter', 'checks', 'metadata', '__main__')\n"
        "for one in pkgutil.walk_packages(prowler_bedrock.__path__, 'prowler_bedrock.'):\n"
        "    if one.name.split('.')[1] not in edges:\n"
        "        importlib.import_module(one.name)\n"
        "assert 'prowler_bedrock.tampering.judge' in sys.modules\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'prowler'])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def in_the_tree() -> set[str]:
    """Every file of the packages, under its name in the wheel."""
    folders = {
        "prowler_bedrock": "prowler_bedrock",
        "checks": "prowler_bedrock/checks",
        "metadata": "prowler_bedrock/metadata",
    }
    return {
        f"{name}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder, name in folders.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = {
        name
        for name in zipfile.ZipFile(wheel).namelist()
        if not name.split("/")[0].endswith(".dist-info")
    }
    assert names == in_the_tree()
    check = f"prowler_bedrock/checks/bedrock/{CHECK_ID}/{CHECK_ID}"
    assert {f"{check}.py", f"{check}_fixer.py", f"{check}.metadata.json"} <= names
    (sdist,) = tmp_path.glob("*.tar.gz")
    assert sdist.stat().st_size > 0
