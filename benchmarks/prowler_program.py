"""Runs in a process of Prowler: times our service class and the built-in's, one after the other.

Standard input: a JSON list of cells, each a list of Regions and a latency in milliseconds.
Standard output: one JSON line for each measurement.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
import urllib.request
from typing import Any

from prowler.providers.aws.aws_provider import AwsProvider
from prowler.providers.aws.services.bedrock.bedrock_service import Bedrock

from benchmarks.distance import CONTROL
from fixtures.prowler_alone import start_provider
from prowler_bedrock.prowler_adapter.service import BedrockModelInvocationLogging

CONTENDERS = {"check": BedrockModelInvocationLogging, "built-in": Bedrock}


def ask(**settings: int) -> dict[str, int]:
    """Set the latency and return the calls that were counted since the last time."""
    request = urllib.request.Request(  # noqa: S310 - an address of this machine
        f"{os.environ['AWS_ENDPOINT_URL']}{CONTROL}", json.dumps(settings).encode()
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        counted: dict[str, int] = json.load(answer)
        return counted


def audit(provider: Any, regions: list[str]) -> None:
    """Let the provider audit these Regions; Prowler's own list of Regions is shorter than 40."""
    chosen = set(regions)
    provider._enabled_regions = provider.identity.audited_regions = chosen
    provider._excluded_regions = set()
    AwsProvider.get_available_aws_service_regions = staticmethod(lambda *_, **__: chosen)


def main(runs: int) -> None:
    """Measure every cell, `runs` times, the contenders in turn."""
    cells = json.load(sys.stdin)
    provider = start_provider({"us-east-1"})
    for regions, latency_ms in cells:
        audit(provider, regions)
        ask(latency_ms=0)
        # What both need only once: models, imports, and the answers in the proxy's memory.
        for contender in CONTENDERS.values():
            contender(provider)
        for _ in range(runs):
            for name, contender in CONTENDERS.items():
                ask(latency_ms=latency_ms)
                # Clearing up after the runs before is no part of this one.
                gc.collect()
                gc.freeze()
                started, processor = time.perf_counter(), time.process_time()
                contender(provider)
                seconds = time.perf_counter() - started
                measured = {
                    "task": "check",
                    "contender": name,
                    "regions": len(regions),
                    "latency_ms": latency_ms,
                    "seconds": seconds,
                    "processor": time.process_time() - processor,
                    "calls": ask().get("bedrock", 0),
                }
                print(json.dumps(measured), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
