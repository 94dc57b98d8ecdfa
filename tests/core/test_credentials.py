"""Calls are made with the credentials that were asked for, whatever else the environment holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from prowler_bedrock.account.access import Access, made_once
from prowler_bedrock.account.connection import assume, connect, open_client, open_session
from prowler_bedrock.account.regions import bedrock_regions
from prowler_bedrock.errors import PluginError
from prowler_bedrock.logging_configuration.model import NotOffered, SwitchedOff
from prowler_bedrock.logging_configuration.read import read_logging_configuration
from prowler_bedrock.logging_configuration.write import put
from prowler_bedrock.status.read_regions import read_regions
from tests.core.account import ACCOUNT
from tests.core.test_read_and_judge import no_name
from tests.core.wire import Wire

CONFIG = {"s3Config": {"bucketName": "logs"}}


@pytest.mark.parametrize(
    "call",
    [
        read_logging_configuration,
        lambda client: put(client, "us-east-1", CONFIG),
        lambda client: put(client, "us-east-1", None),
    ],
    ids=["get", "put", "delete"],
)
def test_an_api_key_in_the_environment_speaks_for_no_other_account(
    monkeypatch: pytest.MonkeyPatch, call: Callable[[Any], object]
) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "of-another-account")
    client = open_client(boto3.Session("AKIAOFTHISACCOUNT", "secret"), "bedrock", "us-east-1")
    wire = Wire(client, lambda _: b"{}")
    call(client)
    (sent,) = wire.sent
    signed = str(sent.headers["Authorization"])
    assert "AWS4-HMAC-SHA256 Credential=AKIAOFTHISACCOUNT/" in signed


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A profile that is there, and one in the environment that is not."""
    file = tmp_path / "config"
    file.write_text(
        "[services own]\nbedrock =\n  endpoint_url = https://example.com\n"
        "[profile good]\nservices = own\nregion = eu-west-1\n"
        "aws_access_key_id = a\naws_secret_access_key = b\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.setenv("AWS_PROFILE", "gone")


@pytest.mark.usefixtures("gone")
def test_a_profile_in_the_environment_that_is_gone_does_not_end_a_scan_with_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *given: [given])

    def answer(request: Any) -> bytes:
        if "us-north-9" in request.url:
            raise no_name("us-north-9")
        return b"{}"

    def client(service: str, region: str | None) -> Any:
        made = open_client(open_session("good"), service, region)
        Wire(made, answer)
        return made

    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    access = Access(ACCOUNT, "aws", made_once(client))
    assert read_regions(access, ["us-east-1", "us-north-9"]) == {
        "us-east-1": SwitchedOff(),
        "us-north-9": NotOffered(),
    }
    assert "us-east-1" in bedrock_regions(access), "botocore's own list, where EC2 names none"


@pytest.mark.usefixtures("gone")
@mock_aws
def test_a_role_is_entered_with_the_endpoints_of_the_profile_that_was_named() -> None:
    entered = assume(open_session("good"), "arn:aws:iam::123456789012:role/auditor")
    assert open_client(entered, "bedrock").meta.endpoint_url == "https://example.com"


@pytest.mark.parametrize(
    ("name", "value"),
    [("AWS_MAX_ATTEMPTS", "abc"), ("AWS_WEB_IDENTITY_TOKEN_FILE", "/nope")],
)
def test_a_refused_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    for one in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(one, raising=False)
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/auditor")
    monkeypatch.setenv(name, value)
    with pytest.raises(PluginError) as refused:
        connect(open_session(region="us-east-1"))
    assert str(refused.value).startswith("The AWS configuration can't be used: ")
    assert str(refused.value).endswith(f"{value!r} ({name}).")
    if name == "AWS_WEB_IDENTITY_TOKEN_FILE":
        with pytest.raises(PluginError, match="/nope"):
            assume(open_session(region="us-east-1"), "arn:aws:iam::123456789012:role/x")
