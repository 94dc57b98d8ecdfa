from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from fixtures.embedded_account.bucket_policies import evaluate_bucket_policies
from fixtures.embedded_account.metrics import answer_metric_queries
from tests.core.account import Account

evaluate_bucket_policies()
answer_metric_queries()


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda seconds: None)
    with mock_aws():
        yield Account(tmp_path)
