"""Write a new check into this tree: ``python -m scaffold NAME``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from scaffold.new_check import NewCheck, ScaffoldError

ROOT = Path(__file__).resolve().parents[1]


def main(words: list[str]) -> int:
    """Write the check and say what comes next.

    Args:
        words: the command line: the CheckID.

    Returns:
        The exit status: 0, or 2 after a sentence on standard error when nothing was written.
    """
    if len(words) != 1:
        print("Usage: make check NAME=bedrock_what_must_hold", file=sys.stderr)
        return 2
    try:
        check = NewCheck(words[0], ROOT)
        written = check.write()
    except ScaffoldError as error:
        print(f"{error} Nothing was written.", file=sys.stderr)
        return 2
    _sort_imports([path for path in written if path.suffix == ".py"])
    for path in written:
        print(path.relative_to(ROOT))
    print(
        f"\nThe check reports MANUAL until prowler_bedrock/{check.topic}/judge.py judges "
        "something, and `make test` fails until the check has a requirement in "
        "metadata/compliance. CONTRIBUTING.md has the steps."
    )
    return 0


def _sort_imports(files: list[Path]) -> None:
    # Their order depends on the check's name.
    for command in (("check", "--fix"), ("format",)):
        subprocess.run([sys.executable, "-m", "ruff", *command, "--quiet", *files], check=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
