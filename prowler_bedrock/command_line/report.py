"""How the outcomes of `enable` and `backout` are shown."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click
from pydantic import BaseModel

from prowler_bedrock.backout.removal import Removed
from prowler_bedrock.command_line.exit_status import DONE, FAILED
from prowler_bedrock.command_line.output import print_failures, print_json
from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.text import one_line, plain


class AccountResult(BaseModel):
    """What was done in one account.

    Attributes:
        outcomes: Region to outcome.
        removed: what became of what had been created.
        failure: what kept the removal from being begun.
        note: why nothing was to do.
        advice: how to go on.
    """

    outcomes: dict[str, Outcome]
    removed: list[Removed] = []
    failure: str | None = None
    note: str = "Nothing to do."
    advice: str | None = None


def report(results: dict[str, AccountResult], failures: dict[str, str], *, as_json: bool) -> int:
    """Print what was done and return the exit status.

    Args:
        results: account to what was done.
        failures: account to the sentence that says why nothing was.
        as_json: True prints JSON.
    """
    if as_json:
        print_json(_document(results, failures))
    else:
        _print(results, failures)
    ended = {
        *(one.result for result in results.values() for one in result.outcomes.values()),
        *(one.result for result in results.values() for one in result.removed),
        *("failed" for result in results.values() if result.failure),
    }
    return FAILED if "failed" in ended or failures else DONE


def _document(results: dict[str, AccountResult], failures: dict[str, str]) -> dict[str, Any]:
    return {
        "outcomes": [
            {"account": account, "region": region, **outcome.model_dump()}
            for account, result in results.items()
            for region, outcome in result.outcomes.items()
        ],
        "removed": [
            {"account": account, **removed.model_dump()}
            for account, result in results.items()
            for removed in result.removed
        ],
        "failures": failures
        | {account: result.failure for account, result in results.items() if result.failure},
    }


def _print(results: dict[str, AccountResult], failures: dict[str, str]) -> None:
    several = len(results) + len(failures) > 1
    counts: Counter[str] = Counter()
    for account, result in results.items():
        prefix = f"{account} " if several else ""
        for region, outcome in result.outcomes.items():
            counts[outcome.result] += 1
            if outcome.result == "planned":
                _print_diff(outcome.diffs)
            click.echo(plain(f"{prefix}{region}  {outcome.result}  {outcome.message}"))
        for removed in result.removed:
            if removed.result not in ("gone", "foreign"):
                counts[removed.result] += 1
                click.echo(one_line(f"{prefix}{removed.message}"))
        if result.failure:
            counts["failed"] += 1
            click.echo(one_line(f"{prefix}{result.failure}"))
        if result.advice:
            click.echo(one_line(f"{prefix}{result.advice}"))
    print_failures(failures)
    if failures:
        counts["accounts failed"] = len(failures)
    if counts:
        click.echo(", ".join(f"{number} {what}" for what, number in counts.items()))
        return
    for note in dict.fromkeys(result.note for result in results.values()):
        click.echo(one_line(note))


def _print_diff(diff: str) -> None:
    colors = {"+": "green", "-": "red", "@": "cyan"}
    for line in plain(diff).splitlines():
        click.secho(line, fg=colors.get(line[:1]))
