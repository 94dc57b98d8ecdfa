"""Scan one account: every Region's verdict, and its finding to Security Hub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, NamedTuple

from prowler_bedrock.account.access import Access
from prowler_bedrock.account.regions import bedrock_regions
from prowler_bedrock.errors import AwsCallError, error_code, error_message
from prowler_bedrock.functions.log import log
from prowler_bedrock.logging_configuration.judge import Verdict, judge
from prowler_bedrock.logging_configuration.model import Observation, Unreadable
from prowler_bedrock.status.read_regions import read_regions
from prowler_bedrock.sweep.asff import finding_of
from prowler_bedrock.sweep.security_hub import IMPORT_ACTION, send
from prowler_bedrock.sweep.settings import ScanSettings
from prowler_bedrock.usage.finding import with_usage
from prowler_bedrock.usage.usage import usage_of


class RegionScan(NamedTuple):
    """What became of a Region.

    Attributes:
        verdict: the verdict; ``None`` where Bedrock is not offered.
        unreadable: the code of what prevented reading it.
        skipped: why Security Hub there takes no finding.
        error: why it did not take the finding that it should have taken.
    """

    verdict: Verdict | None
    unreadable: str | None = None
    skipped: str | None = None
    error: AwsCallError | None = None

    @property
    def sent(self) -> bool:
        """True where Security Hub has the finding."""
        return bool(
            self.verdict and self.verdict.status != "MANUAL" and not (self.skipped or self.error)
        )


def judged(access: Access, region: str, observation: Observation, days: int) -> Verdict | None:
    """Return the verdict of a Region, with its usage where it fails, as the check gives it.

    Args:
        access: the account.
        region: the Region's name.
        observation: what reading the Region gave.
        days: the window of its usage, which ends now.
    """
    verdict = judge(observation, region)
    if verdict is None or verdict.status != "FAIL":
        return verdict
    return with_usage(verdict, usage_of(access, region, days))


def scan(access: Access, settings: ScanSettings, now: datetime) -> dict[str, Any]:
    """Scan an account, send its findings and log every Region that gave no finding.

    Args:
        access: the account.
        settings: the settings.
        now: the present time, UTC.

    Returns:
        The summary, which holds Regions by cause and stays below 8 KB for 50 Regions.
    """
    regions = settings.regions or bedrock_regions(access)
    observations = read_regions(access, regions)

    def work(region: str) -> RegionScan:
        return _region(access, region, observations[region], settings, now)

    with ThreadPoolExecutor(max_workers=max(len(observations), 1)) as pool:
        scans = dict(zip(observations, pool.map(work, observations), strict=True))
    for region, one in scans.items():
        _log(access.account, region, one)
    return _summary(access.account, scans)


def _region(
    access: Access, region: str, observation: Observation, settings: ScanSettings, now: datetime
) -> RegionScan:
    verdict = judged(access, region, observation, settings.usage_window_in_days)
    if verdict is None:
        return RegionScan(None)
    finding = finding_of(
        verdict,
        access.partition,
        region,
        access.account,
        now,
        settings.severity_in_unused_regions,
    )
    if finding is None:
        code = observation.code if isinstance(observation, Unreadable) else "Unreadable"
        return RegionScan(verdict, unreadable=code)
    try:
        return RegionScan(verdict, skipped=send(access, region, finding))
    except AwsCallError as error:
        return RegionScan(verdict, error=error)
    except Exception as error:
        # One Region must not hide what became of the others.
        problem = AwsCallError(IMPORT_ACTION, region, error_code(error), error_message(error))
        return RegionScan(verdict, error=problem)


def _log(account: str, region: str, one: RegionScan) -> None:
    where = {"account": account, "region": region}
    if one.unreadable and one.verdict:
        log("WARNING", one.verdict.status_extended, code=one.unreadable, **where)
    if one.skipped:
        log("WARNING", f"{one.skipped} in {region}: no finding was sent.", **where)
    if one.error:
        log("ERROR", str(one.error), code=one.error.code, **where)


def _summary(account: str, scans: dict[str, RegionScan]) -> dict[str, Any]:
    errors = {
        region: f"{one.error.action} {one.error.code}" for region, one in scans.items() if one.error
    }
    summary: dict[str, Any] = {
        "AccountId": account,
        "Result": "failed" if errors else "scanned",
        "Counts": dict(Counter(one.verdict.status for one in scans.values() if one.verdict)),
        "Sent": sum(one.sent for one in scans.values()),
        "Unreadable": _by_cause((region, one.unreadable) for region, one in scans.items()),
        "Skipped": _by_cause((region, one.skipped) for region, one in scans.items()),
        "Errors": _by_cause(errors.items()),
    }
    if errors:
        summary["Cause"] = (
            f"{account}: Security Hub did not take the findings of {len(errors)} of {len(scans)} "
            f"Regions: {', '.join(sorted(set(errors.values())))}."
        )[:1000]
    return summary


def _by_cause(causes: Iterable[tuple[str, str | None]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for region, cause in causes:
        if cause:
            found.setdefault(cause[:100], []).append(region)
    return found
