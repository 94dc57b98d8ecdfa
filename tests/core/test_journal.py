"""A record is durable, private, and refused when it can't be understood."""

import json
import os
import re
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from moto import mock_aws

from prowler_bedrock.errors import AwsCallError, PluginError
from prowler_bedrock.journal.change import Change, Resource
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.places import journal_at
from prowler_bedrock.journal.record import Record, begun_last


def record() -> Record:
    return Record(
        account="123456789012",
        region="us-east-1",
        earlier_configuration={"textDataDeliveryEnabled": True, "newer": 1},
        later_configuration={"s3Config": {"bucketName": "b"}},
    )


def write(journal: Journal, written: Record) -> Path:
    journal.write(written)
    return Path(journal.location(written))


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    journal, written = Journal(tmp_path), record()
    path = write(journal, written)
    assert journal.records("123456789012", "us-east-1") == [written]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path], "no temporary file stays behind"
    assert path.name == f"{written.started_at:%Y%m%dT%H%M%S.%fZ}-{written.record_id}.json"
    text = path.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=2) + "\n"


def test_writing_again_replaces_the_same_file(tmp_path: Path) -> None:
    journal, written = Journal(tmp_path), record()
    first = write(journal, written)
    written.result = "succeeded"
    assert write(journal, written) == first
    assert [one.result for one in journal.records("123456789012", "us-east-1")] == ["succeeded"]


REFUSED = AwsCallError("s3:CreateBucket", None, "AccessDenied", "No.", refused=True)
LOST = AwsCallError("s3:CreateBucket", None, "ReadTimeoutError", "No answer.")


@pytest.mark.parametrize(
    ("error", "stands", "noted"),
    [
        (REFUSED, False, False),
        (PluginError("Someone changed it."), False, False),
        (REFUSED, True, True),
        (PluginError("Someone may have made it."), True, True),
        (LOST, False, True),
        (KeyboardInterrupt(), False, True),
    ],
)
def test_what_was_refused_is_not_noted_any_more(
    tmp_path: Path, error: BaseException, stands: bool, noted: bool
) -> None:
    journal, written = Journal(tmp_path), record()
    bucket, other = Resource(kind="bucket", name="b"), Resource(kind="bucket", name="other")
    with journal.creating(written, other):
        pass
    with pytest.raises(type(error)) as caught, journal.creating(written, bucket) as creation:
        assert journal.records("123456789012", "us-east-1")[0].attempted == [other, bucket]
        creation.stands = stands
        raise error
    assert caught.value is error
    (kept,) = journal.records("123456789012", "us-east-1")
    assert (kept.attempted, kept.created) == ([other, bucket] if noted else [other], [other])


def test_what_could_not_be_noted_is_not_touched_and_no_later_write_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, written = Journal(tmp_path), record()
    bucket = Resource(kind="bucket", name="b")
    for noting in (journal.changing, journal.creating):
        with monkeypatch.context() as full:
            full.setattr(os, "fsync", Mock(side_effect=OSError(28, "No space left on device")))
            with pytest.raises(PluginError, match="No space"), noting(written, bucket):
                pytest.fail("it must not be touched")
        assert journal.end(written, "failed", "No.") == ""
        (kept,) = journal.records("123456789012", "us-east-1")
        assert kept.attempted == []
        assert kept.touched_nothing


def test_no_folder_of_the_journal_is_open_to_others(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write(Journal(tmp_path / "prowler-bedrock" / "journal"), record())
    finally:
        os.umask(before)
    made = [one for one in tmp_path.rglob("*") if one.is_dir()]
    assert [stat.S_IMODE(one.stat().st_mode) for one in made] == [0o700] * 4


def test_a_folder_that_another_run_makes_at_the_same_time_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, written, looked = tmp_path / "journal", record(), []
    is_dir = Path.is_dir

    def missing_at_first(path: Path) -> bool:
        if path == journal and not looked:
            looked.append(path)
            path.mkdir()
            return False
        return is_dir(path)

    monkeypatch.setattr(Path, "is_dir", missing_at_first)
    assert write(Journal(journal), written).exists()
    assert looked


def test_a_region_that_lies_elsewhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "journal" / "123456789012").mkdir(parents=True)
    (tmp_path / "journal" / "123456789012" / "us-east-1").symlink_to(tmp_path / "elsewhere")
    journal, written = Journal(tmp_path / "journal"), record()
    write(journal, written)
    assert journal.account_records("123456789012") == [written]


