"""One client reads every Region, and an answer counts only for the Region that it came from."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.utils
import pytest
from botocore.config import Config

from prowler_bedrock.logging_configuration import aim
from prowler_bedrock.logging_configuration.aim import prepare
from prowler_bedrock.logging_configuration.judge import judge
from prowler_bedrock.logging_configuration.model import Observation, Unreadable
from prowler_bedrock.logging_configuration.read import parse_answer, read_logging_configuration
from tests.core.wire import FORTY, Wire, answer_to

BEARER = "AWS_BEARER_TOKEN_BEDROCK"
PRIVATE = "https://vpce-0a1b-c2d3.bedrock.us-east-1.vpce.amazonaws.com"


def answer_of(host: str) -> dict[str, Any]:
    return {"loggingConfig": {"s3Config": {"bucketName": host}}}


def wire_of(client: Any) -> Wire:
    """Each host answers with a bucket of its own name."""

    def answer(request: Any) -> bytes:
        # The first ones are answered last.
        time.sleep(0.05 / len(wire.sent))
        return json.dumps(answer_of(str(urlsplit(request.url).hostname))).encode()

    wire = Wire(client, answer)
    return wire


def client_in(region: str, **named: Any) -> Any:
    # How often botocore tries again changes nothing here.
    config = Config(retries={"total_max_attempts": 1}).merge(named.pop("config", Config()))
    made = boto3.client("bedrock", region_name=region, config=config, **named)
    prepare(made)
    return made


def refused(observation: Observation, because: str) -> bool:
    assert isinstance(observation, Unreadable), observation
    assert (observation.code, observation.message) == ("WrongRegionError", because)
    return True


def test_each_region_gets_its_own_answer_where_threads_share_a_client() -> None:
    client = client_in("us-east-1")
    wire = wire_of(client)
    with ThreadPoolExecutor(len(FORTY)) as pool:
        found = list(pool.map(lambda region: read_logging_configuration(client, region), FORTY))
    assert found == [parse_answer(answer_of(f"bedrock.{one}.amazonaws.com")) for one in FORTY]
    assert len(wire.sent) == len(FORTY)


@pytest.mark.parametrize(
    ("home", "region", "config", "host"),
    [
        ("us-east-1", "eu-west-1", Config(), "bedrock.eu-west-1.amazonaws.com"),
        ("us-east-1", "us-east-1", Config(), "bedrock.us-east-1.amazonaws.com"),
        ("cn-north-1", "cn-northwest-1", Config(), "bedrock.cn-northwest-1.amazonaws.com.cn"),
        (
            "us-gov-east-1",
            "us-gov-west-1",
            Config(use_fips_endpoint=True),
            "bedrock-fips.us-gov-west-1.amazonaws.com",
        ),
        (
            "us-east-1",
            "eu-west-1",
            Config(use_dualstack_endpoint=True),
            "bedrock.eu-west-1.api.aws",
        ),
        (
            "cn-north-1",
            "cn-northwest-1",
            Config(use_dualstack_endpoint=True),
            "bedrock.cn-northwest-1.api.amazonwebservices.com.cn",
        ),
    ],
)
@pytest.mark.parametrize("bearer", [False, True])
def test_the_endpoint_and_the_signature_are_those_of_the_regions_own_client(
    monkeypatch: pytest.MonkeyPatch, home: str, region: str, config: Config, host: str, bearer: bool
) -> None:
    if bearer:
        monkeypatch.setenv(BEARER, "token")
    requests = []
    for client, aimed in ((client_in(home, config=config), region), (client_in(region), None)):
        wire = wire_of(client)
        assert not isinstance(read_logging_configuration(client, aimed), Unreadable)
        requests += wire.sent
    aimed_at, of_its_own = (str(one.headers["Authorization"]).split(", ")[0] for one in requests)
    assert urlsplit(requests[0].url).hostname == host
    assert aimed_at == of_its_own
    assert bearer or f"/{region}/bedrock/" in aimed_at


def test_a_private_endpoint_of_another_region_is_not_called() -> None:
    client = client_in("us-east-1", endpoint_url=PRIVATE)
    wire = wire_of(client)
    found = read_logging_configuration(client, "eu-west-1")
    assert refused(found, "the request names eu-west-1 and us-east-1 instead of eu-west-1")
    assert wire.sent == []
    verdict = judge(found, "eu-west-1")
    assert verdict is not None
    assert verdict.status == "MANUAL"
    assert verdict.status_extended.endswith(
        "; configure no endpoint of one Region for others (AWS_ENDPOINT_URL, "
        "AWS_ENDPOINT_URL_BEDROCK), and scan again."
    )
    assert not isinstance(read_logging_configuration(client), Unreadable)


@pytest.mark.parametrize(
    "host", ["bedrock.proxy.example.com", "bedrock.corp-gateway-1.example.com"]
)
def test_an_endpoint_without_a_region_counts_by_its_signature_alone(host: str) -> None:
    client = client_in("us-east-1", endpoint_url=f"https://{host}")
    wire_of(client)
    answer = parse_answer(answer_of(host))
    assert read_logging_configuration(client, "eu-west-1") == answer


@pytest.mark.skipif(
    not hasattr(botocore.utils, "_get_bearer_env_var_name"),
    reason="this botocore signs, whatever bearer token there is",
)
def test_without_a_signature_an_endpoint_needs_a_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BEARER, "token")
    client = client_in("us-east-1", endpoint_url="https://bedrock.proxy.example.com")
    wire = wire_of(client)
    for region in ("us-east-1", "eu-west-1"):
        found = read_logging_configuration(client, region)
        assert refused(found, f"the request names no Region instead of {region}")
    assert wire.sent == []


def unregister(client: Any, event: str) -> None:
    client.meta.events.unregister(event, unique_id=f"prowler-bedrock-{event}")


def test_a_botocore_that_does_not_let_calls_be_aimed_is_no_pass() -> None:
    client = client_in("us-east-1")
    wire = wire_of(client)
    assert not isinstance(read_logging_configuration(client, "eu-west-1"), Unreadable)
    with pytest.MonkeyPatch.context() as patch:
        # What is registered already stays; what is not can't be registered again.
        patch.setattr(aim, "prepare", lambda _: None)
        unregister(client, "before-endpoint-resolution.bedrock")
        found = read_logging_configuration(client, "eu-west-1")
        assert refused(found, "the request names us-east-1 instead of eu-west-1")
        assert len(wire.sent) == 1
        unregister(client, f"before-send.bedrock.{aim.GET_OPERATION}")
        # With an answer whose body was seen, and with one whose body was not.
        for region in ("us-east-1", "eu-west-1"):
            found = read_logging_configuration(client, region)
            assert refused(found, f"nothing shows that the request went to {region}")
        unregister(client, f"response-received.bedrock.{aim.GET_OPERATION}")
        found = read_logging_configuration(client, "eu-west-1")
        assert refused(found, "nothing shows that the request went to eu-west-1")


@pytest.mark.parametrize("name", ["not a Region", "eu-west-1.example.com/", "-"])
def test_a_region_of_no_valid_name_is_not_called(name: str) -> None:
    client = client_in("us-east-1")
    wire = wire_of(client)
    found = read_logging_configuration(client, name)
    assert isinstance(found, Unreadable)
    assert found.code == "InvalidRegionError"
    assert wire.sent == []


def test_only_the_answer_of_the_attempt_that_succeeded_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = client_in("us-east-1", config=Config(retries={"total_max_attempts": 2}))
    answers = [(500, b"<html>"), (200, json.dumps(answer_of("logs")).encode())]
    client._endpoint.http_session.send = lambda request: answer_to(request, *answers.pop(0))
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    assert read_logging_configuration(client, "eu-west-1") == parse_answer(answer_of("logs"))
    assert answers == []


def test_other_calls_of_the_client_go_where_they_went() -> None:
    client = client_in("us-east-1")
    wire = wire_of(client)
    read_logging_configuration(client, "eu-west-1")
    client.list_foundation_models()
    client.get_model_invocation_logging_configuration()
    assert [urlsplit(one.url).hostname for one in wire.sent] == [
        f"bedrock.{region}.amazonaws.com" for region in ("eu-west-1", "us-east-1", "us-east-1")
    ]


def test_handlers_do_not_pile_up() -> None:
    client = client_in("us-east-1")
    wire_of(client)
    emitter = client.meta.events._emitter
    before = len(list(emitter._handlers.prefix_search("before-send.bedrock.*")))
    for _ in range(3):
        read_logging_configuration(client, "eu-west-1")
    assert len(list(emitter._handlers.prefix_search("before-send.bedrock.*"))) == before
    assert before
