"""Keep ``--checks-folder`` from deleting the built-in check in Prowler's installation.

Prowler copies each folder below ``--checks-folder`` over the built-in of the same name and
deletes it when the run ends (``parse_checks_from_folder`` and ``remove_custom_checks_module`` in
``prowler/lib/check/check.py``), so a folder with our CheckID would destroy that check for good.
"""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module
from pathlib import Path

from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.prowler_adapter.arguments import QuietParser

CHECKS_PACKAGE = "prowler_bedrock.checks.bedrock"
# Short options may stand together, as in `-bx FOLDER`; which of them take a value Prowler knows.
_TOGETHER = re.compile(r"-[^-]*x")


def checks_folder(arguments: list[str]) -> str | None:
    """Return the value of ``--checks-folder``/``-x`` in Prowler's command line, if any.

    Args:
        arguments: the command line without the program's name.
    """
    parser = QuietParser()
    parser.add_argument("--checks-folder", "-x", nargs="?")
    # Without these, argparse would take them for abbreviations of the option above.
    parser.add_argument("--check", "--checks", "-c", nargs="+")
    parser.add_argument("--checks-file", "-C", nargs="?")
    known = parser.known(arguments)
    folder: str | None = known.checks_folder if known else None
    return folder


def stop_if_replaced(command_line: list[str]) -> None:
    """End the program when ``--checks-folder`` would replace our check.

    What a folder in S3 holds is known only once Prowler has downloaded it, so an audit hook also
    ends the program where Prowler is about to go through it, or to replace our check. A program
    other than Prowler, whose ``-x`` may mean anything, is ended only by the latter.

    Args:
        command_line: the program and its arguments.

    Raises:
        SystemExit: with status 1 after a message on standard error.
    """
    program, *arguments = command_line or [""]
    prowler = _is_prowler(Path(program))
    folder = checks_folder(arguments)
    if prowler and folder is not None and holds_our_check(Path(folder)):
        _stop(folder)
    if folder is not None or any(map(_TOGETHER.match, arguments)):
        _watch(reading=prowler)


def _is_prowler(program: Path) -> bool:
    return program.stem in ("prowler", "prowler-cli") or program.parts[-2:] == (
        "prowler",
        "__main__.py",
    )


def holds_our_check(folder: Path) -> bool:
    """Say whether a folder of custom checks has one under our CheckID.

    Args:
        folder: the folder given to ``--checks-folder``.
    """
    return (folder / CHECK_ID).is_dir()


def _watch(*, reading: bool) -> None:
    def hook(event: str, details: tuple[object, ...]) -> None:
        # Prowler reads the folder, then for each check deletes its own and copies the folder's.
        if event == "os.scandir" and reading and isinstance(details[0], (str, os.PathLike)):
            folder = Path(details[0])
            if holds_our_check(folder) and not _installed(folder):
                _stop(str(folder))
        elif event == "shutil.rmtree":
            target = Path(str(details[0]))
            if "services" in target.parts and target.name.lower() == CHECK_ID:
                _stop("given")
        elif event == "shutil.copytree":
            folder, target = Path(str(details[0])).parent, Path(str(details[1]))
            if "services" in target.parts and holds_our_check(folder):
                _stop(str(folder))

    sys.addaudithook(hook)


def _installed(folder: Path) -> bool:
    # Prowler's own checks and ours, which it may walk through at any time.
    own = Path(*import_module(CHECKS_PACKAGE).__path__)
    return "services" in folder.parts or folder.resolve() == own.resolve()


def _stop(folder: str) -> None:
    print(
        f"prowler-bedrock: --checks-folder {folder} holds a check named {CHECK_ID}; Prowler would "
        "overwrite the built-in check with it and then delete it. Nothing was changed. Remove "
        "--checks-folder (the installed plugin needs none) or rename the check.",
        file=sys.stderr,
    )
    raise SystemExit(1)
