"""What the Regions of an account say about logging, all at once."""
