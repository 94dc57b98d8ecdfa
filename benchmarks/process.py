"""Run commands one after the other and say what they took.

Run as a program, so that the process that starts them is small: the memory that Linux counts for a
process is never less than that of the one that started it. Standard input: a JSON object with
``commands`` and ``statuses``; standard output: what `run_all` returns.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time


def run_all(commands: list[list[str]], statuses: list[int]) -> dict[str, float]:
    """Run the commands, as a shell's loop does.

    Args:
        commands: programs and arguments.
        statuses: the exit statuses that are right.

    Returns:
        ``seconds`` from the first one's start to the last one's end, ``processor`` seconds of user
        and system time, and ``memory_mb``, the largest resident set of one of them.

    Raises:
        SystemExit: when one ended with another status; the text is what it said.
    """
    started = time.perf_counter()
    processor = memory = 0.0
    for command in commands:
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode not in statuses:
                said.seek(0)
                text = said.read().decode(errors="replace")[-2000:]
                raise SystemExit(f"{command} ended with {process.returncode}: {text}")
        processor += usage.ru_utime + usage.ru_stime
        memory = max(memory, usage.ru_maxrss / 1024)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "processor": processor, "memory_mb": memory}


if __name__ == "__main__":
    print(json.dumps(run_all(**json.load(sys.stdin))))
