"""The page itself: one HTML file that loads nothing and runs nothing."""

from __future__ import annotations

from collections import Counter

from jinja2 import Environment, PackageLoader, StrictUndefined

from prowler_bedrock.page.findings import CHECKS, Scan

PREFIX = f"{CHECKS}ging_"
STATUSES = ("FAIL", "MANUAL", "PASS")


def render(scan: Scan) -> str:
    """Return the page of a scan.

    Args:
        scan: what to show. Its texts are data, never markup.
    """
    environment = Environment(
        loader=PackageLoader("prowler_bedrock.page"),
        # Every text comes from AWS, from users or from a file.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    checks = sorted({check for _, _, check in scan.findings})
    accounts = {
        account: sorted({region for one, region, _ in scan.findings if one == account})
        for account in sorted({account for account, _, _ in scan.findings})
    }
    counts = Counter("muted" if one.muted else one.status for one in scan.findings.values())
    return environment.get_template("page.html.j2").render(
        scan=scan,
        checks={check: check.removeprefix(PREFIX) for check in checks},
        accounts=accounts,
        counts={name: counts[name] for name in (*STATUSES, "muted") if counts[name]},
    )
