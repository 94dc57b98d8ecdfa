"""Whatever the configuration is said to be, it is judged and never passes falsely."""

from __future__ import annotations

from typing import Any

import boto3
from hypothesis import given

from prowler_bedrock.logging_configuration.compare import differences
from prowler_bedrock.logging_configuration.data_types import delivery_flags, judge_data_types
from prowler_bedrock.logging_configuration.judge import judge
from prowler_bedrock.logging_configuration.model import Configured, SwitchedOff, Unreadable
from prowler_bedrock.logging_configuration.read import GET_OPERATION, parse_answer
from prowler_bedrock.status.region_status import region_status
from tests.fuzz.values import json_values, of_shape

REGION = "us-east-1"
CLIENT = boto3.client(
    "bedrock", region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b"
)
ANSWER = CLIENT.meta.service_model.operation_model(GET_OPERATION).output_shape


def delivers(answer: Any) -> bool:
    """Say by plain reading whether an answer names a destination."""
    config = answer.get("loggingConfig") if isinstance(answer, dict) else None
    if not isinstance(config, dict):
        return False
    places = (("cloudWatchConfig", "logGroupName"), ("s3Config", "bucketName"))
    return any(
        isinstance(config.get(member), dict)
        and isinstance(config[member].get(name), str)
        and config[member][name] != ""
        for member, name in places
    )


def judged(answer: Any) -> None:
    observation = parse_answer(answer)
    verdict = judge(observation, REGION)
    assert verdict is not None
    if verdict.status == "PASS":
        assert delivers(answer)
    types = judge_data_types(observation, REGION, delivery_flags(CLIENT))
    assert types is None or types.status != "PASS" or delivers(answer)
    assert region_status("123456789012", REGION, observation).state


@given(of_shape(ANSWER))
def test_an_answer_of_the_documented_shape_is_judged_by_its_destinations(answer: Any) -> None:
    judged(answer)
    observation = parse_answer(answer)
    assert isinstance(observation, (Configured, SwitchedOff))
    verdict = judge(observation, REGION)
    assert verdict is not None
    assert (verdict.status == "PASS") == delivers(answer)
    if isinstance(observation, Configured):
        assert observation.configuration.api_shape() == answer["loggingConfig"]


@given(of_shape(ANSWER, wrong=True))
def test_an_answer_of_another_shape_never_passes_falsely(answer: Any) -> None:
    judged(answer)


@given(json_values)
def test_anything_at_all_is_judged(answer: Any) -> None:
    judged(answer)
    assert isinstance(parse_answer(answer), (Configured, SwitchedOff, Unreadable))


@given(of_shape(ANSWER), of_shape(ANSWER))
def test_two_configurations_differ_or_are_the_same(one: Any, other: Any) -> None:
    first, second = one.get("loggingConfig"), other.get("loggingConfig")
    assert differences(first, first) == []
    if differences(first, second) == [] and first and second:
        assert {k: v for k, v in second.items() if k in first} == first
