"""The command group and its one place where errors become sentences."""

from __future__ import annotations

import sys
from importlib import import_module
from io import TextIOWrapper

import click

from prowler_bedrock import __version__
from prowler_bedrock.command_line.exit_status import FAILED, WRONG_USAGE
from prowler_bedrock.errors import PluginError, SettingsError, error_message, unexpected
from prowler_bedrock.text import one_line, plain

COMMANDS = ("status", "enable", "backout", "history", "page")


class Commands(click.Group):
    """The commands, each imported only when it is run: `status` shall answer at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names, in the order in which a user needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command.

        Args:
            ctx: click's context.
            cmd_name: what the user wrote.
        """
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"prowler_bedrock.command_line.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Shell completion, for bash (zsh and fish likewise):
  eval "$(_PROWLER_BEDROCK_COMPLETE=bash_source prowler-bedrock)"
""",
)
@click.version_option(__version__, prog_name="prowler-bedrock")
def app() -> None:
    """Amazon Bedrock model invocation logging: see it, turn it on, and back out.

    Works with the AWS configuration that the AWS CLI uses. Exit status: 0 done, 1 something failed
    or could not be read, 2 wrong usage or settings, 3 (status) logging is off somewhere.
    """


def main() -> None:
    """Run the command line; no traceback reaches the user."""
    if isinstance(sys.stdout, TextIOWrapper):
        # A name that the output's encoding lacks must not hide what was done.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="prowler-bedrock")
    except SettingsError as error:
        for problem in error.problems:
            click.echo(f"Error: {one_line(problem)}", err=True)
        click.echo("Nothing was changed.", err=True)
        sys.exit(WRONG_USAGE)
    except PluginError as error:
        click.echo(f"Error: {plain(str(error))}", err=True)
        sys.exit(FAILED)
    except OSError as error:
        # Such as a full disk behind standard output; what was done stands, and in the journal.
        click.echo(f"Error: {one_line(error_message(error))}.", err=True)
        sys.exit(FAILED)
    except Exception as error:
        click.echo(f"Error: {one_line(unexpected(error))}", err=True)
        sys.exit(FAILED)
