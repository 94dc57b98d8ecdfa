"""The account that all contenders work on: no Region logs, role and log groups stand."""

from __future__ import annotations

from pathlib import Path

import boto3

ROLE_ARN = "arn:aws:iam::123456789012:role/ExistingDelivery"
LOG_GROUP = "/aws/bedrock/existing"


def regions(count: int) -> list[str]:
    """Return Regions with Bedrock; more than AWS has are filled up with names like theirs."""
    real = boto3.Session().get_available_regions("bedrock")
    made_up = [f"us-made-{number}" for number in range(1, count + 1)]
    return [*real, *made_up][:count]


def write_account(folder: Path, count: int) -> Path:
    """Write the account's file and return its path.

    Args:
        folder: where.
        count: in how many Regions its log group stands.
    """
    lines = ["roles: [ExistingDelivery]", "log_groups:"]
    lines += [f"  {region}: [{LOG_GROUP}]" for region in regions(count)]
    file = folder / "account.yaml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file
