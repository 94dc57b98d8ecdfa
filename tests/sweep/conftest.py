from collections.abc import Iterator

import pytest

from fixtures.embedded_account.handle import EmbeddedAccount
from tests.sweep.organization import account_file


@pytest.fixture(scope="module")
def organization(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAccount]:
    path = account_file(tmp_path_factory.mktemp("organization"))
    with EmbeddedAccount.start(account=path) as running:
        yield running
