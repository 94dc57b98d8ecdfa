"""The CheckID that this project brings to Prowler."""

CHECK_ID = "bedrock_model_invocation_logging_enabled"
