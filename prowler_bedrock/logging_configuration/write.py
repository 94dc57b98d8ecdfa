"""Put or delete the logging configuration of one Region, and verify it by reading back."""

from __future__ import annotations

from typing import Any

from prowler_bedrock.errors import NotOfferedError, PluginError, aws_call
from prowler_bedrock.logging_configuration.compare import differences, without_empty
from prowler_bedrock.logging_configuration.judge import judge, not_offered
from prowler_bedrock.logging_configuration.model import Observation, Unreadable, shape_of
from prowler_bedrock.logging_configuration.newer_members import known_members, whole_body
from prowler_bedrock.logging_configuration.read import GET_ACTION, read_logging_configuration

PUT_OPERATION = "PutModelInvocationLoggingConfiguration"
PUT_ACTION = f"bedrock:{PUT_OPERATION}"
DELETE_ACTION = "bedrock:DeleteModelInvocationLoggingConfiguration"


def read_before_change(bedrock: Any, region: str) -> Observation:
    """Return a Region's observation once it is one that can be changed.

    Args:
        bedrock: a boto3 ``bedrock`` client of the Region.
        region: the Region's name.

    Raises:
        NotOfferedError: when Bedrock is not offered there.
        PluginError: when the Region can't be read.
    """
    observation = read_logging_configuration(bedrock)
    verdict = judge(observation, region)
    if verdict is None:
        raise NotOfferedError(not_offered(region))
    if isinstance(observation, Unreadable):
        raise PluginError(verdict.status_extended)
    return observation


def put(bedrock: Any, region: str, config: dict[str, Any] | None) -> None:
    """Make a configuration the Region's.

    Args:
        bedrock: a boto3 ``bedrock`` client of the Region.
        region: the Region's name, for the error.
        config: ``loggingConfig``; ``None`` turns logging off.

    Raises:
        AwsCallError: when Bedrock refuses the call.
    """
    if config is None:
        with aws_call(DELETE_ACTION, region):
            bedrock.delete_model_invocation_logging_configuration()
        return
    config = without_empty(config)
    shape = bedrock.meta.service_model.operation_model(PUT_OPERATION).input_shape
    known = known_members(config, shape.members["loggingConfig"])
    with (
        aws_call(PUT_ACTION, region),
        whole_body(bedrock, PUT_OPERATION, {"loggingConfig": config}),
    ):
        bedrock.put_model_invocation_logging_configuration(loggingConfig=known)


def verify(bedrock: Any, region: str, config: dict[str, Any] | None) -> None:
    """Read a Region back and compare.

    Args:
        bedrock: a boto3 ``bedrock`` client of the Region.
        region: the Region's name.
        config: ``loggingConfig`` as it must be; ``None`` means off.

    Raises:
        PluginError: when it can't be read, or is another.
    """
    read = read_logging_configuration(bedrock)
    if isinstance(read, Unreadable):
        raise PluginError(
            f"The configuration was sent to {region} but could not be read back: "
            f"{GET_ACTION}: {read.code} ({read.message.rstrip('.')}); scan again."
        )
    differing = differences(config, shape_of(read))
    if differing:
        raise PluginError(
            f"The configuration read back from {region} is not the one that was sent "
            f"({', '.join(differing)} differ); someone else may have changed it: scan again."
        )
