"""The logging configuration of one account and Region: its shape, reading it, judging it."""
