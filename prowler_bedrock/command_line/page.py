"""`prowler-bedrock page`."""

from __future__ import annotations

from pathlib import Path

import click

from prowler_bedrock.command_line.options import given_path
from prowler_bedrock.errors import SettingsError
from prowler_bedrock.page.findings import read_findings
from prowler_bedrock.page.render import render


@click.command(
    epilog="""\b
Examples:
  prowler aws --compliance cis_1.0_bedrock_aws -M json-ocsf -o output
  prowler-bedrock page output/*.ocsf.json --output bedrock.html
"""
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--output",
    metavar="FILE",
    callback=given_path,
    help="Where to write the page. Default: standard output.",
)
@click.option("--force", is_flag=True, help="Replace that file where it exists.")
def page(files: tuple[Path, ...], output: Path | None, force: bool) -> None:
    """Draw a page of Regions by checks from the OCSF FILES of Prowler's scans.

    One self-contained HTML file: it loads nothing and runs no script. Of repeated scans the newest
    finding counts. Calls nothing in AWS.
    """
    html = render(read_findings(files))
    if output is None:
        # The page says that it is UTF-8; the output's encoding may be another.
        click.echo(html.encode("ascii", "xmlcharrefreplace").decode("ascii"))
        return
    # What UTF-8 can't say, half of a character in a scan's JSON, must not end a half-written page.
    content = html.encode("utf-8", "backslashreplace")
    try:
        with output.open("wb" if force else "xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise SettingsError([f"--output: {output} exists; give --force to replace it."]) from error
    except OSError as error:
        raise SettingsError([f"--output: {output} can't be written ({error.strerror})."]) from error
    click.echo(f"Written: {output}", err=True)
