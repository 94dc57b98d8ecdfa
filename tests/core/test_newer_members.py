"""Members that are newer than the installed botocore, such as audio with Prowler's, are kept."""

import json
from typing import Any

import boto3
import pytest

from prowler_bedrock.enable.data_types import DataTypesEnabler
from prowler_bedrock.logging_configuration.read import read_logging_configuration
from tests.core.account import GROUP, Account, Clients

REGION = "us-east-1"
NEWER = {
    "s3Config": {"bucketName": "theirs", "newerMember": {"inner": [1]}},
    "textDataDeliveryEnabled": True,
    "newerDataDeliveryEnabled": False,
    "newerConfig": {"name": "theirs"},
}


def put(config: dict[str, Any]) -> None:
    bedrock: Any = boto3.client("bedrock", region_name=REGION)

    def replace(params: dict[str, Any], **_: Any) -> None:
        params["body"] = json.dumps({"loggingConfig": config}).encode()

    bedrock.meta.events.register("before-call.bedrock.*", replace)
    bedrock.put_model_invocation_logging_configuration(loggingConfig={})


def stands() -> Any:
    bedrock: Any = boto3.client("bedrock", region_name=REGION)
    bodies: list[Any] = []
    bedrock.meta.events.register(
        "response-received.bedrock.*", lambda response_dict, **_: bodies.append(response_dict)
    )
    bedrock.get_model_invocation_logging_configuration()
    return json.loads(bodies[0]["body"])["loggingConfig"]


def test_the_data_types_fixer_keeps_them_and_turns_a_newer_type_on(account: Account) -> None:
    put(NEWER)
    outcome = DataTypesEnabler(account.access, account.journal).enable(REGION)
    assert outcome.result == "changed", outcome.message
    found = stands()
    assert {name: found[name] for name in NEWER} == NEWER | {"newerDataDeliveryEnabled": True}
    assert found["videoDataDeliveryEnabled"] is True
    assert account.restorer().restore(REGION).result == "changed"
    assert stands() == NEWER


def test_a_redirect_keeps_them_and_its_backout_restores_all(account: Account) -> None:
    put(NEWER)
    outcome = account.enabler().enable(REGION, redirect=True)
    assert outcome.result == "changed", outcome.message
    found = stands()
    assert found["cloudWatchConfig"]["logGroupName"] == GROUP
    assert found["newerConfig"] == NEWER["newerConfig"]
    assert found["newerDataDeliveryEnabled"] is False
    assert account.restorer().restore(REGION).result == "changed"
    assert stands() == NEWER


@pytest.mark.parametrize("body", [b'{"loggingConfig": null}', b'{"loggingConfig": {}}', b"{}"])
def test_a_member_without_a_value_is_none(account: Account, body: bytes) -> None:
    account.clients = Clients()
    bedrock: Any = account.client("bedrock", REGION)
    bedrock.meta.events.register_first(
        "response-received.bedrock.*", lambda response_dict, **_: response_dict.update(body=body)
    )
    assert type(read_logging_configuration(bedrock)).__name__ == "SwitchedOff"


def test_nulls_inside_are_no_members(account: Account) -> None:
    put({"s3Config": {"bucketName": "theirs", "keyPrefix": None}, "cloudWatchConfig": None})
    found: Any = read_logging_configuration(account.client("bedrock", REGION))
    assert found.configuration.api_shape() == {"s3Config": {"bucketName": "theirs"}}


@pytest.mark.parametrize("depth", [990, 100_000])
def test_an_answer_that_is_too_deep_to_read_is_unreadable(account: Account, depth: int) -> None:
    body = b'{"loggingConfig": ' + b'{"a": ' * depth + b"1" + b"}" * depth + b"}"
    account.clients = Clients()
    bedrock: Any = account.client("bedrock", REGION)
    bedrock.meta.events.register_first(
        "response-received.bedrock.*", lambda response_dict, **_: response_dict.update(body=body)
    )
    assert type(read_logging_configuration(bedrock)).__name__ == "Unreadable"
