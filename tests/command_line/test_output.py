"""Text is safe to show, and tables fit."""

import importlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from prowler_bedrock.account.access import Access
from prowler_bedrock.command_line import accounts
from prowler_bedrock.command_line.output import print_table
from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.errors import PluginError
from prowler_bedrock.text import one_line, plain, shortened


def test_control_characters_are_made_visible() -> None:
    assert (
        plain("a\x1b[31mred\x1b[0m\tb\r\nc\u202e") == "a\\x1b[31mred\\x1b[0m\\x09b\\x0d\nc\\x202e"
    )
    assert plain("Grüße 日本") == "Grüße 日本"
    assert one_line("a\nb\x07") == "a\\nb\\x07"


@pytest.mark.parametrize(
    ("text", "shown"), [("", ""), ("12345", "12345"), ("123456", "1234…"), ("1\n3456", "1\n34…")]
)
def test_a_text_is_cut_to_what_fits(text: str, shown: str) -> None:
    assert shortened(text, 5) == shown


def test_a_table_leaves_out_empty_columns(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["one", "two", "three"], [["a", None, "\x1b[2J"], ["b", "", "001"]])
    assert capsys.readouterr().out.splitlines() == [
        "one    three",
        "-----  -------",
        "a      \\x1b[2J",
        "b      001",
    ]


def test_nothing_is_printed_for_no_rows(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["one"], [])
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("columns", [40, 60, 200])
def test_a_table_folds_to_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setitem(os.environ, "COLUMNS", str(columns))
    cells = ["short", "x" * 50, "word " * 10]
    print_table(["a", "b", "c"], [cells])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= columns
    assert "".join(lines[2:]).count("x") == 50
    assert (len(lines) > 3) == (columns < 200)


HISTORY = "from prowler_bedrock.command_line.app import main; main()"


def history(shell: str) -> subprocess.CompletedProcess[str]:
    """Run `history`, which calls nothing, with its output as a shell redirects it."""
    return subprocess.run(
        ["sh", "-c", f'"$0" -c "$1" history {shell}', sys.executable, HISTORY],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("shell", "status", "error"),
    [(">&-", 0, "No records in"), (">/dev/full --json", 1, "No space left on device")],
)
def test_output_that_can_not_be_written_is_no_unexpected_error(
    shell: str, status: int, error: str
) -> None:
    done = history(shell)
    assert done.returncode == status, done.stderr
    assert error in done.stderr
    assert "unexpected" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_name_that_the_encoding_lacks_hides_nothing() -> None:
    program = "import click, sys; from prowler_bedrock.command_line import app\n"
    program += "app.app = lambda **_: click.echo('grün 日本')\napp.main()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == (b"gr\xfcn \\u65e5\\u672c\n", b"")


def test_after_an_interrupt_no_further_region_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = Event()

    class Pool(ThreadPoolExecutor):
        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            super().shutdown(wait=False, cancel_futures=cancel_futures)
            ended.set()
            super().shutdown(wait=True)

    monkeypatch.setattr(accounts, "ThreadPoolExecutor", Pool)
    monkeypatch.setattr(accounts, "REGION_WORKERS", 1)
    begun = []

    def work(region: str) -> Outcome:
        begun.append(region)
        if region == "b":
            assert ended.wait(30)
        return Outcome(result="changed", message="")

    def interrupt(region: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        accounts.in_regions("abcdef", work, interrupt)
    assert set(begun) <= {"a", "b"}, "what has begun ends, nothing else begins"


def test_one_region_that_raises_does_not_hide_what_became_of_the_others() -> None:
    def work(region: str) -> Outcome:
        if region == "a":
            raise RuntimeError("surprise")
        if region == "b":
            raise PluginError("No.")
        return Outcome(result="changed", message="Done.")

    found = accounts.in_regions("abc", work, lambda region: None)
    assert {region: one.result for region, one in found.items()} == {
        "a": "failed",
        "b": "failed",
        "c": "changed",
    }
    assert found["a"].message.startswith("unexpected RuntimeError: surprise; ")
    assert found["b"].message == "No."


def test_without_a_name_a_region_without_bedrock_fails_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def client(service: str, region: str | None) -> Any:
        made = boto3.client(service, "us-east-1")  # type: ignore[call-overload]
        made.meta.events.register("before-call.bedrock", no_bedrock)
        return made

    def no_bedrock(model: Any, **_: Any) -> None:
        raise ClientError({"Error": {"Code": "UnknownOperationException"}}, model.name)

    access = Access("123456789012", "aws", client)
    module = "prowler_bedrock.command_line.enable"
    enabling = importlib.import_module(module)
    monkeypatch.setattr(f"{module}.bedrock_regions", lambda access: ["ap-east-1"])
    monkeypatch.setattr(
        f"{module}.work_on_accounts",
        lambda options, work, regions: ({access.account: work(access)}, {}),
    )
    for arguments, status in (([], 0), (["--region", "ap-east-1"], 1)):
        with pytest.raises(SystemExit) as ended:
            enabling.enable(arguments)
        assert ended.value.code == status, capsys.readouterr().out
