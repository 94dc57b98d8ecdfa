"""Fixer: create again what the plugin had created and is missing."""

from prowler_bedrock.check_id import DESTINATION_CHECK_ID
from prowler_bedrock.prowler_adapter.fixer import fix_region


def fixer(region: str) -> bool:
    """Create again what the plugin had created and is missing, and verify it.

    Prowler reads this function's variable names to decide what to pass: it must have ``region``
    and no variable named ``resource_id`` or ``resource_arn``.

    Args:
        region: the Region of a FAIL finding.

    Returns:
        True only when the Region was read back and passes.
    """
    return fix_region(DESTINATION_CHECK_ID, region)
