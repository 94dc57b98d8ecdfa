"""Amazon Bedrock model invocation logging: read, judge and enable it, on its own or in Prowler."""

__version__ = "0.1.0"
