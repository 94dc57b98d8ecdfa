"""A record is durable, private, and refused when it can't be understood."""

import os
import stat
from pathlib import Path

import pytest

from prowler_bedrock.errors import PluginError
from prowler_bedrock.journal.journal import Journal, Record


def record() -> Record:
    return Record(
        account="123456789012",
        region="us-east-1",
        earlier_configuration={"textDataDeliveryEnabled": True, "newer": 1},
        later_configuration={"s3Config": {"bucketName": "b"}},
    )


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    journal, written = Journal(tmp_path), record()
    path = journal.write(written)
    assert journal.records("123456789012", "us-east-1") == [written]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path], "no temporary file stays behind"


def test_writing_again_replaces_the_same_file(tmp_path: Path) -> None:
    journal, written = Journal(tmp_path), record()
    first = journal.write(written)
    written.result = "succeeded"
    assert journal.write(written) == first
    assert [one.result for one in journal.records("123456789012", "us-east-1")] == ["succeeded"]


def test_a_failed_write_leaves_the_earlier_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, written = Journal(tmp_path), record()
    path = journal.write(written)
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PluginError, match="No space left on device"):
        journal.write(written)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is damaged"),
        ("{", "is damaged"),
        ("[]", "is damaged"),
        ('{"schema_version": 1}', "is damaged"),
        ("\udcff", "is damaged"),
        ('{"schema_version": 2}', "has schema version 2, .* upgrade prowler-bedrock"),
    ],
)
def test_a_damaged_or_newer_record_is_refused_with_its_path(
    tmp_path: Path, text: str, why: str
) -> None:
    journal = Journal(tmp_path)
    path = journal.write(record())
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(PluginError, match=why) as caught:
        journal.records("123456789012", "us-east-1")
    assert str(path) in str(caught.value)
    with pytest.raises(PluginError, match=why):
        journal.account_records("123456789012")


def test_a_record_of_another_account_or_region_is_refused(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    path = journal.write(record())
    other = tmp_path / "999999999999" / "us-east-1" / path.name
    other.parent.mkdir(parents=True)
    other.write_bytes(path.read_bytes())
    with pytest.raises(PluginError, match="a record of account 123456789012 in us-east-1"):
        journal.records("999999999999", "us-east-1")


def test_records_come_oldest_first_within_one_second(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    written = [record() for _ in range(20)]
    for one in reversed(written):
        journal.write(one)
    assert journal.records("123456789012", "us-east-1") == written
    assert journal.account_records("123456789012") == written
    assert journal.accounts() == ["123456789012"]


def test_the_directory_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROWLER_BEDROCK_JOURNAL_DIRECTORY", str(tmp_path / "variable"))
    assert Journal().directory == tmp_path / "variable"
    assert Journal(tmp_path / "setting").directory == tmp_path / "setting"
    monkeypatch.delenv("PROWLER_BEDROCK_JOURNAL_DIRECTORY")
    assert Journal().directory.parts[-2:] == ("prowler-bedrock", "journal")
