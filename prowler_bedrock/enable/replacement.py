"""Replace the configuration of a Region as a whole: recorded, verified and undoable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeGuard

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from prowler_bedrock.account.access import Access
from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.errors import AwsCallError, PluginError
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.record import Operation, Record
from prowler_bedrock.logging_configuration.compare import differences
from prowler_bedrock.logging_configuration.model import shape_of
from prowler_bedrock.logging_configuration.write import put, read_before_change, verify


def send_configuration(bedrock: Any, journal: Journal, record: Record) -> None:
    """Make a record's later configuration that of its Region, where the earlier one still stands.

    AWS offers no condition for a ``Put``, so what someone puts between the reading here and the
    ``Put`` right after it is still replaced.

    Args:
        bedrock: a boto3 ``bedrock`` client of the Region.
        journal: where the record is kept.
        record: the change; noted as sent before it is, and as not sent where AWS refuses it.

    Raises:
        PluginError: when someone changed the configuration meanwhile, which stays as it is then, or
            a call fails, or the record can't be written.
    """
    region, later = record.region, record.later_configuration
    now = shape_of(read_before_change(bedrock, region))
    if now != record.earlier_configuration:
        if not differences(later, now):
            return  # Another run was faster.
        differing = ", ".join(differences(record.earlier_configuration, now)) or "its flags"
        raise PluginError(
            f"Someone changed the configuration of {region} while this change was prepared "
            f"({differing}): it stays as they left it. Run again."
        )
    with journal.changing(record, record.configuration):
        put(bedrock, region, later)


def send_once_settled(
    bedrock: Any,
    journal: Journal,
    record: Record,
    settling: Callable[[AwsCallError], bool],
    seconds: float,
) -> None:
    """Send a configuration, again while what was just changed for it is not seen by Bedrock yet.

    IAM and bucket policies are eventually consistent.

    Args:
        bedrock: a boto3 ``bedrock`` client of the Region.
        journal: where the record is kept.
        record: the change.
        settling: given Bedrock's answer that it may not write there, says whether waiting helps.
        seconds: how long to retry.

    Raises:
        PluginError: as of `send_configuration`.
    """

    def waiting_helps(error: BaseException) -> bool:
        return permissions_not_validated(error) and settling(error)

    for attempt in Retrying(
        retry=retry_if_exception(waiting_helps),
        stop=stop_after_delay(seconds),
        wait=wait_random_exponential(multiplier=0.5, max=8),
        reraise=True,
    ):
        with attempt:
            send_configuration(bedrock, journal, record)


def permissions_not_validated(error: BaseException) -> TypeGuard[AwsCallError]:
    """Say whether Bedrock answered that it may not write to a destination.

    The API's only sign of it is the text of a ``ValidationException``.

    Args:
        error: what was raised.
    """
    return (
        isinstance(error, AwsCallError)
        and error.code == "ValidationException"
        and "failed to validate permissions" in error.message.lower()
    )


def replace_configuration(
    access: Access,
    journal: Journal,
    region: str,
    operation: Operation,
    *,
    earlier: dict[str, Any],
    later: dict[str, Any],
    done: str,
    planned: str,
    dry_run: bool,
) -> Outcome:
    """Put a configuration, and verify it by reading back.

    Args:
        access: the account.
        journal: where records are kept.
        region: the Region's name.
        operation: what the record calls it.
        earlier: ``loggingConfig`` as it was read.
        later: ``loggingConfig`` as it shall be.
        done: the clause that says what was done.
        planned: the sentence that says what a dry run would do.
        dry_run: True plans and changes nothing.

    Raises:
        PluginError: when the record can't be written, or AWS refuses the change.
    """
    record = Record(
        account=access.account,
        region=region,
        operation=operation,
        earlier_configuration=earlier,
        later_configuration=later,
    )
    if dry_run:
        return Outcome(
            result="planned",
            message=f"Dry run: {planned} Nothing was changed.",
            changes=record.all_changes,
        )
    bedrock = access.client("bedrock", region)
    with journal.making(record):
        send_configuration(bedrock, journal, record)
        verify(bedrock, region, later)
    message = f"{done}; read back and verified. Record: {journal.location(record)}"
    message += journal.end(record, "succeeded", message)
    return Outcome(result="changed", message=message, changes=record.all_changes)
