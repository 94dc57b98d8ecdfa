"""The sweep over an organization: every account's verdicts, sent to its Security Hub."""
