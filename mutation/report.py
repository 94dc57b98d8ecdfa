"""Print the score of each module from what ``mutmut results --all true`` prints."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable

from tabulate import tabulate

# An endless loop is noticed as an assertion is; a mutant that no test reaches is not.
KILLED = ("killed", "timeout")


def table(lines: Iterable[str]) -> str:
    """Return one row for each module and one for all.

    Args:
        lines: ``<module>.x_<function>__mutmut_<number>: <status>`` each; others are left out.
    """
    found: dict[str, Counter[str]] = {}
    for line in lines:
        name, separator, status = line.strip().partition(": ")
        if separator and "__mutmut_" in name:
            module = name.partition(".x")[0].removeprefix("prowler_bedrock.")
            found.setdefault(module, Counter())[status] += 1
    rows = sorted(found.items()) + [("all", sum(found.values(), Counter()))]
    return tabulate(
        [(module, *_counts(statuses)) for module, statuses in rows],
        headers=["module", "mutants", "killed", "survived", "score"],
    )


def _counts(statuses: Counter[str]) -> tuple[int, int, int, str]:
    mutants, killed = statuses.total(), sum(statuses[one] for one in KILLED)
    return mutants, killed, mutants - killed, f"{killed / mutants:.1%}" if mutants else ""


if __name__ == "__main__":
    print(table(sys.stdin))
