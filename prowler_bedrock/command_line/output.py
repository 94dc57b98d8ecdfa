"""Tables and JSON, safe whatever AWS or a user named something."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import click
from tabulate import tabulate

from prowler_bedrock.text import one_line


def print_json(what: Mapping[str, Any]) -> None:
    """Print one JSON document.

    Args:
        what: its members.
    """
    click.echo(json.dumps(what, indent=2, default=str))


def print_table(headers: list[str], rows: Iterable[list[str | None]]) -> None:
    """Print a table that fits the terminal; longer cells are folded.

    Args:
        headers: the columns' names; a column without any content is left out.
        rows: the cells.
    """
    cells = [[one_line(cell or "") for cell in row] for row in rows]
    kept = [at for at in range(len(headers)) if any(row[at] for row in cells)]
    if not cells:
        return
    shown = [[row[at] for at in kept] for row in cells]
    widths = _widths([headers[at] for at in kept], shown)
    click.echo(
        tabulate(
            shown,
            headers=[headers[at] for at in kept],
            tablefmt="simple",
            maxcolwidths=widths,
            disable_numparse=True,
        )
    )


def _widths(headers: list[str], rows: list[list[str]]) -> list[int | None]:
    """Let the widest column give way until the table fits."""
    # A file or a pipe has no width: nothing is folded there.
    limit = shutil.get_terminal_size((0, 0)).columns if sys.stdout and sys.stdout.isatty() else 0
    widths = [max(len(cell) for cell in column) for column in zip(headers, *rows, strict=True)]
    if not limit:
        return [None] * len(widths)
    while sum(widths) + 2 * len(widths) > limit and max(widths) > 12:
        widths[widths.index(max(widths))] -= 1
    return list(widths)


def print_failures(failures: Mapping[str, str]) -> None:
    """Print what kept accounts from being worked on.

    Args:
        failures: account to sentence.
    """
    for account, message in failures.items():
        click.echo(f"{account}: {one_line(message)}", err=True)
