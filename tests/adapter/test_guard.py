"""`--checks-folder` can't destroy the built-in check, in any spelling."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.prowler_adapter.guard import CHECKS_PACKAGE, checks_folder, stop_if_replaced


@pytest.mark.parametrize(
    "arguments",
    [
        ["aws", "--checks-folder", "DIR"],
        ["aws", "--checks-folder=DIR"],
        ["aws", "--checks-fo", "DIR"],
        ["aws", "-x", "DIR"],
        ["aws", "-xDIR", "--fixer"],
        ["-x", "DIR", "aws"],
    ],
)
def test_every_spelling_is_seen(arguments: list[str]) -> None:
    assert checks_folder(arguments) == "DIR"


@pytest.mark.parametrize(
    "arguments",
    [[], ["aws", "--checks", "a", "b"], ["aws", "--checks-file", "f.json"], ["aws", "-c", "a"]],
)
def test_other_options_are_not_taken_for_it(arguments: list[str]) -> None:
    assert checks_folder(arguments) is None


@pytest.mark.parametrize(
    "arguments", [["--check"], ["-c"], ["aws", "--check", "-x", "DIR"], ["--ch", "a"]]
)
def test_what_is_wrong_with_a_command_line_is_said_by_its_own_program(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert checks_folder(arguments) is None
    assert capsys.readouterr() == ("", "")


def test_a_folder_with_our_check_stops_prowler(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / CHECK_ID).mkdir()
    with pytest.raises(SystemExit) as caught:
        stop_if_replaced(["prowler", "aws", "-x", str(tmp_path)])
    assert caught.value.code == 1
    message = capsys.readouterr().err
    assert str(tmp_path) in message
    assert "Nothing was changed" in message


def test_a_folder_with_other_checks_is_prowlers_business(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An audit hook can't be removed: it would strike in the tests that follow.
    monkeypatch.setattr("prowler_bedrock.prowler_adapter.guard._watch", lambda **_: None)
    (tmp_path / "ec2_own_check").mkdir()
    stop_if_replaced(["prowler", "aws", "-x", str(tmp_path)])
    stop_if_replaced(["prowler", "aws", "-x", str(tmp_path / "missing")])
    stop_if_replaced(["prowler", "aws"])


OWN = Path(*import_module(CHECKS_PACKAGE).__path__)
COPIED = "shutil.copytree('key/bedrock_a', services + '/bedrock_a')"
DELETED = f"shutil.rmtree(services + '/{CHECK_ID}')"


OTHER_DELETED = "shutil.rmtree(services + '/bedrock_a')"
# As Prowler goes through the folder; another built-in comes first.
ALL = f"with os.scandir('key') as _:\n    {OTHER_DELETED}\n    {COPIED}"
PROGRAMS = ("/usr/bin/prowler", "prowler-cli.py", "lib/prowler/__main__.py")


def run_with(tmp_path: Path, program: str, arguments: list[str], operation: str) -> Any:
    """In its own process, since an audit hook can't be removed."""
    services = tmp_path / "prowler" / "services" / "bedrock"
    for name in (CHECK_ID, "bedrock_a"):
        (services / name).mkdir(parents=True)
        (services / name / "builtin.py").write_text("")
    for name in (CHECK_ID, "bedrock_a"):
        (tmp_path / "key" / name).mkdir(parents=True)
    text = (
        "import os, shutil\n"
        "from prowler_bedrock.prowler_adapter.guard import stop_if_replaced\n"
        f"services = {str(services)!r}\n"
        f"stop_if_replaced([{program!r}, 'aws', *{arguments!r}])\n{operation}\n"
    )
    return subprocess.run(
        [sys.executable, "-c", text], cwd=tmp_path, capture_output=True, text=True, check=False
    )


def builtins(tmp_path: Path) -> set[str]:
    services = tmp_path / "prowler" / "services" / "bedrock"
    return {path.parent.name for path in services.glob("*/builtin.py")}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    "arguments", [["-x", "s3://bucket/key/"], ["-bx", "key"], ["-vbxkey"]], ids=" ".join
)
def test_what_the_command_line_does_not_tell_is_stopped_before_anything_is_deleted(
    tmp_path: Path, program: str, arguments: list[str]
) -> None:
    run = run_with(tmp_path, program, arguments, ALL)
    assert run.returncode == 1, run.stderr
    assert "--checks-folder key holds a check named" in run.stderr
    assert "Nothing was changed" in run.stderr
    assert builtins(tmp_path) == {CHECK_ID, "bedrock_a"}


@pytest.mark.parametrize("operation", [COPIED, DELETED])
def test_in_any_program_the_check_itself_is_not_replaced(tmp_path: Path, operation: str) -> None:
    run = run_with(tmp_path, "mine.py", ["-x", "key"], operation)
    assert run.returncode == 1, run.stderr
    assert CHECK_ID in builtins(tmp_path)


def test_another_programs_option_of_that_name_is_its_own(tmp_path: Path) -> None:
    run = run_with(tmp_path, "/usr/bin/pytest", ["-x", "key"], "os.scandir('key').close()")
    assert run.returncode == 0, run.stderr


def test_the_installed_checks_may_be_walked_through(tmp_path: Path) -> None:
    walks = f"from pathlib import Path\nlist(os.walk(services))\nlist(os.walk({str(OWN)!r}))"
    run = run_with(tmp_path, "prowler", ["-x", "other"], walks)
    assert run.returncode == 0, run.stderr
