"""The verdict on whether logs go where they are expected."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from prowler_bedrock.enable.plan import DESTINATIONS
from prowler_bedrock.errors import PluginError
from prowler_bedrock.expected_destination.settings import ExpectedSettings
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.places import journal_at
from prowler_bedrock.journal.record import Operation, Record
from prowler_bedrock.logging_configuration.judge import SUBJECT, Verdict, delivering
from prowler_bedrock.logging_configuration.model import LoggingConfiguration, Observation

_SAID = {
    "log_group_name": "CloudWatch Log Group",
    "bucket_name": "S3 Bucket",
    "key_prefix": "prefix",
    "large_data_bucket_name": "large data in S3 Bucket",
    "large_data_key_prefix": "prefix",
}
_PREFIXES = frozenset({"key_prefix", "large_data_key_prefix"})
# The others record the configuration that they found, whoever chose it.
_CHOOSING_DESTINATIONS: frozenset[Operation] = frozenset({"enable", "redirect", "disable"})
_CHOOSING_DATA_TYPES = _CHOOSING_DESTINATIONS | {"data-types"}


def judge_expected(
    account: str, region: str, observation: Observation, settings: ExpectedSettings
) -> Verdict | None:
    """Return the verdict of the check on expected destinations, or ``None`` where there is none.

    Args:
        account: the 12-digit account id.
        region: the Region's name.
        observation: what reading the Region gave.
        settings: where logs are expected; without any destination the journal says it.
    """
    config = delivering(observation, region)
    if not isinstance(config, LoggingConfiguration):
        return config
    actual = destinations_of(config)
    try:
        expected = expected_destinations(account, region, settings, config)
    except PluginError as error:
        text = f"Where {SUBJECT} is expected is not known: {error}"
        return Verdict(status="MANUAL", status_extended=text)
    if expected is None:
        text = (
            f"{SUBJECT} goes to {said(actual)}; whether that is expected is not known: name the "
            "destination under this CheckID in the file given to --fixer-config."
        )
        return Verdict(status="MANUAL", status_extended=text)
    # A prefix that is not expected may be any.
    compared = {
        name: value for name, value in actual.items() if name not in _PREFIXES or name in expected
    }
    if compared == expected:
        text = f"{SUBJECT} goes to {said(actual)}, as expected."
        return Verdict(status="PASS", status_extended=text)
    text = f"{SUBJECT} goes to {said(actual)} instead of {said(expected)}."
    return Verdict(status="FAIL", status_extended=text)


def expected_destinations(
    account: str, region: str, settings: ExpectedSettings, now: LoggingConfiguration
) -> dict[str, str] | None:
    """Return where logs of a Region are expected, or ``None`` where nothing says it.

    Args:
        account: the 12-digit account id.
        region: the Region's name.
        settings: the user's; where they name no destination, the journal says it.
        now: the Region's configuration.

    Raises:
        PluginError: when the journal can't be read or does not decide it.
    """
    if settings.named:
        return settings.destinations(account, region)
    journal = journal_at(settings.journal_directory, region)
    config = recorded_configuration(journal, account, region, now)
    if config is None:
        return None
    found = destinations_of(LoggingConfiguration.model_validate(config))
    return found or None


def recorded_configuration(
    journal: Journal, account: str, region: str, now: LoggingConfiguration
) -> dict[str, Any] | None:
    """Return the configuration that changes of a Region chose, or ``None`` where none did.

    A change that was backed out of chose nothing: what was expected before it is expected again.
    One that was sent and has no good end has chosen what it sent if that stands.

    Args:
        journal: where records are kept.
        account: the 12-digit account id.
        region: the Region's name.
        now: the Region's configuration.

    Raises:
        PluginError: when a record can't be read, or nothing tells whether a change was made.
    """
    standing = [one for one in journal.records(account, region) if one.restored_by is None]
    done = [one for one in standing if one.result == "succeeded"]
    chosen = [one for one in done if one.operation in _CHOOSING_DESTINATIONS]
    open_end = _open_end(standing, chosen[-1] if chosen else None)
    if open_end:
        if _destinations_after(open_end) != destinations_of(now):
            raise PluginError(
                f"the change of {open_end.start_in_words} (record {open_end.short_id}) was sent "
                "and has no end: make it again, or undo it with backout."
            )
        chosen, done = [open_end], [*done, open_end]
    if not chosen or chosen[-1].later_configuration is None:
        return None
    destinations = chosen[-1].later_configuration
    completed = [one for one in done if one.operation in _CHOOSING_DATA_TYPES]
    rest = completed[-1].later_configuration or {}
    return _only(destinations, DESTINATIONS) | _only(rest, rest.keys() - set(DESTINATIONS))


def _open_end(standing: list[Record], chosen: Record | None) -> Record | None:
    """Return the newest change that may have chosen other destinations than those chosen last."""
    sent = (one for one in standing if one.operation in _CHOOSING_DESTINATIONS and one.sent)
    (*_, newest) = (None, *sent)
    if newest is None or newest.result == "succeeded":
        return None
    same = chosen is not None and _destinations_after(newest) == _destinations_after(chosen)
    return None if same else newest


def _destinations_after(record: Record) -> dict[str, str]:
    config = LoggingConfiguration.model_validate(record.later_configuration or {})
    return destinations_of(config)


def _only(config: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in config.items() if name in names}


def destinations_of(config: LoggingConfiguration) -> dict[str, str]:
    """Return the destinations of a configuration under the names of the settings.

    Args:
        config: the configuration.
    """
    large = config.cloud_watch.large_data_delivery if config.cloud_watch else None
    found = {
        "log_group_name": config.log_group_name,
        "bucket_name": config.bucket_name,
        "key_prefix": config.s3.key_prefix if config.s3 else None,
        "large_data_bucket_name": large.bucket_name if large else None,
        "large_data_key_prefix": large.key_prefix if large else None,
    }
    return {name: value for name, value in found.items() if value}


def said(destinations: dict[str, str]) -> str:
    """Return destinations as a sentence names them.

    Args:
        destinations: under the names of the settings.
    """
    parts: list[str] = []
    for name, value in destinations.items():
        if name in _PREFIXES and parts:
            parts[-1] += f" ({_SAID[name]} {value})"
        else:
            parts.append(f"{_SAID[name]}: {value}")
    return " and ".join(parts)
