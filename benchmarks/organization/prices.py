"""What AWS charges for the calls and the time, in US dollars of us-east-1.

Read on 2026-11-25, for the most part from public copies of AWS's price pages: check them before you
rely on them. Free tiers are left out.
"""

from __future__ import annotations

from collections.abc import Mapping

# https://aws.amazon.com/lambda/pricing/ (arm64)
GB_SECOND, REQUEST = 0.0000133334, 0.20 / 1e6
# https://aws.amazon.com/sqs/pricing/ (standard queue)
SQS_REQUEST = 0.40 / 1e6
# https://aws.amazon.com/security-hub/pricing/: each finding ingested or updated
INGESTION = 0.00003
# https://aws.amazon.com/s3/pricing/
S3_WRITE, S3_READ = 0.005 / 1000, 0.0004 / 1000
# https://aws.amazon.com/kms/pricing/; a bucket key saves most of these
KMS_REQUEST = 0.03 / 10000
# https://aws.amazon.com/step-functions/pricing/ (standard); a child is one transition at least
TRANSITION = 0.025 / 1000

Calls = Mapping[tuple[str, str], int]


def cost_of_fixing(calls: Calls, messages: int, gb_seconds: float) -> float:
    """Return the cost of fixing findings.

    Args:
        calls: service and operation to how often it was called.
        messages: findings in the queue; each causes one event more by its own update.
        gb_seconds: of the function.
    """
    batches = 2 * messages / 10
    # A message is sent, received and deleted, in batches of 10 but for the sending.
    queue = 2 * messages * (1 + 2 / 10) * SQS_REQUEST
    updates = calls.get(("securityhub", "BatchUpdateFindings"), 0)
    return (
        gb_seconds * GB_SECOND + batches * REQUEST + queue + updates * INGESTION + _storage(calls)
    )


def cost_of_scanning(calls: Calls, accounts: int, gb_seconds: float) -> float:
    """Return the cost of a sweep.

    Args:
        calls: service and operation to how often it was called.
        accounts: how many accounts were scanned.
        gb_seconds: of the functions.
    """
    imports = calls.get(("securityhub", "BatchImportFindings"), 0)
    return (
        gb_seconds * GB_SECOND
        + accounts * (REQUEST + 3 * TRANSITION)
        + imports * INGESTION
        + _storage(calls)
    )


def _storage(calls: Calls) -> float:
    def count(*starts: str) -> int:
        return sum(
            number
            for (service, name), number in calls.items()
            if service == "s3" and name.startswith(starts)
        )

    encrypted = count("Put", "Get")
    return count("Put", "List") * S3_WRITE + count("Get") * S3_READ + encrypted * KMS_REQUEST
