"""Whether logs arrive, from the metrics that Bedrock publishes; reads only."""
