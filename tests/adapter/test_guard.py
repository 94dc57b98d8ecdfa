"""`--checks-folder` can't destroy the built-in check, in any spelling."""

import subprocess
import sys
from pathlib import Path

import pytest

from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.prowler_adapter.guard import checks_folder, stop_if_replaced


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


def test_a_folder_with_our_check_stops_prowler(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / CHECK_ID).mkdir()
    with pytest.raises(SystemExit) as caught:
        stop_if_replaced(["aws", "-x", str(tmp_path)])
    assert caught.value.code == 1
    message = capsys.readouterr().err
    assert str(tmp_path) in message
    assert "Nothing was changed" in message


def test_a_folder_with_other_checks_is_prowlers_business(tmp_path: Path) -> None:
    (tmp_path / "ec2_own_check").mkdir()
    stop_if_replaced(["aws", "-x", str(tmp_path)])
    stop_if_replaced(["aws", "-x", str(tmp_path / "missing")])
    stop_if_replaced(["aws"])


COPIED = "shutil.copytree('key/bedrock_a', services + '/bedrock_a')"
DELETED = f"shutil.rmtree(services + '/{CHECK_ID}')"


@pytest.mark.parametrize("operation", [COPIED, DELETED])
@pytest.mark.parametrize(
    "arguments", [["-x", "s3://bucket/key/"], ["-bx", "key"], ["-vbxkey"]], ids=" ".join
)
def test_what_the_command_line_does_not_tell_is_stopped_before_the_first_file_operation(
    tmp_path: Path, arguments: list[str], operation: str
) -> None:
    """In its own process, since an audit hook can't be removed."""
    services = tmp_path / "prowler" / "services" / "bedrock"
    (services / CHECK_ID).mkdir(parents=True)
    (services / CHECK_ID / "builtin.py").write_text("")
    (tmp_path / "key" / CHECK_ID).mkdir(parents=True)
    (tmp_path / "key" / "bedrock_a").mkdir()
    program = (
        "import shutil\n"
        "from prowler_bedrock.prowler_adapter.guard import stop_if_replaced\n"
        f"services = {str(services)!r}\n"
        f"stop_if_replaced(['aws', *{arguments!r}])\n{operation}\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1, run.stderr
    assert "Nothing was changed" in run.stderr
    assert not (services / "bedrock_a").exists()
    assert (services / CHECK_ID / "builtin.py").exists()
