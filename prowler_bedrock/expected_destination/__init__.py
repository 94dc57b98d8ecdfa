"""Whether logs go where they are expected: by the settings or by the journal."""
