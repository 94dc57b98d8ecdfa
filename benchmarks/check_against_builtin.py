"""Our check beside Prowler's built-in: calls and wall time; and the plugin's share of start-up.

``make benchmark`` runs it: 30 Regions, 100 ms per call, in the embedded account.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from fixtures.embedded_account.handle import EmbeddedAccount

REGIONS = 30
LATENCY_MS = 100
RUNS = 3

# Both service classes get the same provider; only their own work is timed.
MEASURE = """
import sys, time
from prowler.providers.aws.aws_provider import AwsProvider
from prowler.providers.common.models import Audit_Metadata
from prowler.providers.common.provider import Provider
regions = set(sorted(AwsProvider.get_available_aws_service_regions("bedrock"))[:{regions}])
provider = AwsProvider(regions=set(regions))
# The embedded account's DescribeRegions knows fewer Regions than Prowler.
provider._enabled_regions = provider.identity.audited_regions = regions
provider._excluded_regions = set()  # Prowler's configuration leaves some out by default
provider.audit_metadata = Audit_Metadata(
    services_scanned=0, expected_checks=[], completed_checks=0, audit_progress=0
)
Provider.set_global_provider(provider)
if "{which}" == "builtin":
    from prowler.providers.aws.services.bedrock.bedrock_service import Bedrock as service
else:
    from prowler_bedrock.prowler_adapter.service import BedrockModelInvocationLogging as service
provider.session.current_session.client("bedrock", region_name="us-east-1")  # loads the model
started = time.perf_counter()
made = service(provider)
print(time.perf_counter() - started, len(made.regional_clients))
"""

# The entry point's package is what the plugin adds to Prowler's start-up.
IMPORT = """
import sys, time
started = time.perf_counter()
import prowler.__main__
whole = time.perf_counter() - started
for name in [name for name in sys.modules if name.startswith("prowler_bedrock")]:
    del sys.modules[name]
started = time.perf_counter()
import prowler_bedrock.metadata.compliance
print(whole, time.perf_counter() - started)
"""


def run(program: str, environment: dict[str, str]) -> list[float]:
    """Run a program in a process of its own and return the numbers of its last line."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(number) for number in done.stdout.strip().splitlines()[-1].split()]


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "account.yaml"
        file.write_text(f"latency_ms: {LATENCY_MS}\n", encoding="utf-8")
        with EmbeddedAccount.start(account=str(file)) as account:
            environment = {**os.environ, **account.environment()}
            seconds: dict[str, list[float]] = {"plugin": [], "builtin": []}
            calls: dict[str, int] = {}
            regions = 0
            for number in range(RUNS + 1):
                for which, measured in seconds.items():
                    account.clear_calls()
                    program = MEASURE.format(regions=REGIONS, which=which)
                    taken, scanned = run(program, environment)
                    regions = int(scanned)
                    if number:  # the first round only warms the account up
                        measured.append(taken)
                    calls[which] = sum(c["service"] == "bedrock" for c in account.calls())
    shares = []
    for _ in range(RUNS):
        whole, own = run(IMPORT, dict(os.environ))
        shares.append(own / whole)
    ratios = [b / p for p, b in zip(seconds["plugin"], seconds["builtin"], strict=True)]
    print(f"{regions} Regions, {LATENCY_MS} ms per call, median of {RUNS} interleaved runs")
    print(f"{'':24}{'plugin':>10}{'built-in':>10}")
    print(f"{'Bedrock calls':24}{calls['plugin']:>10}{calls['builtin']:>10}")
    print(
        f"{'wall time, seconds':24}{statistics.median(seconds['plugin']):>10.2f}"
        f"{statistics.median(seconds['builtin']):>10.2f}"
    )
    print(f"built-in / plugin: {statistics.median(ratios):.1f} (lowest {min(ratios):.1f})")
    print(f"plugin's share of Prowler's import time: {statistics.median(shares):.2%}")


if __name__ == "__main__":
    main()
