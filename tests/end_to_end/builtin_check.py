"""Runs Prowler's own check alone, in a process of its own: a whole scan costs half a minute more.

Arguments: the Regions. Standard output: a JSON list of Region, status and text of each finding.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from prowler_bedrock.check_id import CHECK_ID

SERVICE = "prowler.providers.aws.services.bedrock"
Finding = tuple[str, str, str]


def builtin_findings(environment: dict[str, str], regions: list[str]) -> list[Finding]:
    """Return the Region, status and text of each of the check's findings.

    Args:
        environment: points at the account.
        regions: the Regions to scan.
    """
    run = subprocess.run(
        [sys.executable, "-m", __name__, *regions],
        env={**os.environ, **environment, "PROWLER_BEDROCK_USE_BUILTIN": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [(region, status, text) for region, status, text in json.loads(run.stdout)]


def main(regions: list[str]) -> None:
    """Run the check as Prowler does, without its reports."""
    from prowler.lib.check.check import import_check
    from prowler.providers.aws.aws_provider import AwsProvider
    from prowler.providers.common.models import Audit_Metadata
    from prowler.providers.common.provider import Provider

    provider: Any = AwsProvider(regions=set(regions))
    provider.audit_metadata = Audit_Metadata(
        services_scanned=0, expected_checks=[], completed_checks=0, audit_progress=0
    )
    Provider.set_global_provider(provider)
    check: Any = getattr(import_check(f"{SERVICE}.{CHECK_ID}.{CHECK_ID}"), CHECK_ID)
    assert check.__module__.startswith(SERVICE)
    found = [(one.region, one.status, one.status_extended) for one in check().execute()]
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
