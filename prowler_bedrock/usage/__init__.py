"""Whether a Region is in use, from the metrics that Bedrock publishes; reads only."""
