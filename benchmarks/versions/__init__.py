"""Every supported pair of Prowler and Python, each in an environment of its own.

It stands beside the benchmarks since it is the same kind of program: one command whose output the
README states. ``make versions`` runs it.
"""
