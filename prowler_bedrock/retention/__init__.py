"""How long logs are kept: read, judged and, for log groups, raised."""
