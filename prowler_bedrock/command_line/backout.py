"""`prowler-bedrock backout`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from prowler_bedrock.account.access import Access
from prowler_bedrock.account.regions import bedrock_regions
from prowler_bedrock.backout.chain import UNDOABLE
from prowler_bedrock.backout.created import REMOVE_ONLY
from prowler_bedrock.backout.removal import Removed, Remover
from prowler_bedrock.backout.restorer import Restorer
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
    given,
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
from prowler_bedrock.enable.outcome import Outcome, failing_as_outcome
from prowler_bedrock.errors import PluginError, cause_of
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.places import journal_at
from prowler_bedrock.journal.record import Record
from prowler_bedrock.logging_configuration.model import Observation
from prowler_bedrock.logging_configuration.read import parse_answer
from prowler_bedrock.status.read_regions import read_regions

_UNDOES_MORE = "where it is done, a backout that is made again undoes one change more."
_GO_ON = f"Go on with --region of each Region that is not done: {_UNDOES_MORE}"
_TRY_AGAIN = f"`{REMOVE_ONLY}` goes on."
_REMOVAL_STOPPED = f"Stopped while what was created was being removed. {_TRY_AGAIN}"


@click.command(
    epilog="""\b
Examples:
  prowler-bedrock backout --dry-run
  prowler-bedrock backout --region us-east-1 --remove-created
  prowler-bedrock backout --region us-east-1 --remove-created --no-restore --remove-data
  prowler-bedrock backout --region us-east-1 --disable
  prowler-bedrock backout --region us-east-1 --to s3 --bucket-name audit-logs-{account}-{region}
"""
)
@region_option
@click.option(
    "--record",
    "record_id",
    metavar="ID",
    callback=given,
    help="The record to undo, as `history` shows it.",
)
@click.option("--disable", is_flag=True, help="Turn logging off, whatever was before.")
@click.option(
    "--to",
    "setting_destination",
    type=click.Choice(DESTINATIONS),
    help="Revert to another destination, described by the options below.",
)
@click.option(
    "--remove-created",
    is_flag=True,
    help="Also remove the role, log groups and buckets that the journal says were created.",
)
@click.option(
    "--remove-data",
    is_flag=True,
    help="With --remove-created: also those that hold log streams or objects.",
)
@click.option(
    "--no-restore",
    is_flag=True,
    help="With --remove-created: remove alone, and leave the configuration as it is.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Go on where someone changed the configuration since, or a Region can't be read.",
)
@settings_options
@dry_run_option
@json_option
@journal_setting_option
@account_options
@click.pass_context
def backout(
    context: click.Context,
    /,
    regions: tuple[str, ...],
    record_id: str | None,
    disable: bool,
    remove_created: bool,
    remove_data: bool,
    no_restore: bool,
    force: bool,
    settings_file: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Restore what was before the newest change that the journal holds of each Region.

    Without --region: every Region of which the journal of this account holds a change that is not
    undone. The configuration is put back or deleted, and policies of buckets that stood before lose
    the statement that was added; both are read back. Exit status: 0 done, 1 something failed or was
    refused, 2 wrong usage.
    """
    fields = setting_fields(options)
    to = fields.get("destination")
    if disable and to:
        raise click.UsageError("Give either --disable or --to, not both.")
    if record_id and (disable or to or regions):
        raise click.UsageError("--record goes without --region, --disable and --to.")
    if remove_data and not remove_created:
        raise click.UsageError("--remove-data needs --remove-created.")
    if no_restore and not remove_created:
        raise click.UsageError("--no-restore needs --remove-created.")
    if no_restore and (disable or to or record_id):
        raise click.UsageError("--no-restore goes without --disable, --to and --record.")
    described = {k for k, v in fields.items() if v and k not in ("dry_run", "journal_directory")}
    if not to and (described or settings_file):
        raise click.UsageError("Settings of a destination need --to.")
    settings = settings_from(fields, settings_file, destination="--to")
    named = check_regions(regions)
    journal = journal_at(settings.journal_directory, *named[:1])
    account_choice = AccountOptions(**options)
    only = None
    if record_id and account_choice.several:
        account_choice.check()
        only = _record_of_any_account(journal, record_id).account

    stopped = f"{STOPPED} {RUN_AGAIN if disable or to else _GO_ON}"
    with ended_by_the_user(stopped), progress("Backing out") as announce:

        def work(access: Access) -> AccountResult:
            wanted = named or _regions(
                journal,
                access,
                record_id,
                finished=remove_created,
                chosen=account_choice.several,
            )
            restorer = Restorer(access, journal, force=force, dry_run=settings.dry_run)

            def restore(region: str) -> Outcome:
                return restorer.restore(region, record_id)

            act: Callable[[str], Outcome] = restorer.disable if disable else restore
            if to:
                enabler = Enabler(access, settings, journal)

                @failing_as_outcome
                def redirect(region: str) -> Outcome:
                    restorer.check_unchanged(region)
                    return enabler.enable(region, redirect=True)

                act = redirect
            outcomes: dict[str, Outcome] = {}
            if not no_restore:
                outcomes = in_regions(wanted, act, announce(len(wanted)))
            removed: list[Removed] = []
            failure = None
            if remove_created:
                failed = _failed(outcomes)
                done = [name for name in wanted if name not in failed]
                try:
                    with ended_by_the_user(_REMOVAL_STOPPED):
                        remover = Remover(
                            access,
                            journal,
                            _after(access, outcomes),
                            remove_data=remove_data,
                            force=force,
                            dry_run=settings.dry_run,
                        )
                        removed = remover.remove(done)
                except Exception as error:
                    # What became of the Regions stands all the same.
                    cause = cause_of(error)
                    failure = f"--remove-created: nothing was removed. {cause} {_TRY_AGAIN}"
            note = f"Nothing to do: {journal.place} holds no change that is not undone yet."
            if no_restore:
                note = f"Nothing to do: nothing that {journal.place} says was created is left."
            if disable or to:
                note = f"{note} --disable and --to take other Regions by --region."
            return AccountResult(
                outcomes=outcomes,
                removed=removed,
                failure=failure,
                note=note,
                advice=None if disable or to else _advice(outcomes),
            )

        results, failures = work_on_accounts(account_choice, work, named, only=only)
    context.exit(report(results, failures, as_json=as_json))


