"""Prefixes of a bucket's objects that the remediation as code must accept or refuse."""

GOOD_PREFIXES = ("bedrock", "a", "team/a b", "p" * 512)
BAD_PREFIXES = ("", "/", "/a", "a/", "a\n", "a\x7f", "a{b}", "p" * 513)
