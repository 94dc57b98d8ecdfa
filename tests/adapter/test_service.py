"""Which Regions the check looks at under Prowler, in every partition, and how long it waits."""

from collections import Counter
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ProfileNotFound
from prowler.providers.aws import aws_provider
from prowler.providers.aws.aws_provider import AwsProvider

from prowler_bedrock.logging_configuration.judge import judge
from prowler_bedrock.logging_configuration.model import (
    NotOffered,
    Observation,
    SwitchedOff,
    Unreadable,
)
from prowler_bedrock.logging_configuration.read import read_logging_configuration
from prowler_bedrock.prowler_adapter import service as module
from prowler_bedrock.prowler_adapter.service import BedrockModelInvocationLogging
from tests.core.wire import Wire

ACCOUNT = "123456789012"
READ = "prowler_bedrock.status.read_regions.read_logging_configuration"
Read = Callable[[Any, str], Observation]


def provider(
    listed: list[str],
    *,
    enabled: list[str] | None = None,
    audited: list[str] | None = None,
    excluded: list[str] | None = None,
    partition: str = "aws",
    config: Config | None = None,
) -> Any:
    """Prowler's own provider, with what its start would have found out."""
    session = boto3.Session(region_name="us-east-1")
    session._session.set_default_client_config(config or Config(connect_timeout=10))
    made: Any = object.__new__(AwsProvider)
    made._identity = SimpleNamespace(
        account=ACCOUNT,
        account_arn=f"arn:{partition}:iam::{ACCOUNT}:root",
        partition=partition,
        audited_regions=set(audited or ()),
        profile_region=None,
    )
    made._session = SimpleNamespace(current_session=session)
    made._enabled_regions = None if enabled is None else set(enabled)
    made._excluded_regions = set(excluded or ())
    made._audit_resources, made._audit_config, made._fixer_config = [], {}, {}
    made.audit_metadata = SimpleNamespace(expected_checks=[])
    regions = {partition: listed}
    made.listed = {"services": {"bedrock": {"regions": regions}}}
    return made


@pytest.fixture
def observe(monkeypatch: pytest.MonkeyPatch) -> Callable[..., BedrockModelInvocationLogging]:
    """Make the service class of a provider; `read` stands for the call."""

    def make(given: Any, read: Read = lambda client, region: SwitchedOff()) -> Any:
        monkeypatch.setattr(aws_provider, "read_aws_regions_file", lambda: given.listed)
        monkeypatch.setattr(READ, read)
        return BedrockModelInvocationLogging(given)

    return make


@pytest.mark.parametrize(
    ("partition", "region"),
    [("aws", "eu-west-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")],
)
def test_every_partition_has_its_own_regions_arns_and_clients(
    observe: Any, monkeypatch: pytest.MonkeyPatch, partition: str, region: str
) -> None:
    found = observe(provider([region], enabled=[region], partition=partition))
    assert list(found.observations) == [region]
    assert found.resource_arn(region) == (
        f"arn:{partition}:bedrock:{region}:{ACCOUNT}:model-invocation-logging"
    )
    access = found.access
    assert access.partition == partition
    for one in ("iam", "s3", "logs"):
        where = None if one == "iam" else region
        assert access.client(one, where).meta.endpoint_url.endswith(
            ".amazonaws.com.cn" if partition == "aws-cn" else ".amazonaws.com"
        )
        assert access.client(one, where).meta.partition == partition