def _failed(outcomes: dict[str, Outcome]) -> list[str]:
    return [region for region, one in outcomes.items() if one.result == "failed"]


def _advice(outcomes: dict[str, Outcome]) -> str | None:
    """Say how to go on where some Regions are backed out and others are not."""
    failed = _failed(outcomes)
    if not failed or not any(one.result == "changed" for one in outcomes.values()):
        return None
    options = " ".join(f"--region {region}" for region in failed)
    return f"Go on with {options} alone: {_UNDOES_MORE}"


def _regions(
    journal: Journal, access: Access, record_id: str | None, *, finished: bool, chosen: bool
) -> list[str]:
    records = journal.account_records(access.account)
    if record_id:
        return [_record(journal, access, records, record_id).region]
    # Of several accounts, one may never have been changed.
    if not records and not chosen:
        others = [one for one in journal.accounts() if one != access.account]
        held = f"; it holds records of {', '.join(others)}" if others else ""
        raise PluginError(
            f"The journal in {journal.place} holds no record of account {access.account}"
            f"{held}: use the credentials of the record's account or name its --journal-directory. "
            "Nothing was changed."
        )
    regions = sorted({record.region for record in records})
    if finished:
        return regions
    undone = {one.region for one in records if one.operation in UNDOABLE and not one.restored_by}
    return [region for region in regions if region in undone]


def _record(journal: Journal, access: Access, records: list[Record], record_id: str) -> Record:
    if found := _only(records, record_id):
        return found
    other = _record_of_any_account(journal, record_id)
    raise PluginError(
        f"Record {record_id} is of account {other.account}, and the credentials are of "
        f"{access.account}: use those of {other.account}. Nothing was changed."
    )


def _record_of_any_account(journal: Journal, record_id: str) -> Record:
    records = [one for account in journal.accounts() for one in journal.account_records(account)]
    if found := _only(records, record_id):
        return found
    raise PluginError(
        f"--record: the journal in {journal.place} holds no record {record_id}; see "
        "`prowler-bedrock history`. Nothing was changed."
    )


def _only(records: list[Record], record_id: str) -> Record | None:
    found = [record for record in records if record.record_id.startswith(record_id)]
    if len(found) > 1:
        raise PluginError(
            f"--record: {len(found)} records begin with {record_id}; give more of the id. "
            "Nothing was changed."
        )
    return found[0] if found else None


def _after(access: Access, outcomes: dict[str, Outcome]) -> dict[str, Observation]:
    """Return what every Region says after the backout, or would say after a dry run's."""
    observations = read_regions(access, [*bedrock_regions(access), *outcomes])
    for region, outcome in outcomes.items():
        for change in outcome.changes if outcome.result == "planned" else []:
            if change.resource.kind == "logging-configuration":
                observations[region] = parse_answer({"loggingConfig": change.later})
    return observations
