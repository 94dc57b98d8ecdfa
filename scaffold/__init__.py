"""`make check NAME=...`: the files and registrations of a new check, for contributors."""
