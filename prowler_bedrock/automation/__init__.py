"""From a Security Hub finding to a fixed account: what the function in the security account does.

An event or a request is one task for one account and Region. It is checked against the
organization and the opt-outs, worked on by one holder at a time, and its result is told on the
finding and in one line of the log.
"""
