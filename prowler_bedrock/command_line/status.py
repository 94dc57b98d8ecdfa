"""`prowler-bedrock status`."""

from __future__ import annotations

from typing import Any

import click

from prowler_bedrock.account.access import Access
from prowler_bedrock.account.regions import bedrock_regions
from prowler_bedrock.command_line.accounts import (
    AccountOptions,
    check_regions,
    progress,
    work_on_accounts,
)
from prowler_bedrock.command_line.exit_status import DONE, FAILED, OFF
from prowler_bedrock.command_line.options import account_options, json_option, region_option
from prowler_bedrock.command_line.output import print_failures, print_json, print_table
from prowler_bedrock.status.read_regions import read_regions
from prowler_bedrock.status.region_status import RegionStatus, region_status
from prowler_bedrock.text import one_line


@click.command(
    epilog="""\b
Examples:
  prowler-bedrock status
  prowler-bedrock status --region us-east-1 --region eu-west-1 --json
  prowler-bedrock status --organization --assume-role-name SecurityAudit
"""
)
@region_option
@json_option
@account_options
@click.pass_context
def status(
    context: click.Context, /, regions: tuple[str, ...], as_json: bool, **options: Any
) -> None:
    """Show where model invocation logging is on, off or unreadable.

    Reads every Region that is enabled in the account, one call each, all at once.
    Exit status: 0 on everywhere, 3 off somewhere, 1 something could not be read.
    """
    named = check_regions(regions)
    with progress("Reading") as announce:

        def read(access: Access) -> list[RegionStatus]:
            wanted = named or bedrock_regions(access)
            observations = read_regions(access, wanted, announce(len(wanted)))
            return [
                region_status(access.account, region, observation)
                for region, observation in observations.items()
            ]

        found, failures = work_on_accounts(AccountOptions(**options), read, named)
    statuses = [one for account in found.values() for one in account]
    if as_json:
        print_json(
            {"regions": [one.model_dump() for one in statuses], "failures": failures},
        )
    else:
        _print(statuses, several=len(found) + len(failures) > 1)
        print_failures(failures)
    context.exit(_exit_status(statuses, failures))


def _print(statuses: list[RegionStatus], *, several: bool) -> None:
    print_table(
        ["account", "Region", "logging", "CloudWatch log group", "S3", "large data", "data types"],
        [
            [
                one.account if several else None,
                one.region,
                one.state,
                one.log_group_name,
                one.bucket_name,
                one.large_data_bucket_name,
                " ".join(one.data_types),
            ]
            for one in statuses
        ],
    )
    for one in statuses:
        if one.state == "unreadable":
            click.echo(
                one_line(f"{one.account if several else ''} {one.message}".strip()), err=True
            )


def _exit_status(statuses: list[RegionStatus], failures: dict[str, str]) -> int:
    states = {one.state for one in statuses}
    if "off" in states:
        return OFF
    # Nothing read is nothing proved.
    return FAILED if failures or "unreadable" in states or "on" not in states else DONE
