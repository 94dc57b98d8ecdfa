"""Runs Prowler's own check alone, in a process of its own: a whole scan costs half a minute more.

Arguments: the Regions. Standard output: a JSON list of Region, status and text of each finding.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from prowler_bedrock.check_id import CHECK_ID

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
    import prowler

    from fixtures.prowler_alone import SERVICE, findings_of, start_provider

    start_provider(set(regions))
    found = findings_of(CHECK_ID)
    module = sys.modules[f"{SERVICE}.{CHECK_ID}.{CHECK_ID}"]
    prowlers = Path(prowler.__file__).parent
    assert prowlers in Path(str(module.__file__)).parents, "the plugin's check is no built-in"
    print(json.dumps([(one.region, one.status, one.status_extended) for one in found]))


if __name__ == "__main__":
    main(sys.argv[1:])
