"""`prowler-bedrock enable`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from prowler_bedrock.account.access import Access
from prowler_bedrock.account.regions import bedrock_regions
from prowler_bedrock.command_line.accounts import (
    RUN_AGAIN,
    STOPPED,
    AccountOptions,
    check_regions,
    ended_by_the_user,
    in_regions,
    progress,
    work_on_accounts,
)
from prowler_bedrock.command_line.options import (
    account_options,
    dry_run_option,
    journal_setting_option,
    json_option,
    region_option,
)
from prowler_bedrock.command_line.report import AccountResult, report
from prowler_bedrock.command_line.settings import (
    DESTINATIONS,
    setting_fields,
    settings_from,
    settings_options,
)
from prowler_bedrock.enable.enabler import Enabler
from prowler_bedrock.journal.places import journal_at
from prowler_bedrock.usage.restriction import in_regions_in_use


@click.command(
    epilog="""\b
Examples:
  prowler-bedrock enable --dry-run
  prowler-bedrock enable --region us-east-1 --log-group-name /bedrock/invocations
  prowler-bedrock enable --destination s3 --bucket-name bedrock-logs-{account}-{region}
  prowler-bedrock enable --accounts accounts.txt --assume-role-name BedrockLogging
"""
)
@region_option
@click.option(
    "--destination",
    "setting_destination",
    type=click.Choice(DESTINATIONS),
    help="Where to deliver. Default: cloudwatch.",
)
@settings_options
@click.option(
    "--only-regions-in-use",
    "setting_only_regions_in_use",
    is_flag=True,
    help="Leave Regions alone that had no invocation in the window.",
)
@click.option(
    "--usage-window-in-days",
    "setting_usage_window_in_days",
    type=int,
    metavar="DAYS",
    help="That window. Default: 30.",
)
@dry_run_option
@json_option
@journal_setting_option
@account_options
@click.pass_context
def enable(
    context: click.Context,
    /,
    regions: tuple[str, ...],
    settings_file: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Turn logging on in every Region where it is off.

    The same work as Prowler's fixer: each Region is read, recorded, changed, read back and
    compared; one that passes already is left alone. Without --region: every Region that is enabled
    in the account, but for those without Bedrock. Names may hold {account} and {region}. Exit
    status: 0 every Region passes now, 1 something failed, 2 wrong usage or settings.
    """
    fields = setting_fields(options)
    settings = settings_from(fields, settings_file)
    if fields["usage_window_in_days"] is not None and not settings.only_regions_in_use:
        raise click.UsageError("--usage-window-in-days needs --only-regions-in-use.")
    named = check_regions(regions)
    journal = journal_at(settings.journal_directory, *named[:1])
    with ended_by_the_user(f"{STOPPED} {RUN_AGAIN}"), progress("Enabling") as announce:

        def work(access: Access) -> AccountResult:
            wanted = named or bedrock_regions(access)
            enabler = Enabler(access, settings, journal, regions_named=bool(named))
            change = in_regions_in_use(access, settings, enabler.enable)
            return AccountResult(outcomes=in_regions(wanted, change, announce(len(wanted))))

        results, failures = work_on_accounts(AccountOptions(**options), work, named)
    context.exit(report(results, failures, as_json=as_json))
