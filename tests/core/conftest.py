from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from tests.core.account import Account


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda seconds: None)
    with mock_aws():
        yield Account(tmp_path)
