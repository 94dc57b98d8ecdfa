"""Fixer: put the expected destination of a Region back."""

from prowler_bedrock.prowler_adapter.fixer import restore_expected


def fixer(region: str) -> bool:
    """Put the expected destination of a Region back, and verify it.

    Prowler reads this function's variable names to decide what to pass: it must have ``region``
    and no variable named ``resource_id`` or ``resource_arn``.

    Args:
        region: the Region of a FAIL finding.

    Returns:
        True only when the Region was read back and passes.
    """
    return restore_expected(region)
