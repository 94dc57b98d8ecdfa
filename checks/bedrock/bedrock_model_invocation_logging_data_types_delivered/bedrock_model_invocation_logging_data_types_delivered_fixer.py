"""Fixer: turn on every data type in a Region's model invocation logging."""

from prowler_bedrock.check_id import DATA_TYPES_CHECK_ID
from prowler_bedrock.prowler_adapter.fixer import fix_region


def fixer(region: str) -> bool:
    """Turn on the data types that are left out, keep the rest of the configuration, and verify it.

    Prowler reads this function's variable names to decide what to pass: it must have ``region``
    and no variable named ``resource_id`` or ``resource_arn``.

    Args:
        region: the Region of a FAIL finding.

    Returns:
        True only when the Region's configuration was read back and is the intended one.
    """
    return fix_region(DATA_TYPES_CHECK_ID, region)
