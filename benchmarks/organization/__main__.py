"""`make simulate-organization`: 1,000 accounts by 17 Regions against AWS's quotas."""

from __future__ import annotations

import argparse
from collections import Counter
from typing import Any

import boto3
from tabulate import tabulate

from benchmarks.organization.prices import cost_of_fixing, cost_of_scanning
from benchmarks.organization.quotas import quota_of
from benchmarks.organization.simulation import Cloud, Cost, Queue, remediate, sweep
from benchmarks.organization.trace import Traces, record

MEMORY_MB = 512
# A function with 1,769 MB has one processor, one with less a part of it
# (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
CPU_FACTOR = 1769 / MEMORY_MB
VISIBILITY, MOST_DELIVERIES = 1800.0, 5


def main() -> None:
    """Record, simulate, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--regions", type=int, default=17)
    parser.add_argument("--latency-ms", type=float, default=50, help="of each call; default: 50")
    parser.add_argument("--fixing", type=int, nargs="+", default=[2, 3, 5, 10, 20])
    parser.add_argument("--scanning", type=int, nargs="+", default=[10, 40, 100, 400])
    options = parser.parse_args()
    traces = record()
    accounts = [f"{number:012}" for number in range(1, options.accounts + 1)]
    regions = sorted(boto3.Session().get_available_regions("bedrock"))[: options.regions]
    print(_calls(traces, len(regions)))
    print(f"\nProcessor for one call: {traces.cpu * 1000:.1f} ms of this machine for a finding, "
          f"{traces.cpu_of_scan * 1000:.1f} ms for a scan; times {CPU_FACTOR:.2f} at "
          f"{MEMORY_MB} MB, {options.latency_ms:.0f} ms for each call.\n")  # fmt: skip
    latency = options.latency_ms / 1000
    print(f"Every one of {len(accounts) * len(regions)} Regions fails and is reported at once:")
    print(_fixing(traces, accounts, regions, latency, options.fixing))
    print(f"\nA sweep over {len(accounts)} accounts, every Region failing:")
    print(_scanning(traces, accounts, regions, latency, options.scanning))


def _calls(traces: Traces, regions: int) -> str:
    parts = {
        "batch of findings": traces.batch,
        "finding, first of its account": traces.first,
        "finding, later one": traces.later,
        "scan, account": traces.account,
        "scan, each Region": traces.region,
    }
    services = sorted({one.service for calls in parts.values() for one in calls})
    rows = []
    for name, calls in parts.items():
        counted = Counter(one.service for one in calls)
        rows.append([name, len(calls), *(counted[service] or "" for service in services)])
    return tabulate(rows, headers=["calls of one", "all", *services])


def _fixing(
    traces: Traces, accounts: list[str], regions: list[str], latency: float, settings: list[int]
) -> str:
    rows: list[list[Any]] = []
    # A scan reports an account's Regions together.
    messages = [(account, region) for account in accounts for region in regions]
    for concurrency in settings:
        cloud = Cloud(Cost(latency, traces.cpu * CPU_FACTOR))
        queue = Queue(messages, VISIBILITY, MOST_DELIVERIES)
        # moto's own quota is that of a member; where findings stand it is the security account's.
        busy = remediate(
            cloud, queue, lambda first: traces.first if first else traces.later, traces.batch,
            concurrency,
        )  # fmt: skip
        cost = cost_of_fixing(cloud.calls, len(messages), busy * MEMORY_MB / 1024)
        rows.append([
            concurrency, f"{max(queue.done, default=0) / 60:.0f}", len(queue.done), queue.dead,
            f"{sum(cloud.throttled.values()) / sum(cloud.calls.values()):.1%}", _hit(cloud),
            f"{cost / len(accounts):.4f}",
        ])  # fmt: skip
    headers = [
        "MaximumConcurrency", "minutes", "fixed", "given up", "throttled", "quotas hit",
        "USD/account",
    ]  # fmt: skip
    return tabulate(rows, headers=headers, disable_numparse=True)


def _scanning(
    traces: Traces, accounts: list[str], regions: list[str], latency: float, settings: list[int]
) -> str:
    rows: list[list[Any]] = []
    for concurrency in settings:
        cloud = Cloud(Cost(latency, traces.cpu_of_scan * CPU_FACTOR))
        busy, failed = sweep(
            cloud, accounts, traces.account, lambda region: traces.region, regions, concurrency
        )
        cost = cost_of_scanning(cloud.calls, len(accounts), busy * MEMORY_MB / 1024)
        rows.append([
            concurrency, f"{cloud.clock.now / 60:.1f}", failed,
            f"{sum(cloud.throttled.values()) / sum(cloud.calls.values()):.1%}", _hit(cloud),
            f"{cost / len(accounts):.4f}",
        ])  # fmt: skip
    headers = ["MaxConcurrency", "minutes", "failed", "throttled", "quotas hit", "USD/account"]
    return tabulate(rows, headers=headers, disable_numparse=True)


def _hit(cloud: Cloud) -> str:
    found = []
    for (service, operation), count in cloud.throttled.most_common(3):
        quota = quota_of(service, operation)
        assumed = "*" if quota and quota.source == "assumed" else ""
        found.append(f"{operation}{assumed} {count}")
    return ", ".join(found) or "none"


if __name__ == "__main__":
    main()
