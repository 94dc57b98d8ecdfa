"""The artifact of the Lambda functions, built for the running Python, works on its own."""

from __future__ import annotations

import ast
import json
import platform
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from bundle.build import ROOT, build
from bundle.contents import SERVICES
from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.check_id import CHECK_ID
from tests.sweep.organization import OFF, REGIONS, SETTINGS, account_file

ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64"}
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ARCHITECTURES,
    reason="Lambda's wheels run on Linux alone",
)


def build_here(directory: Path) -> Path:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return build(directory, ARCHITECTURES[platform.machine()], version)


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_here(tmp_path_factory.mktemp("artifact"))


@pytest.fixture(scope="module")
def unpacked(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(artifact) as archive:
        archive.extractall(directory)
    return directory


def run(unpacked: Path, program: str, environment: dict[str, str] | None = None) -> Any:
    """Run a program where only the artifact and the standard library can be imported."""
    start = f"import json, sys; sys.path.insert(0, {str(unpacked)!r})\n"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", start + program],
        env=environment or {},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def handlers() -> Iterator[str]:
    for template in (ROOT / "metadata/automation").glob("*.yaml"):
        yield from re.findall(r"Handler: (prowler_bedrock\S+)", template.read_text("utf-8"))


def client_names() -> set[str]:
    """The services of which the core makes clients."""
    found = set()
    for path in (ROOT / "prowler_bedrock").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if called.endswith(("client", "factory")):
                    found.add(str(node.args[0].value))
    return found


def test_the_artifact_holds_the_models_of_exactly_what_the_core_calls(artifact: Path) -> None:
    assert client_names() == set(SERVICES)
    names = zipfile.ZipFile(artifact).namelist()
    models = [name.split("/") for name in names if re.match(r"botocore/data/[^/]+/", name)]
    assert {parts[2] for parts in models} == set(SERVICES)
    # One version of each, whose service model and rules for endpoints are there.
    assert len({(parts[2], parts[3]) for parts in models}) == len(SERVICES)
    for file in ("service-2.json", "endpoint-rule-set-1.json"):
        assert {parts[2] for parts in models if parts[4].startswith(file)} == set(SERVICES)


def test_the_artifact_holds_neither_command_line_nor_prowler(artifact: Path) -> None:
    names = zipfile.ZipFile(artifact).namelist()
    tops = {name.split("/")[0] for name in names}
    unwanted = {"click", "tabulate", "jinja2", "yaml", "platformdirs", "prowler", "bin"}
    assert not tops & unwanted
    ours = [name for name in names if name.startswith("prowler_bedrock/")]
    folders = ("command_line", "page", "prowler_adapter", "metadata/iam", "metadata/compliance")
    assert [n for n in ours if n.startswith(tuple(f"prowler_bedrock/{f}/" for f in folders))] == []
    code = [n for n in ours if "/checks/" in n and not n.endswith("__init__.py")]
    folder = f"prowler_bedrock/checks/bedrock/{CHECK_ID}"
    assert code == [f"{folder}/{CHECK_ID}.metadata.json"]
    assert [name for name in names if name.endswith((".pyc", "direct_url.json", "RECORD"))] == []
    assert {"pydantic", "boto3", "botocore", "tenacity"} < tops
    licensed = {name.split("/")[0] for name in names if "LICEN" in name.upper()}
    assert any(name.startswith("boto3-") for name in licensed)


def test_entries_are_sorted_and_carry_neither_time_nor_mode_of_the_machine(artifact: Path) -> None:
    entries = zipfile.ZipFile(artifact).infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


def test_building_again_gives_the_same_bytes(artifact: Path, tmp_path: Path) -> None:
    assert build_here(tmp_path).read_bytes() == artifact.read_bytes()


def test_the_functions_import_nothing_from_outside(unpacked: Path) -> None:
    found = list(handlers())
    assert "prowler_bedrock.sweep.function.scan_account" in found
    program = f"""
import importlib, sysconfig
for handler in {found!r}:
    module, _, function = handler.rpartition(".")
    assert callable(getattr(importlib.import_module(module), function))
known = [{str(unpacked)!r}, sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")]
files = {{name: getattr(module, "__file__", None) for name, module in sys.modules.items()}}
outside = [n for n, file in files.items() if file and not file.startswith(tuple(known))]
print(json.dumps([outside, "boto3" in files, "pydantic_core._pydantic_core" in files]))
"""
    assert run(unpacked, program) == [[], True, True]


def test_every_service_can_be_called(unpacked: Path) -> None:
    program = f"""
import boto3
from prowler_bedrock.sweep.asff import check_metadata, prowler_data
session = boto3.Session("a", "b", region_name="eu-west-1")
made = [session.client(name).meta.service_model.service_name for name in {SERVICES!r}]
regions = session.get_available_regions("bedrock") and session.get_available_regions("securityhub")
print(json.dumps([made, bool(regions), check_metadata()["CheckID"], bool(prowler_data())]))
"""
    assert run(unpacked, program) == [list(SERVICES), True, CHECK_ID, True]
    assert set(SERVICES) < set(boto3.Session().get_available_services())


def test_an_account_is_scanned_from_the_artifact_alone(unpacked: Path, tmp_path: Path) -> None:
    program = f"""
from prowler_bedrock.sweep.function import scan_account
print(json.dumps(scan_account({{"AccountId": {OFF!r}}}, None)))
"""
    with EmbeddedAccount.start(account=account_file(tmp_path)) as running:
        regions = {"PROWLER_BEDROCK_REGIONS": " ".join(REGIONS)}
        answer = run(unpacked, program, {**running.environment(), **SETTINGS, **regions})
    assert answer["Counts"] == {"FAIL": 4, "MANUAL": 1}
    assert answer["Sent"] == 2
