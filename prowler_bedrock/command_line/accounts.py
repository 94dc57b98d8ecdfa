"""Which accounts a command works on, and the work on them, several at once."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TypeVar

import boto3
import click
from botocore.exceptions import UnknownRegionError
from botocore.loaders import create_loader
from botocore.regions import EndpointResolver
from pydantic import BaseModel, ConfigDict

from prowler_bedrock.account.access import Access
from prowler_bedrock.account.connection import assume, connect, enter, open_session
from prowler_bedrock.account.listing import accounts_of_file, accounts_of_organization
from prowler_bedrock.command_line.exit_status import FAILED
from prowler_bedrock.enable.names import ROLE_ARN, ROLE_NAME
from prowler_bedrock.enable.outcome import Outcome, outcome_of_error
from prowler_bedrock.errors import PluginError, cause_of

Result = TypeVar("Result")
REGION_WORKERS = 10
STOPPED = (
    "Stopped: changes that had begun were ended, and no other was begun. `prowler-bedrock history` "
    "shows them."
)
RUN_AGAIN = "Run the command again to go on."
# Set by Ctrl-C, for the work in other threads.
_stopping = Event()


class AccountOptions(BaseModel):
    """The shared account options of a command line.

    Attributes:
        profile: the AWS profile.
        role_arn: a role to assume first.
        external_id: for the roles to assume.
        accounts: a file of account ids.
        organization: True works on the organization's accounts.
        assume_role_name: the role to assume in each account.
        max_accounts: how many accounts to work on at once.
    """

    model_config = ConfigDict(extra="forbid")

    profile: str | None
    role_arn: str | None
    external_id: str | None
    accounts: Path | None
    organization: bool
    assume_role_name: str | None
    max_accounts: int

    @property
    def several(self) -> bool:
        """True where the accounts are chosen, instead of the one of the credentials."""
        return self.accounts is not None or self.organization

    def check(self) -> None:
        """Refuse options that contradict each other.

        Raises:
            click.UsageError: when they do.
        """
        if self.accounts is not None and self.organization:
            raise click.UsageError("Give either --accounts or --organization, not both.")
        if self.several and not self.assume_role_name:
            raise click.UsageError(
                "--accounts and --organization need --assume-role-name, the role to assume in each "
                "account."
            )
        if self.assume_role_name and not self.several:
            raise click.UsageError("--assume-role-name needs --accounts or --organization.")
        if self.assume_role_name and not ROLE_NAME.pattern.fullmatch(self.assume_role_name):
            raise click.UsageError(f"--assume-role-name: expected {ROLE_NAME.expected}.")
        if self.role_arn and not ROLE_ARN.pattern.fullmatch(self.role_arn):
            raise click.UsageError(
                f"--role-arn: expected {ROLE_ARN.expected} (got {self.role_arn!r})."
            )
        if self.external_id and not (self.role_arn or self.assume_role_name):
            raise click.UsageError("--external-id needs --role-arn or --assume-role-name.")


def work_on_accounts(
    options: AccountOptions,
    work: Callable[[Access], Result],
    regions: list[str],
    *,
    only: str | None = None,
) -> tuple[dict[str, Result], dict[str, str]]:
    """Do some work in each account, so that one failing account never stops the others.

    Args:
        options: the account options.
        work: what to do in an account; called in threads.
        regions: the Regions that the user named; they tell the partition.
        only: the one of several accounts that there is work in; by default all of them.

    Returns:
        Account to result, and account to the sentence that says why there is none.

    Raises:
        PluginError: when the caller itself can't connect, the accounts can't be listed, or the
            only one is not among them.
    """
    options.check()
    session = open_session(options.profile, regions[0] if regions else None)
    if options.role_arn:
        session = assume(session, options.role_arn, options.external_id)
    caller = connect(session)
    if options.accounts is not None:
        accounts = accounts_of_file(options.accounts)
    elif options.organization:
        accounts = accounts_of_organization(caller)
    else:
        return {caller.account: work(caller)}, {}
    if only is not None:
        if only not in accounts:
            raise PluginError(
                f"Account {only} is not among the accounts of --accounts or --organization: add "
                "it, or use its credentials. Nothing was changed."
            )
        accounts = [only]

    def work_in(account: str) -> Result:
        return work(_member(session, caller, account, options))

    results, failures = {}, {}
    with _ending_early(options.max_accounts) as pool:
        futures = {pool.submit(work_in, account): account for account in accounts}
        for future in as_completed(futures):
            try:
                results[futures[future]] = future.result()
            except Exception as error:
                # Whatever it is, what was done in the others has to be told.
                failures[futures[future]] = cause_of(error)
    order = {account: at for at, account in enumerate(accounts)}
    return (
        dict(sorted(results.items(), key=lambda one: order[one[0]])),
        dict(sorted(failures.items(), key=lambda one: order[one[0]])),
    )


def _member(
    session: boto3.Session, caller: Access, account: str, options: AccountOptions
) -> Access:
    if account == caller.account:
        return caller  # the management account usually has no such role
    arn = f"arn:{caller.partition}:iam::{account}:role/{options.assume_role_name}"
    return enter(session, arn, account, options.external_id)


def check_regions(regions: Iterable[str]) -> list[str]:
    """Return the Regions that a user named, once each.

    Args:
        regions: the names.

    Raises:
        click.UsageError: when one can't be a Region of AWS.
    """
    found = list(dict.fromkeys(regions))
    # As botocore's sessions have it, but for the user's configuration, which says nothing of it.
    resolver = EndpointResolver(create_loader().load_data("endpoints"))
    for region in found:
        try:
            resolver.get_partition_for_region(region)
        except UnknownRegionError as error:
            raise click.UsageError(
                f"--region: {region!r} is not a Region of AWS, expected a name such as us-east-1."
            ) from error
    return found


def in_regions(
    regions: Iterable[str], work: Callable[[str], Outcome], done: Callable[[str], None]
) -> dict[str, Outcome]:
    """Change each Region, several at once.

    Args:
        regions: the Regions' names.
        work: what to do in a Region; called in threads.
        done: called with each Region's name afterwards.

    Returns:
        Region to outcome, in the given order.
    """

    def change(region: str) -> Outcome:
        if _stopping.is_set():
            return outcome_of_error(PluginError("Not begun: the run was stopped."))
        try:
            return work(region)
        except Exception as error:
            return outcome_of_error(error)

    names = list(regions)
    with _ending_early(REGION_WORKERS) as pool:
        futures = {pool.submit(change, region): region for region in names}
        results = {}
        for future in as_completed(futures):
            results[futures[future]] = future.result()
            done(futures[future])
    return {region: results[region] for region in names}


@contextmanager
def _ending_early(workers: int) -> Iterator[ThreadPoolExecutor]:
    """After Ctrl-C, what has begun ends and nothing else begins; another one ends it no sooner."""
    pool = ThreadPoolExecutor(max_workers=workers)
    try:
        yield pool
    except KeyboardInterrupt:
        _stopping.set()
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
        click.echo("Stopping: waiting for the changes that have begun to end.", err=True)
        pool.shutdown(cancel_futures=True)
        _stopping.clear()
        signal.signal(signal.SIGINT, handler)
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def ended_by_the_user(told: str) -> Iterator[None]:
    """After Ctrl-C, say what became of the work.

    Args:
        told: the sentences.

    Raises:
        click.exceptions.Exit: after Ctrl-C.
    """
    try:
        yield
    except KeyboardInterrupt as interrupt:
        click.echo(told, err=True)
        raise click.exceptions.Exit(FAILED) from interrupt


@contextmanager
def progress(label: str) -> Iterator[Callable[[int], Callable[[str], None]]]:
    """Show a progress bar on a terminal, and nothing elsewhere.

    Args:
        label: what is done.

    Returns:
        A function that announces a number of Regions more and returns what to call when one is
        done; threads may call both.
    """
    if not (sys.stderr and sys.stderr.isatty()):
        yield lambda regions: lambda region: None
        return
    with click.progressbar(length=0, label=label, file=sys.stderr) as bar:

        def announce(regions: int) -> Callable[[str], None]:
            bar.length = (bar.length or 0) + regions
            bar.render_progress()
            return lambda region: bar.update(1)

        yield announce
