"""What 1,000 accounts by 17 Regions take: calls, time, cost, and the quotas that are hit.

The calls of one finding and of one account are recorded in the embedded organization, with the real
functions; a discrete-event simulation lets many of them meet AWS's quotas on a clock of its own.
"""
