"""Findings from verdicts, the same way for every check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prowler.lib.check.models import Check_Report_AWS

from prowler_bedrock.logging_configuration.judge import Verdict
from prowler_bedrock.logging_configuration.model import Observation
from prowler_bedrock.prowler_adapter.client import client
from prowler_bedrock.prowler_adapter.service import RESOURCE_ID


def findings_of(
    metadata: Any, judge: Callable[[Observation, str], Verdict | None]
) -> list[Check_Report_AWS]:
    """Return one finding per Region that has a verdict, in the order of the Regions' names.

    Args:
        metadata: the check's metadata.
        judge: gives the verdict of a Region's observation.
    """
    findings = []
    for region, observation in client.observations.items():
        verdict = judge(observation, region)
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
