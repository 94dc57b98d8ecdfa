"""An organization whose members have the role of the sweep, and the functions called in it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml

from fixtures.embedded_account.handle import EmbeddedAccount

ROOT = Path(__file__).parents[2]
MANAGEMENT, OFF, ON, WITHOUT_ROLE, CLOSED = (
    "123456789012", "222222222222", "333333333333", "444444444444", "555555555555",
)  # fmt: skip
USED, UNUSED, WITHOUT_HUB, WITHOUT_PROWLER, DENIED = REGIONS = (
    "us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2",
)  # fmt: skip
EXTERNAL_ID = "the-external-id"
POLICY = json.loads((ROOT / "metadata/iam/sweep.json").read_text(encoding="utf-8"))
SETTINGS = {"PROWLER_BEDROCK_EXTERNAL_ID": EXTERNAL_ID}
LOGGING = {
    "cloudWatchConfig": {
        "logGroupName": "/aws/bedrock/existing",
        "roleArn": f"arn:aws:iam::{ON}:role/Delivery",
    },
    "textDataDeliveryEnabled": True,
}


def role(policy: Any = POLICY) -> dict[str, Any]:
    """The role of a member account, with the policy that the project publishes."""
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
    }
    return {
        "name": "ProwlerBedrockScan",
        "trust": {"Version": "2012-10-17", "Statement": [trust]},
        "permissions": policy,
    }


# Reads what the sweep has sent.
READER = {"name": "ReadFindings", "administrator": True}


def account_file(directory: Path, policy: Any = POLICY) -> str:
    """Write the organization's account file and return its path."""
    members = {
        OFF: {"name": "off", "roles": [role(policy), READER]},
        ON: {
            "name": "on",
            "roles": [role(policy), READER],
            "regions": {region: {"logging": LOGGING} for region in REGIONS},
        },
        WITHOUT_ROLE: {"name": "without-role"},
        CLOSED: {"name": "closed", "suspended": True, "roles": [role(policy), READER]},
    }
    regions: dict[str, Any] = {region: {} for region in REGIONS}
    regions[WITHOUT_HUB] = {"security_hub": False}
    regions[WITHOUT_PROWLER] = {"prowler_integration": False}
    for member in members.values():
        own = member.setdefault("regions", {})
        for region, state in regions.items():
            own[region] = {**own.get(region, {}), **state}
    faults = [{"kind": "denied", "region": DENIED}]
    path = directory / "organization.yaml"
    text = yaml.safe_dump({"regions": regions, "members": members, "faults": faults})
    path.write_text(text, encoding="utf-8")
    return str(path)


@contextmanager
def settings(account: EmbeddedAccount, **more: str) -> Iterator[None]:
    """Let the functions see the account and their settings in the environment."""
    given = {f"PROWLER_BEDROCK_{name}": value for name, value in more.items()}
    with patch.dict(os.environ, {**account.environment(), **SETTINGS, **given}):
        yield
