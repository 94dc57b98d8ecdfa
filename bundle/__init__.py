"""The artifact of the Lambda functions: the core and what it needs, and nothing else."""
