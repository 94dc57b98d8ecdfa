"""The AWS account that is worked on: its identity, clients and Regions, and lists of accounts."""
