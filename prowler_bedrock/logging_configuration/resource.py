"""How a Region's configuration is named: as Prowler's built-in check names it."""

from __future__ import annotations

RESOURCE_ID = "model-invocation-logging"


def resource_arn(partition: str, region: str, account: str) -> str:
    """Return the ARN under which the configuration of a Region is reported.

    Args:
        partition: the AWS partition.
        region: the Region's name.
        account: the 12-digit account id.
    """
    return f"arn:{partition}:bedrock:{region}:{account}:{RESOURCE_ID}"
