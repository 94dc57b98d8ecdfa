"""Whether the destinations of a configuration can be written to; reads only."""
