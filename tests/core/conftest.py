from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from fixtures.embedded_account.bucket_defaults import forget_deleted_buckets
from fixtures.embedded_account.bucket_policies import evaluate_bucket_policies
from fixtures.embedded_account.handle import EmbeddedAccount
from fixtures.embedded_account.metric_filters import count_metric_filters
from fixtures.embedded_account.metrics import answer_metric_queries
from tests.core.account import Account
from tests.core.people import People, empty
from tests.core.recorded import Recorded

evaluate_bucket_policies()
forget_deleted_buckets()
count_metric_filters()
answer_metric_queries()


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda seconds: None)


@pytest.fixture
def account(tmp_path: Path, no_waiting: None) -> Iterator[Account]:
    with mock_aws():
        yield Account(tmp_path)


@pytest.fixture
def recorded(tmp_path: Path, no_waiting: None) -> Recorded:
    return Recorded(tmp_path, "eu-west-1")


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedAccount]:
    with EmbeddedAccount.start(account="settled") as account:
        yield account


@pytest.fixture
def people(server: EmbeddedAccount) -> Iterator[People]:
    made = People(server)
    empty(made)
    yield made
    server.clear_faults()
