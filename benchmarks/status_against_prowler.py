"""`prowler-bedrock status` beside the same answer through `prowler`: wall time of the processes.

``make benchmark`` runs it: every Region of the embedded account that has Bedrock, 100 ms per call.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.check_id import CHECK_ID

LATENCY_MS = 100
RUNS = 3
BIN = Path(sys.executable).parent


def run(command: list[str], environment: dict[str, str], statuses: tuple[int, ...]) -> float:
    """Run a command, check its exit status and return its wall time in seconds."""
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in statuses:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr}")
    return time.perf_counter() - started


def bedrock_calls(account: EmbeddedAccount) -> int:
    """Return how many Regions were read, once each."""
    return len({one["region"] for one in account.calls() if one["service"] == "bedrock"})


def main() -> None:
    """Print the table."""
    seconds: dict[str, list[float]] = {"prowler-bedrock": [], "prowler": []}
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "account.yaml"
        file.write_text(f"latency_ms: {LATENCY_MS}\n", encoding="utf-8")
        with EmbeddedAccount.start(account=str(file)) as account:
            environment = {**os.environ, **account.environment()}
            status = [str(BIN / "prowler-bedrock"), "status", "--json"]
            listed = subprocess.run(status, env=environment, capture_output=True, check=False)
            regions = [one["region"] for one in json.loads(listed.stdout)["regions"]]
            commands = {
                # The same Regions for both: Prowler leaves some out by default.
                "prowler-bedrock": [*status, *(f"--region={region}" for region in regions)],
                "prowler": [
                    str(BIN / "prowler"), "aws", "--checks", CHECK_ID, "--region", *regions,
                    "--no-banner", "-M", "csv", "-o", directory,
                ],
            }  # fmt: skip
            read: dict[str, int] = {}
            for _ in range(RUNS):
                for which, command in commands.items():
                    account.clear_calls()
                    seconds[which].append(run(command, environment, (3,)))
                    read[which] = bedrock_calls(account)
    pairs = zip(seconds["prowler"], seconds["prowler-bedrock"], strict=True)
    ratios = [prowler / own for prowler, own in pairs]
    print(f"{len(regions)} Regions, {LATENCY_MS} ms per call, median of {RUNS} interleaved runs")
    print(f"{'':24}{'prowler-bedrock status':>24}{'prowler aws':>14}")
    own, prowler = read["prowler-bedrock"], read["prowler"]
    print(f"{'Regions read':24}{own:>24}{prowler:>14}")
    print(
        f"{'wall time, seconds':24}{statistics.median(seconds['prowler-bedrock']):>24.2f}"
        f"{statistics.median(seconds['prowler']):>14.2f}"
    )
    print(f"prowler / prowler-bedrock: {statistics.median(ratios):.1f} (lowest {min(ratios):.1f})")


if __name__ == "__main__":
    main()
