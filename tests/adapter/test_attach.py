"""Attaching through Prowler's own loading of entry points, and its limits."""

import os
import subprocess
import sys

import pytest

from prowler_bedrock.check_id import CHECK_ID, DATA_TYPES_CHECK_ID
from prowler_bedrock.prowler_adapter import attach

# Prowler loads the entry point while its configuration is imported, before any check.
PROGRAM = """
import sys
sys.argv = ["prowler", "aws"]
import prowler.config.config
from prowler.lib.check.utils import recover_checks_from_provider
from prowler.lib.logger import logger, set_logging_config
set_logging_config("INFO")
logger.info("first record of Prowler")
print([path for name, path in recover_checks_from_provider("aws", "bedrock", True)
       if name.startswith(("CHECK_ID", "OTHER_ID"))])
""".replace("CHECK_ID", CHECK_ID).replace("OTHER_ID", DATA_TYPES_CHECK_ID)


def load(**variables: str) -> tuple[str, str]:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout, run.stderr


def test_prowler_finds_our_check_and_fixer_and_says_so() -> None:
    found, log = load()
    assert found.count("checks/bedrock/" + CHECK_ID) == 2
    assert found.count("checks/bedrock/" + DATA_TYPES_CHECK_ID) == 2
    assert "site-packages/prowler/" not in found
    assert f"the plugin's {CHECK_ID} is in charge" in log
    assert log.index("is in charge") < log.index("first record of Prowler")


def test_opted_out_prowler_finds_its_own_and_says_so() -> None:
    found, log = load(PROWLER_BEDROCK_USE_BUILTIN="1")
    assert "checks/bedrock/" + CHECK_ID not in found
    assert found.count(CHECK_ID) == 1, "the built-in has no fixer"
    assert f"Prowler's own {CHECK_ID} is in charge" in log
    assert found.count("checks/bedrock/" + DATA_TYPES_CHECK_ID) == 2, "our other checks stay"


@pytest.mark.parametrize(("value", "out"), [("true", True), ("0", False), ("", False)])
def test_the_opt_out_variable(monkeypatch: pytest.MonkeyPatch, value: str, out: bool) -> None:
    monkeypatch.setenv("PROWLER_BEDROCK_USE_BUILTIN", value)
    assert attach.opted_out() is out


def test_a_prowler_of_another_structure_keeps_working(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(attach, "SERVICE_PACKAGE", "prowler_of_the_future")
    monkeypatch.setattr(sys, "argv", ["prowler", "aws"])
    attach.attach()
    message = capsys.readouterr().err
    assert "could not attach" in message
    assert "prowler_of_the_future" in message
    assert len(message.strip().splitlines()) == 1
