"""Findings from verdicts, the same way for every check."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from prowler.lib.check.models import Check_Report_AWS

from prowler_bedrock.enable.settings import Settings
from prowler_bedrock.errors import SettingsError, error_code, error_message
from prowler_bedrock.logging_configuration.judge import SUBJECT, Verdict
from prowler_bedrock.logging_configuration.model import NotOffered, Observation
from prowler_bedrock.prowler_adapter.client import client
from prowler_bedrock.prowler_adapter.service import RESOURCE_ID
from prowler_bedrock.prowler_adapter.settings import settings_of


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
        settings = settings_of(model, json.loads(metadata)["CheckID"])
    except SettingsError as error:
        text = f"{error} Correct the file given to --fixer-config and scan again."

        def refuse(observation: Observation, _: str) -> Verdict | None:
            if isinstance(observation, NotOffered):
                return None
            return Verdict(status="MANUAL", status_extended=text)

        return findings_of(metadata, refuse)
    return findings_of(metadata, lambda one, region: judge(one, region, settings))


def findings_of(
    metadata: Any, judge: Callable[[Observation, str], Verdict | None]
) -> list[Check_Report_AWS]:
    """Return one finding per Region that has a verdict, in the order of the Regions' names.

    Args:
        metadata: the check's metadata.
        judge: gives the verdict of a Region's observation; called in threads.
    """
    findings = []
    regions, observations = list(client.observations), client.observations.values()
    with ThreadPoolExecutor(max_workers=max(len(regions), 1)) as pool:
        verdicts = list(pool.map(partial(_judged, judge), observations, regions))
    for region, observation, verdict in zip(regions, observations, verdicts, strict=True):
        if verdict is None:
            continue
        report = Check_Report_AWS(metadata=metadata, resource=observation.model_dump())
        report.region = region
        report.resource_id = RESOURCE_ID
        report.resource_arn = client.resource_arn(region)
        report.status = verdict.status
        report.status_extended = verdict.status_extended
        findings.append(report)
    return findings


def _judged(
    judge: Callable[[Observation, str], Verdict | None], observation: Observation, region: str
) -> Verdict | None:
    try:
        return judge(observation, region)
    except Exception as error:
        # Prowler would log it and report nothing: silence, for every Region of the check.
        return Verdict(
            status="MANUAL",
            status_extended=f"{SUBJECT} could not be judged in {region}: {error_code(error)} "
            f"({error_message(error)}); scan again.",
        )
