"""The CheckIDs that this project brings to Prowler."""

from __future__ import annotations


def check_ids() -> tuple[str, ...]:
    """Return all of them: every constant below."""
    return tuple(value for name, value in globals().items() if name.endswith("CHECK_ID"))


# Prowler has a built-in of the same CheckID, which this one replaces.
CHECK_ID = "bedrock_model_invocation_logging_enabled"
DATA_TYPES_CHECK_ID = "bedrock_model_invocation_logging_data_types_delivered"
DESTINATION_CHECK_ID = "bedrock_model_invocation_logging_destination_usable"
DELIVERY_CHECK_ID = "bedrock_model_invocation_logging_delivery_healthy"
RETENTION_CHECK_ID = "bedrock_model_invocation_logging_retention_sufficient"
EXPECTED_CHECK_ID = "bedrock_model_invocation_logging_destination_expected"
TAMPER_CHECK_ID = "bedrock_model_invocation_logging_tamper_resistant"
