"""What attaching relies on in Prowler; a new Prowler that changes one thing fails one test.

Each sentence names the thing and the file in Prowler.
"""

from __future__ import annotations

import importlib
import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from prowler.lib.check import check
from prowler.lib.check.models import CheckMetadata
from prowler.lib.check.utils import recover_checks_from_provider
from prowler.lib.cli.parser import ProwlerArgumentParser

from prowler_bedrock.prowler_adapter.attach import SERVICE_PACKAGE
from tests.contract.conftest import PROBE

MODULE = f"{SERVICE_PACKAGE}.{PROBE}.{PROBE}"


def test_entry_points_are_loaded_with_the_configuration(tmp_path: Path) -> None:
    distribution = tmp_path / "probe-1.0.dist-info"
    distribution.mkdir()
    (distribution / "METADATA").write_text("Metadata-Version: 2.1\nName: probe\nVersion: 1.0\n")
    (distribution / "entry_points.txt").write_text("[prowler.compliance]\naws = contract_probe\n")
    (tmp_path / "contract_probe.py").write_text("print('loaded')\n")
    run = subprocess.run(
        [sys.executable, "-c", "import prowler.config.config"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "loaded" in run.stdout, (
        "prowler/config/config.py does not load the entry points of the group prowler.compliance "
        "when it is imported, so nothing calls attach()."
    )


def test_the_services_path_is_walked(probe: Path) -> None:
    found = recover_checks_from_provider("aws", "bedrock", True)
    folders = [str(folder) for name, folder in found if name in (PROBE, f"{PROBE}_fixer")]
    assert folders == [str(probe / PROBE)] * 2, (
        "recover_checks_from_provider in prowler/lib/check/utils.py does not find a check and its "
        f"fixer in a folder of {SERVICE_PACKAGE}.__path__, so --list-checks and scans miss ours."
    )


def test_the_front_of_the_path_comes_first(probe: Path) -> None:
    path = importlib.import_module(SERVICE_PACKAGE).__path__
    first = next(
        folder for name, folder in recover_checks_from_provider("aws", "bedrock") if name == PROBE
    )
    assert Path(path[0]) == Path(first).parent == probe
    assert inspect.getfile(check.import_check(MODULE)).startswith(str(probe)), (
        "import_check in prowler/lib/check/check.py does not import a check from the front of "
        f"{SERVICE_PACKAGE}.__path__, so a built-in of the same CheckID would run."
    )


def test_metadata_is_found_beside_the_check(probe: Path) -> None:
    try:
        found = CheckMetadata.get_bulk("aws")[PROBE].CheckID
    except Exception as error:  # Whatever it raises, the sentence below says what it means.
        found = repr(error)
    assert found == PROBE, (
        "CheckMetadata.get_bulk in prowler/lib/check/models.py does not read "
        "<CheckID>.metadata.json in the folder where the check was found."
    )


def test_fixers_are_listed(probe: Path) -> None:
    assert PROBE in check.list_fixers("aws"), (
        "list_fixers in prowler/lib/check/check.py does not list the modules named "
        "<CheckID>_fixer, so --list-fixer misses ours."
    )


def test_a_fixer_is_imported_by_its_path_and_called_with_the_region(probe: Path) -> None:
    findings: list[Any] = getattr(check.import_check(MODULE), PROBE)().execute()
    fixed = check.run_fixer(findings)
    module = sys.modules.get(f"{MODULE}_fixer")
    assert module is not None, (
        "run_fixer in prowler/lib/check/check.py does not import "
        f"{SERVICE_PACKAGE}.<CheckID>.<CheckID>_fixer, so --fixer does not find ours."
    )
    assert (module.calls, fixed) == (["us-east-1"], 1), (
        "run_fixer in prowler/lib/check/check.py does not call a fixer that has the variable "
        "'region' and none named 'resource_id' or 'resource_arn' (it read "
        "fixer.__code__.co_varnames) once for each FAIL finding, with region= alone."
    )


def test_checks_folder_still_replaces_and_deletes() -> None:
    replaces = inspect.getsource(check.parse_checks_from_folder)
    deletes = inspect.getsource(check.remove_custom_checks_module)
    assert "shutil.copytree" in replaces and "shutil.rmtree" in replaces + deletes, (
        "--checks-folder in prowler/lib/check/check.py no longer copies with shutil.copytree and "
        "deletes with shutil.rmtree, which guard.py watches for; see whether the guard is needed."
    )


def test_options_that_look_like_checks_folder_are_known_to_the_guard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "argv", ["prowler", "aws"])
    subparsers: Any = ProwlerArgumentParser().subparsers
    options = set(subparsers.choices["aws"]._option_string_actions)
    alike = {option for option in options if option.startswith("--check") or option == "-x"}
    assert alike == {"--check", "--checks", "--checks-file", "--checks-folder", "-x"}, (
        "prowler/lib/cli/parser.py has other options that begin like --checks-folder than those "
        "that guard.py knows, so an abbreviation would be misread."
    )