def test_a_bucket_is_looked_for_in_the_partition_that_is_worked_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    for region, host in (
        (None, "s3.amazonaws.com"),
        ("eu-west-1", "s3.amazonaws.com"),
        ("us-gov-west-1", "s3.us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "s3.cn-north-1.amazonaws.com.cn"),
    ):
        store: Any = journal_at("s3://records", region)._store
        assert store._s3.meta.endpoint_url == f"https://{host}"


def test_a_refusal_is_told_where_the_record_can_not_be_written_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, written = Journal(tmp_path), record()
    bucket = Resource(kind="bucket", name="b")
    with pytest.raises(AwsCallError, match="AccessDenied"), journal.creating(written, bucket):
        monkeypatch.setattr(os, "fsync", Mock(side_effect=OSError(28, "No space left on device")))
        raise REFUSED
    assert journal.records("123456789012", "us-east-1")[0].attempted == [bucket]


def test_a_journal_that_can_not_be_read_is_not_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Journal(tmp_path / "new").accounts() == []
    assert Journal(tmp_path / "new").account_records("123456789012") == []
    file = tmp_path / "file"
    file.touch()
    for read in (Journal(file).accounts, lambda: Journal(file).account_records("123456789012")):
        with pytest.raises(PluginError, match=r"/file.* can't be read \(Not a directory\)"):
            read()
    journal, written = Journal(tmp_path), record()
    folder = write(journal, written).parent
    look = os.scandir

    def closed(path: Any) -> Any:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", closed)
    with pytest.raises(PluginError, match=f"{folder} can't be read"):
        journal.account_records("123456789012")


def test_without_a_home_no_journal_lies_where_the_command_is_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HOME", "XDG_STATE_HOME", "PROWLER_BEDROCK_JOURNAL_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)

    def unknown(user: int) -> None:
        raise KeyError(user)

    # As in a container whose user has no entry in /etc/passwd.
    monkeypatch.setattr("pwd.getpwuid", unknown)
    with pytest.raises(PluginError, match="set JournalDirectory"):
        journal_at()


def test_the_disk_holds_the_file_and_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bool] = []
    monkeypatch.setattr(
        os, "fsync", lambda handle: synced.append(stat.S_ISDIR(os.fstat(handle).st_mode))
    )
    write(Journal(tmp_path), record())
    assert synced == [True, True, False, True], "the folders that are new, the file, and its name"


def test_a_failed_write_leaves_the_earlier_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, written = Journal(tmp_path), record()
    path = write(journal, written)
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PluginError, match=r"could not be written \(No space left on device\); "):
        journal.write(written)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_half_written_record_lies_beside_its_place_and_is_no_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, written = Journal(tmp_path), record()
    seen: list[Path] = []

    def crash(temporary: str, path: Path) -> None:
        # Only within one file system does a file take another's place as a whole.
        assert Path(temporary).parent == path.parent
        seen.extend(path.parent.iterdir())
        assert journal.records("123456789012", "us-east-1") == []
        raise OSError("crash")

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(PluginError, match=r"\(crash\)"):
        journal.write(written)
    (temporary,) = seen
    assert (temporary.name[0], temporary.suffix) == (".", ".tmp")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "",
            r"is damaged \(it can't be read as a record\): restore the file from a backup or move "
            r"it away\.$",
        ),
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
    path = write(journal, record())
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(PluginError, match=why) as caught:
        journal.records("123456789012", "us-east-1")
    assert str(path) in str(caught.value)
    with pytest.raises(PluginError, match=why):
        journal.account_records("123456789012")