def test_a_configuration_that_botocore_refuses_is_told_for_each_region(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK", "localhost:5000")
    named = ["eu-west-1", "us-east-1"]
    given = provider(named, enabled=named)
    monkeypatch.setattr(aws_provider, "read_aws_regions_file", lambda: given.listed)
    found = BedrockModelInvocationLogging(given)
    assert found.observations == {
        region: Unreadable(code="ValueError", message="Invalid endpoint: localhost:5000")
        for region in named
    }
    assert "textDataDeliveryEnabled" in found.delivery_flags()
    assert found.resource_arn("eu-west-1").startswith("arn:aws:bedrock:eu-west-1:")


def test_an_api_key_in_the_environment_does_not_answer_for_the_audited_account(
    observe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "of-another-account")
    client = observe(provider(["us-east-1"])).access.client("bedrock", "us-east-1")
    wire = Wire(client, lambda _: b"{}")
    assert read_logging_configuration(client) == SwitchedOff()
    assert "AWS4-HMAC-SHA256 Credential=" in str(wire.sent[0].headers["Authorization"])


@pytest.mark.parametrize(
    ("partition", "audited", "region"),
    [
        ("aws", ["eu-west-1"], "eu-west-1"),
        ("aws-us-gov", None, "us-gov-east-1"),
        ("aws-none", None, "us-east-1"),
    ],
)
def test_a_profile_in_the_environment_that_is_gone_silences_no_region(
    observe: Any, monkeypatch: pytest.MonkeyPatch, partition: str, audited: Any, region: str
) -> None:
    given = provider(["us-east-1"], audited=audited, partition=partition)
    # What Prowler asks a session of its own for where AWS_PROFILE names it.
    monkeypatch.setattr(
        given, "get_global_region", Mock(side_effect=ProfileNotFound(profile="gone"))
    )
    found = observe(given)
    assert found.access.client("sts", None).meta.region_name == region
    assert found.observations.keys() >= set(audited or ())


def test_what_was_read_is_known_for_a_minute_and_until_a_fixer_was_there(
    observe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(module, "monotonic", lambda: now)
    named = ["us-east-1", "eu-west-1"]
    found = observe(provider(named, enabled=named))
    lately = found.access.lately_observed
    now = 1060.0
    assert lately("us-east-1") == lately("eu-west-1") == SwitchedOff()
    assert lately("eu-north-1") is None
    found.changed("us-east-1")
    assert lately("us-east-1") is None
    assert lately("eu-west-1") == SwitchedOff()
    now = 1060.1
    assert lately("eu-west-1") is None


def test_a_region_that_only_botocore_knows_is_read_too(observe: Any) -> None:
    found = observe(provider(["us-east-1"], enabled=["us-east-1", "eu-west-1"]))
    assert list(found.observations) == ["eu-west-1", "us-east-1"]
    assert judge(found.observations["eu-west-1"], "eu-west-1")


def test_a_region_that_only_prowler_knows_is_read_too(observe: Any) -> None:
    assert "mx-central-1" not in boto3.Session().get_available_regions("bedrock")
    found = observe(provider(["mx-central-1"], enabled=["mx-central-1"]))
    assert list(found.observations) == ["mx-central-1"]


def test_a_region_that_neither_knows_is_read_where_it_is_named(observe: Any) -> None:
    read = []
    found = observe(
        provider(["us-east-1"], enabled=["ap-east-1"], audited=["ap-east-1"]),
        lambda client, region: read.append(region) or NotOffered(),
    )
    assert read == list(found.observations) == ["ap-east-1"]


def test_a_named_region_that_is_not_enabled_is_manual_and_not_called(observe: Any) -> None:
    found = observe(
        provider(["me-south-1", "us-east-1"], enabled=["us-east-1"], audited=["me-south-1"]),
        lambda client, region: pytest.fail(region),
    )
    verdict = judge(found.observations["me-south-1"], "me-south-1")
    assert verdict is not None
    assert verdict.status == "MANUAL"
    assert "this account has not enabled the Region" in verdict.status_extended
    assert "enable it or leave it out" in verdict.status_extended


def test_regions_that_are_off_and_not_named_are_left_out(observe: Any) -> None:
    found = observe(provider(["me-south-1", "us-east-1"], enabled=["us-east-1"]))
    assert list(found.observations) == ["us-east-1"]


def test_where_the_enabled_regions_are_unknown_every_region_is_read(observe: Any) -> None:
    found = observe(provider(["me-south-1", "us-east-1"]))
    assert {"me-south-1", "us-east-1", "eu-west-1"} <= found.observations.keys()


def test_excluded_regions_are_not_read(observe: Any) -> None:
    named = ["us-east-1", "eu-west-1"]
    found = observe(provider(named, enabled=named, excluded=["eu-west-1"]))
    assert list(found.observations) == ["us-east-1"]
    # Prowler takes the excluded ones out of the named ones itself.
    found = observe(provider(named, enabled=named, audited=["us-east-1"], excluded=["eu-west-1"]))
    assert list(found.observations) == ["us-east-1"]


@pytest.mark.parametrize("enabled", [None, ["us-east-1", "eu-west-1"]])
@pytest.mark.parametrize("audited", [None, ["eu-west-1"], ["us-east-1", "eu-north-1"]])
@pytest.mark.parametrize("excluded", [None, ["us-east-1"]])
def test_no_region_that_prowler_audits_itself_is_left_out(
    observe: Any, enabled: Any, audited: Any, excluded: Any
) -> None:
    listed = ["us-east-1", "eu-west-1", "mx-central-1"]
    given = provider(listed, enabled=enabled, audited=audited, excluded=excluded)
    found = observe(given)
    regions = {name for name, one in found.observations.items() if isinstance(one, SwitchedOff)}
    assert given.generate_regional_clients("bedrock").keys() <= regions


FORTY = sorted(f"{area}-{place}-{number}" for area in ("eu", "us", "ap", "sa")
               for place in ("north", "south") for number in range(1, 6))  # fmt: skip


def test_a_client_is_shared_by_eight_regions(observe: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given = provider(FORTY[::-1], enabled=FORTY)
    session = given._session.current_session
    build, built, read = session.client, [], []

    def client(*arguments: Any, **named: Any) -> Any:
        built.append(build(*arguments, **named))
        return built[-1]

    monkeypatch.setattr(session, "client", client)
    found = observe(given, lambda client, region: read.append((region, client)) or SwitchedOff())
    assert list(found.observations) == FORTY, "in the order of their names"
    assert [region for region, _ in sorted(read, key=lambda one: one[0])] == FORTY
    shared = Counter(id(client) for _, client in read)
    assert list(shared.values()) == [8] * 5
    assert len(built) == len(shared) + 1, "one more is Prowler's"


SERVICES = ("bedrock", "cloudwatch", "logs", "s3", "kms", "iam")


@pytest.fixture(
    params=[
        (Config(connect_timeout=10, read_timeout=60), (5, 20)),
        (Config(), (5, 20)),
        (Config(connect_timeout=3, read_timeout=90), (3, 90)),
    ],
    ids=["Prowler's defaults", "botocore's defaults", "the user's own"],
)
def waiting(request: pytest.FixtureRequest) -> Iterator[Any]:
    yield request.param


def test_every_client_waits_for_seconds_and_not_for_minutes(
    observe: Any, monkeypatch: pytest.MonkeyPatch, waiting: Any
) -> None:
    config, expected = waiting
    config = config.merge(Config(retries={"max_attempts": 1, "mode": "standard"}))
    given = provider(["us-east-1"], enabled=["us-east-1", "eu-west-1"], config=config)
    found = observe(given)
    access = found.access
    for region in ("us-east-1", "eu-west-1"):
        clients = [access.client(one, None if one == "iam" else region) for one in SERVICES]
        assert [(c.meta.config.connect_timeout, c.meta.config.read_timeout) for c in clients] == (
            [expected] * len(clients)
        )
        attempts = [c.meta.config.retries["total_max_attempts"] for c in clients]
        assert attempts == [2, 2, 2, 2, 2, 10], "retries are Prowler's, but for IAM's simulator"
    inner = given._session.current_session._session
    assert inner.get_default_client_config() is config, "other services wait as before"
