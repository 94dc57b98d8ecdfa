"""Print the survivors and the score of each module from what ``mutmut results`` prints."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable

from tabulate import tabulate

# An endless loop is noticed as a failing assertion is; a mutant that no test reaches is not.
KILLED = ("killed", "timeout")


def report(lines: Iterable[str]) -> str:
    """Return the survivors, and a row for each module and for all.

    Args:
        lines: ``<module>.x_<function>__mutmut_<number>: <status>`` each; others are left out.
    """
    found: dict[str, Counter[bool]] = {}
    survivors = []
    for line in lines:
        name, separator, status = line.strip().partition(": ")
        if not separator or "__mutmut_" not in name:
            continue
        module = name.partition(".x")[0]
        killed = status in KILLED
        found.setdefault(module, Counter())[killed] += 1
        if not killed:
            survivors.append(line.strip())
    rows = [*sorted(found.items()), ("all", sum(found.values(), Counter()))]
    headers = ["module", "mutants", "killed", "survived", "score"]
    table = tabulate([(module, *_row(count)) for module, count in rows], headers)
    return "\n".join([*survivors, "", table])


def _row(count: Counter[bool]) -> tuple[int, int, int, str]:
    mutants = count[True] + count[False]
    return mutants, count[True], count[False], f"{count[True] / max(mutants, 1):.1%}"


if __name__ == "__main__":
    print(report(sys.stdin))
