"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def given(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """Return an option's text; an unset variable of a script must not mean "all" or "none".

    Args:
        value: the text; ``None`` where the option was not given.

    Raises:
        click.BadParameter: when it is empty.
    """
    if value is not None and not value.strip():
        raise click.BadParameter(f"expected a value (got {value!r}).")
    return value


def given_path(context: click.Context, option: click.Parameter, value: str | None) -> Path | None:
    """Return an option's text as a path; an empty one would be the current directory.

    Args:
        value: the text; ``None`` where the option was not given.

    Raises:
        click.BadParameter: when it is empty.
    """
    text = given(context, option, value)
    return None if text is None else Path(text)


def _add(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


account_options = _add(
    click.option(
        "--profile", metavar="NAME", callback=given, help="Profile of the AWS configuration files."
    ),
    click.option("--role-arn", metavar="ARN", callback=given, help="Role to assume first."),
    click.option(
        "--external-id", metavar="ID", callback=given, help="External id for the roles to assume."
    ),
    click.option(
        "--accounts",
        metavar="FILE",
        callback=given_path,
        help="Work on the accounts that FILE lists, one 12-digit id per line.",
    ),
    click.option(
        "--organization", is_flag=True, help="Work on all active accounts of the organization."
    ),
    click.option(
        "--assume-role-name",
        metavar="NAME",
        callback=given,
        help="Role to assume in each of these accounts but the caller's own; needed with "
        "--accounts or --organization.",
    ),
    click.option(
        "--max-accounts",
        type=click.IntRange(1, 50),
        default=5,
        show_default=True,
        help="How many accounts to work on at once.",
    ),
)

region_option = click.option(
    "--region",
    "regions",
    metavar="REGION",
    multiple=True,
    help="Region to work on; may be given several times.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
dry_run_option = click.option(
    "--dry-run",
    "setting_dry_run",
    is_flag=True,
    help="Show each change as a diff and make none.",
)


def _journal_option(name: str) -> Callable[[Command], Command]:
    return click.option(
        "--journal-directory",
        name,
        metavar="DIRECTORY",
        callback=given,
        help="Directory or s3://BUCKET/PREFIX of the records, instead of the user-state directory.",
    )


journal_option = _journal_option("journal_directory")
journal_setting_option = _journal_option("setting_journal_directory")
