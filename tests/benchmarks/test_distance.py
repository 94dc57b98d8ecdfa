"""The proxy passes everything on, counts, and answers from memory only where it is asked to."""

from collections.abc import Iterator

import boto3
import pytest

from benchmarks.account import LOG_GROUP, ROLE_ARN, regions, write_account
from benchmarks.distance import Distance
from fixtures.embedded_account.handle import EmbeddedAccount

Both = tuple[EmbeddedAccount, Distance]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    file = write_account(tmp_path_factory.mktemp("account"), 2)
    with (
        EmbeddedAccount.start(account=str(file)) as account,
        Distance(account.endpoint_url) as distance,
    ):
        yield account, distance


def client(service: str, distance: Distance) -> boto3.client:
    return boto3.client(service, region_name=regions(1)[0], endpoint_url=distance.endpoint_url)


def test_a_change_passes_through_and_is_read_again(both: Both) -> None:
    _, distance = both
    distance.set_out(0, remembers=False)
    bedrock = client("bedrock", distance)
    read = bedrock.get_model_invocation_logging_configuration
    assert "loggingConfig" not in read()
    config = {"cloudWatchConfig": {"logGroupName": LOG_GROUP, "roleArn": ROLE_ARN}}
    bedrock.put_model_invocation_logging_configuration(loggingConfig=config)
    assert read()["loggingConfig"] == config
    client("logs", distance).describe_log_groups()
    assert distance.calls() == {"bedrock": 3, "logs": 1}
    bedrock.delete_model_invocation_logging_configuration()


def test_reading_calls_are_answered_from_memory(both: Both) -> None:
    account, distance = both
    distance.set_out(0, remembers=True)
    account.clear_calls()
    bedrock = client("bedrock", distance)
    answers = [bedrock.get_model_invocation_logging_configuration() for _ in range(3)]
    assert all("loggingConfig" not in answer for answer in answers)
    assert len(account.calls()) == 1
    assert distance.calls() == {"bedrock": 3}


def test_an_error_is_passed_on_and_not_remembered(both: Both) -> None:
    account, distance = both
    distance.set_out(0, remembers=True)
    account.clear_calls()
    bedrock = client("bedrock", distance)
    for _ in range(2):
        with pytest.raises(bedrock.exceptions.ValidationException, match="log group"):
            bedrock.put_model_invocation_logging_configuration(
                loggingConfig={"cloudWatchConfig": {"logGroupName": "/none", "roleArn": ROLE_ARN}}
            )
    assert len(account.calls()) == 2


def test_the_latency_is_waited(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    _, distance = both
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("benchmarks.distance.asyncio.sleep", sleep)
    distance.set_out(200, remembers=True)
    client("bedrock", distance).get_model_invocation_logging_configuration()
    assert 0.2 in waited
