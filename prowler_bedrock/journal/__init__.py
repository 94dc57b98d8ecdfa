"""The durable record of each change: what stood before, what was planned, tried and created."""
