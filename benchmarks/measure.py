"""Measure everything against one embedded account."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.account import regions, write_account
from benchmarks.cells import COUNTS, LATENCIES, PROCESS_CELLS, USUAL_COUNT, USUAL_LATENCY
from benchmarks.contenders import OWN, TASKS, Contender, contenders
from benchmarks.distance import Distance
from benchmarks.measurement import Measurement
from fixtures.embedded_account.handle import ROOT, EmbeddedAccount
from prowler_bedrock.check_id import CHECK_ID

BUILTIN, PLUGIN = "prowler, built-in", "prowler, plugin"
Announce = Callable[[str], None]


def measure(runs: int, announce: Announce) -> Iterator[Measurement]:
    """Yield every run.

    Args:
        runs: how often each is repeated; loops of a process for each Region run once.
        announce: told what is measured next.
    """
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        file = write_account(folder, max(COUNTS))
        with (
            EmbeddedAccount.start(account=str(file)) as account,
            Distance(account.endpoint_url) as distance,
        ):
            environment = {**os.environ, **account.environment()}
            environment["AWS_ENDPOINT_URL"] = distance.endpoint_url
            environment["PROWLER_BEDROCK_JOURNAL_DIRECTORY"] = str(folder / "journal")
            measuring = _Measuring(distance, environment, folder)
            yield from measuring.checks(runs, announce)
            for count, latency_ms in PROCESS_CELLS:
                yield from measuring.processes(count, latency_ms, runs, announce)
            yield from measuring.scans(runs, announce)
    yield from starts(runs, announce)


class _Measuring:
    def __init__(self, distance: Distance, environment: dict[str, str], folder: Path) -> None:
        self._distance, self._environment, self._folder = distance, environment, folder
        self._contenders = contenders(folder)

    def checks(self, runs: int, announce: Announce) -> Iterator[Measurement]:
        """Our service class and the built-in's, in one process of Prowler."""
        announce("check and built-in, in Prowler's process")
        self._distance.set_out(0, remembers=True)
        cells = [(regions(count), latency) for count in COUNTS for latency in LATENCIES]
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.prowler_program", str(runs)],
            cwd=ROOT,
            env=self._environment,
            input=json.dumps(cells),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        for line in done.stdout.splitlines():
            if line.startswith("{"):
                yield Measurement.model_validate_json(line)

    def processes(
        self, count: int, latency_ms: int, runs: int, announce: Announce
    ) -> Iterator[Measurement]:
        """Every contender's whole processes, each task; the backout undoes what was enabled."""
        for run in range(runs):
            for contender in self._contenders:
                loops = len(contender.commands("status", regions(count))) > 1
                if run and loops:
                    continue
                for task in TASKS:
                    announce(f"{task}: {contender.name}, {count} Regions, {latency_ms} ms")
                    yield self._process(contender, task, count, latency_ms)

    def scans(self, runs: int, announce: Announce) -> Iterator[Measurement]:
        """A whole scan by Prowler, with our check and with the built-in."""
        chosen = regions(USUAL_COUNT)

        def scan(_: str, chosen: list[str]) -> list[list[str]]:
            prowler = str(OWN / "prowler")
            reports = str(self._folder / "reports")
            return [
                [prowler, "aws", "--checks", CHECK_ID, "--region", *chosen, "--no-banner",
                 "-M", "csv", "-o", reports],
            ]  # fmt: skip

        for run in range(runs + 1):
            for name, switch in ((PLUGIN, "0"), (BUILTIN, "1")):
                announce(f"scan: {name}, {len(chosen)} Regions, {USUAL_LATENCY} ms")
                self._environment["PROWLER_BEDROCK_USE_BUILTIN"] = switch
                scanning = Contender(name, scan, (3,))
                measured = self._process(scanning, "scan", USUAL_COUNT, USUAL_LATENCY)
                # The first scan of an installation also compiles Prowler.
                if run:
                    yield measured
        del self._environment["PROWLER_BEDROCK_USE_BUILTIN"]

    def _process(self, contender: Contender, task: str, count: int, latency_ms: int) -> Measurement:
        # What changes the account has to see what it changed.
        self._distance.set_out(latency_ms, remembers=task in ("status", "scan"))
        taken = run_commands(contender, task, regions(count), self._environment)
        calls = sum(self._distance.calls().values())
        return taken.model_copy(update={"regions": count, "latency_ms": latency_ms, "calls": calls})


def run_commands(
    contender: Contender, task: str, chosen: list[str], environment: dict[str, str]
) -> Measurement:
    """Run what a contender does for a task, with what `benchmarks.process` says that it took.

    Args:
        contender: who.
        task: what.
        chosen: the Regions.
        environment: all variables.
    """
    commands = contender.commands(task, chosen)
    done = subprocess.run(
        [sys.executable, "-S", "-E", str(Path(__file__).with_name("process.py"))],
        env=environment,
        input=json.dumps({"commands": commands, "statuses": contender.statuses}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    named = {"task": task, "contender": contender.name, "regions": 0, "latency_ms": 0, "calls": 0}
    return Measurement.model_validate({**named, **json.loads(done.stdout)})


# What the plugin adds to Prowler's start is its entry point's package.
_IMPORT = """
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

_STARTING = Contender(
    "prowler-bedrock --version", lambda *_: [[str(OWN / "prowler-bedrock"), "--version"]]
)


def starts(runs: int, announce: Announce) -> Iterator[Measurement]:
    """Import of Prowler, of the plugin in it, and the start of the command line."""
    for _ in range(runs):
        announce("start")
        done = subprocess.run(
            [sys.executable, "-c", _IMPORT], capture_output=True, text=True, check=True
        )
        whole, own = (float(word) for word in done.stdout.split()[-2:])
        for name, seconds in (("import of Prowler", whole), ("import of the plugin", own)):
            yield Measurement(
                task="start", contender=name, regions=0, latency_ms=0, seconds=seconds,
                processor=seconds, calls=0,
            )  # fmt: skip
        yield run_commands(_STARTING, "start", [], dict(os.environ))
