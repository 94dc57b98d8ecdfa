"""Undo what the journal holds: restore, disable, and remove what was created."""
