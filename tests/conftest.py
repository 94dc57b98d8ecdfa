import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from fixtures.embedded_account.handle import LOADER

# What takes longest starts first, so that no core ends alone.
FIRST = (
    "test_breakages.py", "test_story.py", "test_options.py", "test_deployed.py", "test_bundle.py",
    "test_policies.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files; within one, tests stay as they are."""
    order = {name: at for at, name in enumerate(FIRST)}
    items.sort(key=lambda item: order.get(item.path.name, len(FIRST)))


@pytest.fixture(scope="session", autouse=True)
def models_parsed_once() -> Iterator[None]:
    """Botocore parses a service's model for each session, and moto makes one for each account."""
    with patch("botocore.session.create_loader", lambda _: LOADER):
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many faults the fault matrix struck with, which is generated."""
    reports = [one for ended in ("passed", "failed") for one in terminalreporter.getreports(ended)]
    sizes = [int(str(n)) for one in reports for name, n in one.user_properties if name == "faults"]
    if sizes:
        text = f"fault matrix: {sum(sizes)} faults in {len(sizes)} scenarios"
        terminalreporter.write_line(text)


@pytest.fixture(autouse=True)
def isolated_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test touches the developer's AWS account, journal or plugin settings."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "PROWLER_BEDROCK_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("PROWLER_BEDROCK_JOURNAL_DIRECTORY", str(tmp_path / "journal"))
    yield
