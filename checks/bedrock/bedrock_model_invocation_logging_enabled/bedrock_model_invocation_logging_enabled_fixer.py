"""Fixer: turn Amazon Bedrock model invocation logging on in a Region."""

from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.prowler_adapter.fixer import fix_region


def fixer(region: str) -> bool:
    """Enable model invocation logging in a Region as the settings say, and verify it.

    Prowler reads this function's variable names to decide what to pass: it must have ``region``
    and no variable named ``resource_id`` or ``resource_arn``.

    Args:
        region: the Region of a FAIL finding.

    Returns:
        True only when the Region's configuration was read back and is the intended one.
    """
    return fix_region(CHECK_ID, region)
