"""Whatever lies in the journal's directory is read or refused, and never acted upon by halves."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prowler_bedrock.account.access import Access
from prowler_bedrock.backout.removal import Remover
from prowler_bedrock.backout.restorer import Restorer
from prowler_bedrock.command_line.history import _before_and_after
from prowler_bedrock.errors import PluginError
from prowler_bedrock.expected_destination.judge import expected_destinations
from prowler_bedrock.expected_destination.settings import ExpectedSettings
from prowler_bedrock.journal.change import Change, Resource
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.record import Record
from prowler_bedrock.logging_configuration.model import LoggingConfiguration
from tests.fuzz.values import json_values

ACCOUNT, REGION = "123456789012", "us-east-1"
CONFIG = {"s3Config": {"bucketName": "logs"}, "textDataDeliveryEnabled": True}
GROUP = Resource(kind="log-group-retention", name="/g")
POLICY = Resource(kind="bucket-policy", name="logs")
GOOD = Record(
    account=ACCOUNT,
    region=REGION,
    earlier_configuration=None,
    later_configuration=CONFIG,
    changes=[
        Change(resource=GROUP, earlier={"retentionInDays": 1}, later={"retentionInDays": 3}),
        Change(resource=POLICY, earlier=None, later='{"Statement": []}'),
    ],
    attempted=[GROUP, POLICY],
    result="succeeded",
)
TEXT = GOOD.model_dump_json()
MEMBERS = sorted(json.loads(TEXT))


class CalledError(Exception):
    """AWS was called for a record that can't be trusted."""


def refuse(service: str, region: str | None) -> Any:
    raise CalledError(service)


def used(directory: Path) -> bool:
    """Use the journal in every way; return whether it was refused."""
    journal, access = Journal(directory), Access(ACCOUNT, "aws", refuse)
    expected = ExpectedSettings.model_validate({"JournalDirectory": str(directory)})
    try:
        records = journal.account_records(ACCOUNT)
    except PluginError as error:
        assert "damaged" in str(error) or "schema version" in str(error)
        # A backout changes nothing then, and calls nothing.
        assert Restorer(access, journal).restore(REGION).result == "failed"
        with pytest.raises(PluginError):
            Remover(access, journal, {}).remove([REGION])
        with pytest.raises(PluginError):
            expected_destinations(ACCOUNT, REGION, expected, LoggingConfiguration())
        return True
    for record in records:
        assert _before_and_after(record)
        assert [change.diff() for change in record.all_changes]
    with suppress(PluginError):  # A change that was sent and has no end.
        expected_destinations(ACCOUNT, REGION, expected, LoggingConfiguration())
    return False


def file_of(tmp_path: Path) -> Path:
    path = Path(Journal(tmp_path).location(GOOD))
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_the_record_that_is_spoilt_is_good(tmp_path: Path) -> None:
    file_of(tmp_path).write_text(TEXT, encoding="utf-8")
    assert not used(tmp_path)


@given(st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    file_of(tmp_path).write_bytes(content)
    assert used(tmp_path)


@given(st.integers(0, len(TEXT) - 1))
def test_a_truncated_record(tmp_path: Path, length: int) -> None:
    file_of(tmp_path).write_text(TEXT[:length], encoding="utf-8")
    assert used(tmp_path)


@given(json_values)
def test_any_json(tmp_path: Path, content: Any) -> None:
    file_of(tmp_path).write_text(json.dumps(content), encoding="utf-8")
    assert used(tmp_path)


def test_json_too_deep_for_python(tmp_path: Path) -> None:
    file_of(tmp_path).write_text("[" * 100_000, encoding="utf-8")
    assert used(tmp_path)


@given(st.dictionaries(st.sampled_from(MEMBERS), json_values, min_size=1))
def test_members_of_other_types(tmp_path: Path, members: dict[str, Any]) -> None:
    file_of(tmp_path).write_text(json.dumps(json.loads(TEXT) | members), encoding="utf-8")
    used(tmp_path)


@given(json_values, st.sampled_from(["earlier", "later"]), st.integers(0, 1))
def test_states_of_other_types(tmp_path: Path, state: Any, side: str, at: int) -> None:
    spoilt = json.loads(TEXT)
    spoilt["changes"][at][side] = state
    file_of(tmp_path).write_text(json.dumps(spoilt), encoding="utf-8")
    good = isinstance(state, dict) if at == 0 else state is None or isinstance(state, str)
    assert used(tmp_path) or good


@given(json_values)
def test_configurations_of_other_types(tmp_path: Path, config: Any) -> None:
    spoilt = json.loads(TEXT) | {"earlier_configuration": {"s3Config": config}}
    file_of(tmp_path).write_text(json.dumps(spoilt), encoding="utf-8")
    assert used(tmp_path) or config is None


@given(st.integers(2, 10**30))
def test_a_newer_schema_is_named(tmp_path: Path, version: int) -> None:
    newer = json.loads(TEXT) | {"schema_version": version}
    file_of(tmp_path).write_text(json.dumps(newer), encoding="utf-8")
    with pytest.raises(PluginError, match=r"schema version \d+.*upgrade prowler-bedrock"):
        Journal(tmp_path).account_records(ACCOUNT)
