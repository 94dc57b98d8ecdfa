"""The exit statuses; README's table repeats these words."""

from __future__ import annotations

# Everything is, or was made, as asked for.
DONE = 0
# Something failed, was refused or could not be read; the others were done.
FAILED = 1
# Wrong usage or settings; nothing was done.
WRONG_USAGE = 2
# `status` only: logging is off in at least one Region. Prowler ends so where a check fails.
OFF = 3
