import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from moto import mock_aws
from moto.core.base_backend import BaseBackend
from moto.iam import models

from fixtures.embedded_account.bucket_policies import evaluate_bucket_policies
from fixtures.embedded_account.metrics import answer_metric_queries
from tests.faults.organization import Organization, in_process
from tests.faults.stage import Stage
from tests.faults.wire import Wire, wired

POLICIES_OF_AWS = ("AdministratorAccess",)

evaluate_bucket_policies()
answer_metric_queries()


class _Urls:
    """`BaseBackend.urls`, which moto makes again for every request."""

    def __init__(self) -> None:
        self._original, self._made = BaseBackend.urls, {}  # type: Any, dict[Any, Any]

    def __get__(self, backend: Any, _: Any) -> Any:
        key = (type(backend), backend.region_name)
        if key not in self._made:
            self._made[key] = self._original.fget(backend)
        return self._made[key]


class Cases(Protocol):
    """Every case of a scenario."""

    size: int
    problems: list[str]

    def run(self) -> None: ...


@pytest.fixture
def strike_all(record_property: Callable[[str, object], None]) -> Callable[[Cases], None]:
    """Runs every case, and tells how many there were and what went wrong."""

    def run(cases: Cases) -> None:
        cases.run()
        record_property("faults", cases.size)
        assert not cases.problems, "\n".join(cases.problems)

    return run


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    """Make a wire for many cases."""
    patch = pytest.MonkeyPatch()
    # Neither botocore's retries nor those of the plugin wait.
    patch.setattr("time.sleep", lambda seconds: None)
    # Clients serve all cases, and would give up retrying after some hundred failed ones.
    patch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda quota, amount: True)
    # What is made again for every request and is the same.
    patch.setattr(BaseBackend, "urls", _Urls())
    patch.setattr("botocore.useragent.UserAgentString.to_string", lambda _: "tests")
    # No case ends the process, so nothing must have reached the disk.
    patch.setattr("os.fsync", lambda handle: None)
    # Each account holds AWS's own policies: those that a scenario attaches, of 1,500.
    everyone = json.loads(models.aws_managed_policies_data)
    held = json.dumps({name: everyone[name] for name in POLICIES_OF_AWS})
    patch.setattr(models, "aws_managed_policies_data", held)
    patch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws(), wired() as made:
        yield made
    patch.undo()


@pytest.fixture
def stage(wire: Wire, tmp_path: Path) -> Stage:
    return Stage(wire, tmp_path / "journal")


@pytest.fixture
def organization(wire: Wire) -> Iterator[Organization]:
    made = Organization(wire)
    with in_process(made):
        yield made
