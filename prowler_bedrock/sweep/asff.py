"""Findings of ``bedrock_model_invocation_logging_enabled`` as Prowler sends them to Security Hub.

Source: ``prowler/lib/outputs/asff/asff.py`` and
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from hashlib import sha512
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.logging_configuration.judge import Verdict
from prowler_bedrock.logging_configuration.resource import resource_arn

PRODUCT = "prowler/prowler"
_STATUS = {"PASS": "PASSED", "FAIL": "FAILED"}
_SEVERITIES = ("informational", "low", "medium", "high", "critical")


class ProwlerData(BaseModel):
    """What a finding holds that depends on the version of Prowler.

    Attributes:
        provider_version: Prowler's version.
        associated_standards: the frameworks that name the check.
        related_requirements: their requirements, one text for each framework.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider_version: str
    associated_standards: list[str]
    related_requirements: list[str]


@cache
def prowler_data() -> ProwlerData:
    """Return what comes with this package, made from the newest Prowler that it supports."""
    text = files("prowler_bedrock.metadata.asff").joinpath(f"{CHECK_ID}.json").read_text("utf-8")
    return ProwlerData.model_validate_json(text)


@cache
def check_metadata() -> Any:
    """Return the metadata of the check."""
    package = files(f"prowler_bedrock.checks.bedrock.{CHECK_ID}")
    return json.loads(package.joinpath(f"{CHECK_ID}.metadata.json").read_text("utf-8"))


def finding_of(
    verdict: Verdict,
    partition: str,
    region: str,
    account: str,
    now: datetime,
    severity_in_unused_regions: str | None = None,
    data: ProwlerData | None = None,
) -> dict[str, Any] | None:
    """Return the finding of a Region, or ``None`` for MANUAL, which Prowler does not send either.

    Args:
        verdict: the Region's verdict, with its usage where it fails.
        partition: the AWS partition.
        region: the Region's name.
        account: the 12-digit account id.
        now: the time of the scan, UTC.
        severity_in_unused_regions: for failing Regions that are not in use, where it is lower.
        data: what depends on Prowler's version, by default what comes with this package.
    """
    if verdict.status not in _STATUS:
        return None
    metadata, data = check_metadata(), data or prowler_data()
    arn = resource_arn(partition, region, account)
    time = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    severity = metadata["Severity"]
    if verdict.region_unused and severity_in_unused_regions:
        severity = min(severity, severity_in_unused_regions, key=_SEVERITIES.index)
    advice = metadata["Remediation"]["Recommendation"]
    return {
        "SchemaVersion": "2018-10-08",
        # The digest is Prowler's: another one would double what Security Hub holds.
        "Id": f"prowler-{CHECK_ID}-{account}-{region}-{sha512(arn.encode()).hexdigest()[:9]}",
        "ProductArn": f"arn:{partition}:securityhub:{region}::product/{PRODUCT}",
        "RecordState": "ACTIVE",
        "ProductFields": {
            "ProviderName": "Prowler",
            "ProviderVersion": data.provider_version,
            "ProwlerResourceName": arn,
            # What Prowler sends where it was given no role for AWS Organizations.
            "ProwlerAccountOrganizationalUnitId": "",
            "ProwlerAccountOrganizationalUnitName": "",
        },
        "GeneratorId": f"prowler-{CHECK_ID}",
        "AwsAccountId": account,
        "Types": metadata["CheckType"],
        "FirstObservedAt": time,
        "UpdatedAt": time,
        "CreatedAt": time,
        "Severity": {"Label": severity.upper()},
        "Title": metadata["CheckTitle"],
        "Description": _cut(verdict.status_extended, 1000, 1000),
        "Resources": [
            {
                "Type": metadata["ResourceType"],
                "Id": arn,
                "Partition": partition,
                "Region": region,
            }
        ],
        "Compliance": {
            "Status": _STATUS[verdict.status],
            "RelatedRequirements": data.related_requirements,
            "AssociatedStandards": [{"StandardsId": name} for name in data.associated_standards],
        },
        "Remediation": {
            "Recommendation": {"Text": _cut(advice["Text"], 512, 509), "Url": advice["Url"]}
        },
    }


def _cut(text: str, longest: int, kept: int) -> str:
    return text if len(text) <= longest else f"{text[:kept]}..."
