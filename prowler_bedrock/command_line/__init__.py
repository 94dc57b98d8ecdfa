"""The command `prowler-bedrock`: status, enable, backout and history without Prowler."""
