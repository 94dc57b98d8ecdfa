"""Findings from verdicts, the same way for every check."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

from prowler.lib.check.models import Check_Report_AWS, Severity
from pydantic.alias_generators import to_snake

from prowler_bedrock.enable.settings import CheckSettings, Settings
from prowler_bedrock.errors import AwsCallError, SettingsError, error_code, error_message
from prowler_bedrock.logging_configuration.data_types import FLAG_SUFFIX
from prowler_bedrock.logging_configuration.judge import SUBJECT, Verdict
from prowler_bedrock.logging_configuration.model import (
    Configured,
    LoggingConfiguration,
    NotOffered,
    Observation,
    Unreadable,
    shape_of,
)
from prowler_bedrock.logging_configuration.resource import RESOURCE_ID
from prowler_bedrock.prowler_adapter.client import client
from prowler_bedrock.prowler_adapter.settings import settings_of
from prowler_bedrock.text import one_line
from prowler_bedrock.usage.finding import with_usage
from prowler_bedrock.usage.usage import Usage, usage_of

CORRECT_SETTINGS = "Correct the file given to --fixer-config and scan again."


def findings_with_settings(
    metadata: Any,
    model: type[Settings],
    judge: Callable[[Observation, str, Settings], Verdict | None],
) -> list[Check_Report_AWS]:
    """Return the findings of a check that has settings; wrong ones make every Region MANUAL.

    Args:
        metadata: the check's metadata.
        model: what settings there are.
        judge: gives the verdict of a Region's observation; called in threads.
    """
    try:
        settings = settings_of(model, _check_id(metadata))
    except SettingsError as error:
        # A cell of Prowler's CSV must not begin with what a user wrote: it may be a formula.
        text = f"The settings are not valid: {error} {CORRECT_SETTINGS}"

        def refuse(observation: Observation, _: str) -> Verdict | None:
            if isinstance(observation, NotOffered):
                return None
            return Verdict(status="MANUAL", status_extended=text)

        return _findings(metadata, refuse, CheckSettings())
    return _findings(metadata, lambda one, region: judge(one, region, settings), settings)


def findings_of(
    metadata: Any,
    judge: Callable[[Observation, str], Verdict | None],
    model: type[CheckSettings] = CheckSettings,
) -> list[Check_Report_AWS]:
    """Return the findings of a check whose verdict knows no settings; failing ones name wrong ones.

    Args:
        metadata: the check's metadata.
        judge: gives the verdict of a Region's observation; called in threads.
        model: what settings its fixer has.
    """
    try:
        return _findings(metadata, judge, settings_of(model, _check_id(metadata)))
    except SettingsError as error:
        return _findings(metadata, judge, CheckSettings(), f" {error} {CORRECT_SETTINGS}")


def _check_id(metadata: Any) -> str:
    return str(json.loads(metadata)["CheckID"])


def _findings(
    metadata: Any,
    judge: Callable[[Observation, str], Verdict | None],
    settings: CheckSettings,
    note: str = "",
) -> list[Check_Report_AWS]:
    findings = []
    regions, observations = list(client.observations), client.observations.values()
    judged = partial(_judged, judge, settings, note)
    with ThreadPoolExecutor(max_workers=max(len(regions), 1)) as pool:
        verdicts = list(pool.map(judged, observations, regions))
    for region, observation, verdict in zip(regions, observations, verdicts, strict=True):
        if verdict is None:
            continue
        report = Check_Report_AWS(metadata=metadata, resource=_resource(observation))
        report.region = region
        report.resource_id = RESOURCE_ID
        report.resource_arn = client.resource_arn(region)
        report.status = verdict.status
        # Prowler prints it, and writes it into its files, as it is.
        report.status_extended = one_line(verdict.status_extended)
        lower = settings.severity_in_unused_regions
        if verdict.region_unused and lower:
            # As Prowler's own checks do for findings that matter less than others.
            own = report.check_metadata.Severity
            report.check_metadata.Severity = max(own, Severity(lower), key=list(Severity).index)
        findings.append(report)
    return findings


def _resource(observation: Observation) -> dict[str, Any]:
    """Return what reports show of the resource: the built-in's members, and the API's own."""
    if isinstance(observation, Unreadable):
        return observation.model_dump()
    config = LoggingConfiguration()
    if isinstance(observation, Configured):
        config = observation.configuration
    return {
        "enabled": isinstance(observation, Configured),
        "cloudwatch_log_group": config.log_group_name,
        "s3_bucket": config.bucket_name,
        **{
            to_snake(name): value
            for name, value in config.api_shape().items()
            if name.endswith(FLAG_SUFFIX)
        },
        "loggingConfig": shape_of(observation),
    }


def _judged(
    judge: Callable[[Observation, str], Verdict | None],
    settings: CheckSettings,
    note: str,
    observation: Observation,
    region: str,
) -> Verdict | None:
    try:
        verdict = judge(observation, region)
        if verdict is None or verdict.status == "PASS":
            return verdict
        told = f"{verdict.status_extended}{note}"
        verdict = verdict.model_copy(update={"status_extended": told})
        if verdict.status == "MANUAL":
            return verdict
        return with_usage(verdict, _usage(region, settings.usage_window_in_days))
    except Exception as error:
        # Prowler would log it and report nothing: silence, for every Region of the check.
        return Verdict(
            status="MANUAL",
            status_extended=f"{SUBJECT} could not be judged in {region}: {error_code(error)} "
            f"({error_message(error)}); scan again.",
        )


@cache
def _usage(region: str, days: int) -> Usage | AwsCallError:
    # The checks of a run ask once.
    return usage_of(client.access, region, days)
