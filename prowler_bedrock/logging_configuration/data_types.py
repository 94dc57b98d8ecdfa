"""Which data types a configuration delivers, and the verdict on them.

Source: Amazon Bedrock API Reference, LoggingConfig
(https://docs.aws.amazon.com/bedrock/latest/APIReference/API_LoggingConfig.html): one flag each.
"""

from __future__ import annotations

from typing import Any

from botocore.model import ServiceModel

from prowler_bedrock.logging_configuration.judge import SUBJECT, Verdict, delivering
from prowler_bedrock.logging_configuration.model import LoggingConfiguration, Observation
from prowler_bedrock.logging_configuration.write import PUT_OPERATION

FLAG_SUFFIX = "DataDeliveryEnabled"
# Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html.
_ONLY_A_LOG_GROUP = (
    "A log group takes data of up to 100 KB; what is larger or binary, such as images, goes to "
    "S3 alone, and no bucket is configured."
)


def delivery_flags(bedrock: Any) -> list[str]:
    """Return the delivery flags of ``loggingConfig`` that the installed botocore can send.

    Args:
        bedrock: a boto3 ``bedrock`` client; only its service model is read.
    """
    return flags_of_model(bedrock.meta.service_model)


def flags_of_model(model: ServiceModel) -> list[str]:
    """Return the delivery flags of ``loggingConfig`` in a service model.

    Args:
        model: botocore's model of ``bedrock``.
    """
    shape: Any = model.operation_model(PUT_OPERATION).input_shape
    return named_flags(shape.members["loggingConfig"].members)


def data_types(config: dict[str, Any]) -> dict[str, bool]:
    """Return the data types that a configuration names, and whether each is delivered.

    Args:
        config: ``loggingConfig``.
    """
    return {flag.removesuffix(FLAG_SUFFIX): config[flag] is True for flag in named_flags(config)}


def named_flags(config: dict[str, Any]) -> list[str]:
    """Return the delivery flags that a configuration holds, also those newer than botocore.

    Args:
        config: ``loggingConfig``.
    """
    return [name for name in config if name.endswith(FLAG_SUFFIX)]


def judge_data_types(observation: Observation, region: str, known: list[str]) -> Verdict | None:
    """Return the verdict of the check on data types, or ``None`` where nothing is delivered at all.

    Args:
        observation: what reading the Region gave.
        region: the Region's name, for the sentence of an unreadable one.
        known: the delivery flags that the API has, as `delivery_flags` returns them.
    """
    config = delivering(observation, region)
    if not isinstance(config, LoggingConfiguration):
        return config
    named = data_types(config.api_shape())
    off = [name for name, on in named.items() if not on]
    known_types = [flag.removesuffix(FLAG_SUFFIX) for flag in known]
    unknown = [name for name in known_types if name not in named]
    sentences = []
    if off:
        sentences.append(f"{SUBJECT} does not deliver {_listed(off)} data.")
    if unknown:
        sentences.append(
            f"{SUBJECT} does not say whether {_listed(unknown)} data is delivered; put the "
            "configuration again with every data type, under Settings in the Bedrock console or "
            "with the AWS CLI."
        )
    if not sentences:
        sentences.append(f"{SUBJECT} delivers {_listed(list(named))} data.")
        if not config.buckets:
            sentences.append(_ONLY_A_LOG_GROUP)
    status = "FAIL" if off else "MANUAL" if unknown else "PASS"
    return Verdict.model_validate({"status": status, "status_extended": " ".join(sentences)})


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
