"""The quotas that the automation and the sweep meet, each with its source.

A quota is a bucket of tokens for one account and Region: ``rate`` tokens a second, at most
``burst`` of them saved up.
"""

from __future__ import annotations

from typing import NamedTuple


class Quota(NamedTuple):
    """One quota.

    Attributes:
        rate: calls a second.
        burst: calls that may be saved up.
        source: where the numbers are documented; ``assumed`` where AWS documents none.
    """

    rate: float
    burst: float
    source: str


_HUB = "https://docs.aws.amazon.com/securityhub/1.0/APIReference/Welcome.html"
_STS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
_LOGS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html"
_METRICS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"
_S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html"
_ASSUMED = "assumed"

QUOTAS: dict[tuple[str, str], Quota] = {
    ("securityhub", "GetFindings"): Quota(3, 6, _HUB),
    ("securityhub", "BatchUpdateFindings"): Quota(10, 30, _HUB),
    ("securityhub", "BatchImportFindings"): Quota(10, 30, _HUB),
    ("securityhub", "*"): Quota(10, 30, _HUB),
    ("sts", "*"): Quota(600, 600, _STS),
    ("logs", "PutRetentionPolicy"): Quota(5, 5, _LOGS),
    ("logs", "*"): Quota(10, 10, _LOGS),
    ("monitoring", "*"): Quota(500, 500, _METRICS),
    ("s3", "*"): Quota(3500, 3500, _S3),
    # AWS documents no numbers for these; careful ones, from field reports of throttling.
    ("organizations", "*"): Quota(5, 10, _ASSUMED),
    ("bedrock", "*"): Quota(5, 10, _ASSUMED),
    ("iam", "*"): Quota(10, 20, _ASSUMED),
    ("ec2", "*"): Quota(20, 100, _ASSUMED),
}


def quota_of(service: str, operation: str) -> Quota | None:
    """Return the quota of an operation, or ``None`` where none is known.

    Args:
        service: signing name.
        operation: API name.
    """
    return QUOTAS.get((service, operation)) or QUOTAS.get((service, "*"))
