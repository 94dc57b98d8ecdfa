"""Mutation testing is set up for files that exist, and its report counts right."""

from pathlib import Path

import pytest

from mutation.report import report

ROOT = Path(__file__).parents[2]


def test_every_path_of_the_settings_exists() -> None:
    tomllib = pytest.importorskip("tomllib", reason="new in Python 3.11")
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "mutmut"
    ]
    for name in ("only_mutate", "do_not_mutate", "also_copy", "pytest_add_cli_args_test_selection"):
        for pattern in settings[name]:
            assert list(ROOT.glob(pattern)), pattern


def test_the_report_counts_what_no_test_noticed() -> None:
    lines = [
        "    core.a.x_one__mutmut_1: killed",
        "    core.a.xǁThingǁtwo__mutmut_1: timeout",
        "    core.a.xǁThingǁtwo__mutmut_2: survived",
        "    core.b.x_one__mutmut_1: no tests",
        "something else",
    ]
    survivors, _, table = report(lines).partition("\n\n")
    assert survivors.splitlines() == [line.strip() for line in lines[2:4]]
    assert [line.split() for line in table.splitlines()[2:]] == [
        ["core.a", "3", "2", "1", "66.7%"],
        ["core.b", "1", "0", "1", "0.0%"],
        ["all", "4", "2", "2", "50.0%"],
    ]
