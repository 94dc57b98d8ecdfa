"""How many Regions, and which latencies, are measured.

The environment of matplotlib reads this too, so it imports nothing.
"""

from __future__ import annotations

COUNTS = (1, 5, 10, 20, 24, 40)
LATENCIES = (0, 50, 100, 200)
# Whole processes take long: the Regions vary at one latency, the latency at one number of Regions.
USUAL_LATENCY, USUAL_COUNT = 100, 10
PROCESS_CELLS = [(count, USUAL_LATENCY) for count in (1, USUAL_COUNT, max(COUNTS))] + [
    (USUAL_COUNT, latency) for latency in LATENCIES if latency != USUAL_LATENCY
]