def test_a_record_whose_time_has_no_zone_is_refused_with_its_path(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    path = write(journal, record())
    write(journal, record())
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert raw["started_at"].endswith("Z")
    raw["started_at"] = raw["started_at"].removesuffix("Z")
    path.write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(PluginError, match=rf"^The journal record {path} is damaged"):
        journal.records("123456789012", "us-east-1")


def test_a_record_that_is_no_file_is_refused_with_its_path(tmp_path: Path) -> None:
    folder = tmp_path / "123456789012" / "us-east-1" / "x.json"
    folder.mkdir(parents=True)
    said = f"The journal record {folder} is damaged (it can't be read as a record): "
    with pytest.raises(PluginError, match=re.escape(said)):
        Journal(tmp_path).records("123456789012", "us-east-1")


def test_a_record_that_may_not_be_read_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path)
    path = write(journal, record())

    def closed(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", closed)
    with pytest.raises(PluginError) as caught:
        journal.records("123456789012", "us-east-1")
    assert str(caught.value) == (
        f"The journal record {path} can't be read (Permission denied): make the file readable for "
        "this user."
    )


def test_a_record_of_another_account_or_region_is_refused(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    path = write(journal, record())
    other = tmp_path / "999999999999" / "us-east-1" / path.name
    other.parent.mkdir(parents=True)
    other.write_bytes(path.read_bytes())
    said = f"record {other} is damaged (it is a record of account 123456789012 in us-east-1)"
    with pytest.raises(PluginError, match=re.escape(said)):
        journal.records("999999999999", "us-east-1")


@pytest.mark.parametrize("moved", [False, True])
def test_a_record_under_another_name_is_refused(tmp_path: Path, moved: bool) -> None:
    journal = Journal(tmp_path)
    path = write(journal, record())
    copy = path.with_name(f"{path.stem} (conflicted copy).json")
    copy.write_bytes(path.read_bytes())
    if moved:
        path.unlink()
    with pytest.raises(PluginError) as caught:
        journal.records("123456789012", "us-east-1")
    assert str(caught.value) == (
        f"The journal record {copy} is a copy, or has another name than its own: keep the newer of "
        f"it and {path} under that name, and move the other one away."
    )


def test_records_come_oldest_first_within_one_second(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    written = [record() for _ in range(20)]
    for one in reversed(written):
        journal.write(one)
    assert journal.records("123456789012", "us-east-1") == written
    assert journal.account_records("123456789012") == written
    assert journal.accounts() == ["123456789012"]


@pytest.mark.parametrize(
    ("earlier", "later", "lines"),
    [
        (None, {"Grüße": 1}, ["@@ -0,0 +1,3 @@", "+{", '+  "Grüße": 1', "+}"]),
        ('{"a": 1}', None, ["@@ -1,3 +0,0 @@", "-{", '-  "a": 1', "-}"]),
        ("not JSON\n{", "not\n{", ["@@ -1,2 +1,2 @@", "-not JSON", "+not", " {"]),
    ],
)
def test_a_change_is_a_diff(earlier: Any, later: Any, lines: list[str]) -> None:
    change = Change(resource=Resource(kind="role", name="x"), earlier=earlier, later=later)
    names = ["--- role x (now)", "+++ role x (planned)"]
    assert change.diff().split("\n") == names + lines


def test_the_directory_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROWLER_BEDROCK_JOURNAL_DIRECTORY", str(tmp_path / "variable"))
    assert journal_at().place == str(tmp_path / "variable")
    assert journal_at(str(tmp_path / "setting")).place == str(tmp_path / "setting")
    monkeypatch.delenv("PROWLER_BEDROCK_JOURNAL_DIRECTORY")
    assert Path(journal_at().place).parts[-2:] == ("prowler-bedrock", "journal")


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="journal")
        yield client


@pytest.mark.parametrize("place", ["s3://journal", "s3://journal/our/records/"])
def test_a_bucket_keeps_records_as_a_directory_does(s3: Any, place: str) -> None:
    journal, written = journal_at(place), [record() for _ in range(3)]
    for one in written:
        journal.write(one)
        one.result = "succeeded"
        journal.write(one)
    s3.put_object(Bucket="journal", Key="other/123456789012/us-east-1/note.txt", Body=b"not ours")
    assert journal.place == place.rstrip("/")
    assert journal.accounts() == ["123456789012"]
    assert journal.records("123456789012", "us-east-1") == written
    assert journal.account_records("123456789012") == written
    assert journal.records("123456789012", "us-east") == []
    location = journal.location(written[0])
    assert location.startswith(f"{place.rstrip('/')}/123456789012/us-east-1/")
    key = location.removeprefix("s3://journal/")
    body = s3.get_object(Bucket="journal", Key=key)["Body"].read()
    assert Record.model_validate_json(body) == written[0]


def test_folders_of_others_are_no_accounts(tmp_path: Path, s3: Any) -> None:
    for name in (".vscode", "lost+found", "2024", "٢" * 12):
        (tmp_path / name).mkdir()
        (tmp_path / name / "settings.json").write_text("{}")
        s3.put_object(Bucket="journal", Key=f"{name}/settings.json", Body=b"{}")
    for journal in (Journal(tmp_path), journal_at("s3://journal")):
        journal.write(record())
        assert journal.accounts() == ["123456789012"]


def test_a_damaged_record_in_a_bucket_is_refused_with_its_url(s3: Any) -> None:
    journal, written = journal_at("s3://journal"), record()
    journal.write(written)
    key = journal.location(written).removeprefix("s3://journal/")
    for damage in (b"{", b"\xff"):
        s3.put_object(Bucket="journal", Key=key, Body=damage)
        with pytest.raises(PluginError, match=r"s3://journal/\d+/us-east-1/.* is damaged"):
            journal.records("123456789012", "us-east-1")


def test_a_bucket_that_cannot_be_used_is_named(s3: Any) -> None:
    journal = journal_at("s3://elsewhere/records")
    with pytest.raises(PluginError, match=r"s3://elsewhere/records/.* could not be written: "):
        journal.write(record())
    for read in (journal.accounts, lambda: journal.account_records("123456789012")):
        with pytest.raises(PluginError, match="s3:ListBucket failed: NoSuchBucket"):
            read()


@pytest.mark.parametrize("place", ["s3://", "s3://A", "https://bucket/x", "s3:///records"])
def test_another_url_is_refused(place: str) -> None:
    with pytest.raises(PluginError, match="expected a directory or s3://BUCKET/PREFIX"):
        journal_at(place)


def test_a_record_follows_those_of_a_machine_whose_clock_is_fast(tmp_path: Path) -> None:
    journal, fast, slow = Journal(tmp_path), record(), record()
    fast.started_at += timedelta(minutes=4)
    for one in (fast, slow):
        with journal.making(one):
            pass
    assert slow.started_at == fast.started_at + timedelta(microseconds=1)
    newest = record().model_copy(update={"started_at": slow.started_at})
    journal.begin(newest)
    assert newest.started_at == slow.started_at + timedelta(microseconds=1)
    assert journal.records("123456789012", "us-east-1") == [fast, slow, newest]
    elsewhere = record().model_copy(update={"region": "eu-west-1"})
    written_at = elsewhere.started_at
    journal.begin(elsewhere)
    assert elsewhere.started_at == written_at


@pytest.mark.parametrize("result", ["failed", None])
def test_a_removal_that_did_not_end_well_began_nothing(result: Any) -> None:
    bucket = Resource(kind="bucket", name="logs")
    created, removed = record(), record()
    created.attempted = created.created = [bucket]
    removed.operation, removed.result, removed.attempted = "remove", result, [bucket]
    assert begun_last([created, removed], bucket) == []
    again = record()
    again.attempted = [bucket]
    assert begun_last([created, removed, again], bucket) == [again]
