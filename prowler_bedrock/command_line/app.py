"""The command group and its one place where errors become sentences."""

from __future__ import annotations

import sys

import click

from prowler_bedrock import __version__
from prowler_bedrock.command_line.backout import backout
from prowler_bedrock.command_line.enable import enable
from prowler_bedrock.command_line.exit_status import FAILED, WRONG_USAGE
from prowler_bedrock.command_line.history import history
from prowler_bedrock.command_line.output import plain
from prowler_bedrock.command_line.status import status
from prowler_bedrock.errors import PluginError, SettingsError


@click.group(
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


app.add_command(status)
app.add_command(enable)
app.add_command(backout)
app.add_command(history)


def main() -> None:
    """Run the command line; no traceback reaches the user."""
    try:
        app()
    except SettingsError as error:
        for problem in error.problems:
            click.echo(f"Error: {plain(problem)}", err=True)
        click.echo("Nothing was changed.", err=True)
        sys.exit(WRONG_USAGE)
    except PluginError as error:
        click.echo(f"Error: {plain(str(error))}", err=True)
        sys.exit(FAILED)
    except Exception as error:
        click.echo(
            f"Error: unexpected {type(error).__name__}: {plain(str(error))}; please report it with "
            "the command that you ran.",
            err=True,
        )
        sys.exit(FAILED)
