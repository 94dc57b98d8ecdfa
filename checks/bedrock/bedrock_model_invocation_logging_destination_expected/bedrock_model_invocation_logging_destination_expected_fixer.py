"""Fixer: put the expected destination of a Region back."""

from prowler_bedrock.check_id import EXPECTED_CHECK_ID
from prowler_bedrock.prowler_adapter.fixer import fix_region


def fixer(region: str) -> bool:
    """Put the expected destination of a Region back, and verify it.

    Prowler reads this function's variable names to decide what to pass: it must have ``region``
    and no variable named ``resource_id`` or ``resource_arn``.

    Args:
        region: the Region of a FAIL finding.

    Returns:
        True only when the Region was read back and passes.
    """
    return fix_region(EXPECTED_CHECK_ID, region)
