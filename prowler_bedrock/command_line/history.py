"""`prowler-bedrock history`."""

from __future__ import annotations

from typing import Any

import click

from prowler_bedrock.account.access import ACCOUNT_ID
from prowler_bedrock.command_line.accounts import check_regions
from prowler_bedrock.command_line.options import journal_option, json_option, region_option
from prowler_bedrock.command_line.output import print_json, print_table
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.places import journal_at
from prowler_bedrock.journal.record import Record
from prowler_bedrock.logging_configuration.data_types import data_types
from prowler_bedrock.status.region_status import s3_place


def _account(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    # It names a directory, so nothing else may come through.
    if value is not None and not ACCOUNT_ID.fullmatch(value):
        raise click.UsageError(f"--account: expected a 12-digit account id (got {value!r}).")
    return value


@click.command(
    epilog="""\b
Examples:
  prowler-bedrock history
  prowler-bedrock history --account 123456789012 --region us-east-1 --json
"""
)
@click.option("--account", metavar="ID", callback=_account, help="Only this account.")
@region_option
@json_option
@journal_option
def history(
    account: str | None,
    regions: tuple[str, ...],
    as_json: bool,
    journal_directory: str | None,
) -> None:
    """Show what the journal holds; a journal on this machine is read without any call to AWS."""
    named = check_regions(regions)
    journal = journal_at(journal_directory, *named[:1])
    records = [
        record
        for one in ([account] if account else journal.accounts())
        for record in _records(journal, one, named)
    ]
    records.sort(key=lambda record: record.started_at)
    if as_json:
        print_json({"records": [record.model_dump(mode="json") for record in records]})
        return
    if not records:
        chosen = " of this account" if account else ""
        chosen += " of these Regions" if named else ""
        click.echo(f"No records{chosen} in {journal.place}.", err=True)
    print_table(
        ["time (UTC)", "account", "Region", "operation", "result", "before", "after", "record"],
        [
            [
                f"{record.started_at:%Y-%m-%d %H:%M:%S}",
                record.account,
                record.region,
                record.operation,
                _result(record),
                *_before_and_after(record),
                record.short_id,
            ]
            for record in records
        ],
    )


def _records(journal: Journal, account: str, regions: list[str]) -> list[Record]:
    # One that can't be read must not hide those of other Regions.
    if not regions:
        return journal.account_records(account)
    return [record for region in regions for record in journal.records(account, region)]


def _result(record: Record) -> str:
    result = record.result or "not finished"
    return f"{result}, backed out" if record.restored_by else result


def _before_and_after(record: Record) -> list[str]:
    names = ", ".join(f"{one.resource.kind} {one.resource.name}" for one in record.changes)
    if record.operation == "remove":
        return [names, "removed"]
    if record.operation == "repair":
        return ["broken", names]
    if retentions := [one for one in record.changes if one.resource.kind == "log-group-retention"]:
        earlier = [_retention(one.resource.name, one.earlier) for one in retentions]
        later = [_retention(one.resource.name, one.later) for one in retentions]
        return [", ".join(earlier), ", ".join(later)]
    states = [record.earlier_configuration, record.later_configuration]
    if record.operation == "data-types":
        return [" ".join(_data_types(one)) or "no data types" for one in states]
    return [_destinations(one) for one in states]


def _retention(group: str, state: dict[str, Any]) -> str:
    return f"{group} for {state['retentionInDays']} days"


def _data_types(config: dict[str, Any] | None) -> list[str]:
    return [name for name, on in data_types(config or {}).items() if on]


def _destinations(config: dict[str, Any] | None) -> str:
    if config is None:
        return "off"
    group = (config.get("cloudWatchConfig") or {}).get("logGroupName")
    named = filter(None, (group, s3_place(config.get("s3Config"))))
    return " + ".join(named) or "no destination"
