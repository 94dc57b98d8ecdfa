"""Text is safe to show, and tables fit."""

import os
import sys

import pytest

from prowler_bedrock.command_line.output import print_table
from prowler_bedrock.text import one_line, plain


def test_control_characters_are_made_visible() -> None:
    assert (
        plain("a\x1b[31mred\x1b[0m\tb\r\nc\u202e") == "a\\x1b[31mred\\x1b[0m\\x09b\\x0d\nc\\x202e"
    )
    assert plain("Grüße 日本") == "Grüße 日本"
    assert one_line("a\nb\x07") == "a\\nb\\x07"


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
