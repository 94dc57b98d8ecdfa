"""Regions that share a client are read as they would be with a client each."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore
import pytest
from botocore.exceptions import ConnectTimeoutError
from botocore.loaders import create_loader

from prowler_bedrock.account.access import Access, made_once
from prowler_bedrock.account.connection import open_client
from prowler_bedrock.errors import PluginError
from prowler_bedrock.logging_configuration.model import SwitchedOff, Unreadable
from prowler_bedrock.status import read_regions as module
from prowler_bedrock.status.read_regions import read_regions
from tests.core.account import ACCOUNT
from tests.core.wire import FORTY, Wire


class Regions:
    """An account of which each client's wire answers with a body."""

    def __init__(self, body: Callable[[Any], bytes] = lambda _: b"{}") -> None:
        self._body = body
        self.clients: list[tuple[str, str | None]] = []
        self.wires: list[Wire] = []
        self.access = Access(ACCOUNT, "aws", made_once(self._client))

    def _client(self, service: str, region: str | None) -> Any:
        client = open_client(boto3.Session(region_name="us-east-1"), service, region)
        self.clients.append((service, region))
        self.wires.append(Wire(client, self._body))
        return client


def test_eight_regions_share_a_client_and_another_eight_the_next() -> None:
    regions = Regions()
    assert read_regions(regions.access, FORTY) == dict.fromkeys(FORTY, SwitchedOff())
    assert regions.clients == [("bedrock", one) for one in FORTY[::8]]


def test_what_one_region_tries_again_is_not_taken_from_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: Counter[str] = Counter()

    def late(request: Any) -> bytes:
        tried[request.url] += 1
        if tried[request.url] < 5:
            raise ConnectTimeoutError(endpoint_url=request.url)
        return b"{}"

    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    assert read_regions(Regions(late).access, FORTY) == dict.fromkeys(FORTY, SwitchedOff())
    assert len(tried) == len(FORTY)
    assert set(tried.values()) == {5}


def test_clients_are_prepared_before_threads_share_them(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[Any] = []

    def read(client: Any, region: str) -> SwitchedOff:
        assert prepared == [FORTY[0], FORTY[8]]
        return SwitchedOff()

    monkeypatch.setattr(module, "prepare", prepared.append)
    monkeypatch.setattr(module, "read_logging_configuration", read)
    access = Access(ACCOUNT, "aws", lambda service, region: region)
    assert len(read_regions(access, FORTY[:9])) == 9


def test_a_region_that_fails_is_not_asked_again_through_another_client() -> None:
    asked: list[str] = []

    def fail(request: Any) -> bytes:
        asked.append(request.url)
        raise ValueError("no")

    found = read_regions(Regions(fail).access, FORTY[:8])
    assert found == dict.fromkeys(FORTY[:8], Unreadable(code="ValueError", message="no"))
    assert len(asked) == 8


@pytest.fixture
def own_endpoints(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A list of endpoints of the user's own, with which botocore ties a client to its Region."""
    shutil.copy(Path(botocore.__file__).parent / "data/endpoints.json", tmp_path)
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    # Otherwise all tests share a loader.
    monkeypatch.setattr("botocore.session.create_loader", create_loader)


@pytest.mark.usefixtures("own_endpoints")
def test_a_client_that_is_tied_to_its_region_reads_no_other() -> None:
    regions, names = Regions(), ["us-east-1", "eu-west-1", "ap-southeast-2"]
    assert read_regions(regions.access, names) == dict.fromkeys(names, SwitchedOff())
    hosts = [[urlsplit(one.url).hostname for one in wire.sent] for wire in regions.wires]
    assert sorted(hosts) == sorted([f"bedrock.{one}.amazonaws.com"] for one in names)


@pytest.mark.usefixtures("own_endpoints")
def test_a_region_whose_own_client_can_not_be_built_says_so() -> None:
    given = Regions().access

    def client(service: str, region: str | None) -> Any:
        if region == "eu-west-1":
            raise PluginError("The AWS configuration can't be used: no.")
        return given.client(service, region)

    found = read_regions(given._replace(client=client), ["us-east-1", "eu-west-1"])
    assert found["us-east-1"] == SwitchedOff()
    assert found["eu-west-1"] == Unreadable(
        code="PluginError", message="The AWS configuration can't be used: no."
    )
