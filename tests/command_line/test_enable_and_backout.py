"""Preview, enable, history and backout: the real executable against the embedded account."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.backout.removal import Remover
from tests.command_line.run import Run, run, run_here, settings_file, writes

REGION, OTHER = "us-east-1", "us-west-2"
GROUP = "/aws/bedrock/modelinvocations"
ACCOUNT_FILE = """
iam_settle_seconds: 1
regions: {us-east-1: {}, us-west-2: {}}
"""


@dataclass
class World:
    """An account with nothing configured and a journal."""

    account: Any
    journal: Path

    def run(self, *arguments: str) -> Run:
        return run_here(self.account.environment(), *arguments, journal=self.journal)

    def execute(self, *arguments: str) -> Run:
        return run(self.account.environment(), *arguments, journal=self.journal)

    def configuration(self, region: str = REGION) -> Any:
        bedrock = self.account.client("bedrock", region)
        return bedrock.get_model_invocation_logging_configuration().get("loggingConfig")

    def records(self) -> Any:
        return self.run("history", "--json").json["records"]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAccount]:
    file = tmp_path_factory.mktemp("account") / "account.yaml"
    file.write_text(ACCOUNT_FILE)
    with EmbeddedAccount.start(account=str(file)) as running:
        yield running


@pytest.fixture
def world(account: EmbeddedAccount, tmp_path: Path) -> Iterator[World]:
    made = World(account, tmp_path / "journal")
    yield made
    if made.journal.exists():
        while any("changed" in line for line in made.run("backout", "--force").lines):
            pass
        made.run("backout", "--remove-created", "--remove-data", "--force")
    assert made.configuration() is made.configuration(OTHER) is None
    assert account.client("logs", REGION).describe_log_groups()["logGroups"] == []
    assert account.client("iam", REGION).list_roles()["Roles"] == []


def test_the_preview_shows_diffs_and_only_reads(world: World) -> None:
    world.account.clear_calls()
    preview = world.run("enable", "--dry-run", "--region", REGION)
    assert writes(world.account) == []
    assert preview.status == 0
    for line in (
        "--- role BedrockModelInvocationLogging (now)",
        f"+++ log-group {GROUP} (planned)",
        '+  "retentionInDays": 365,',
        f"+++ logging-configuration {REGION} (planned)",
        f'+    "logGroupName": "{GROUP}",',
        "1 planned",
    ):
        assert line in preview.lines
    assert world.records() == []


def test_the_window_as_option_is_of_the_files_restriction(world: World, tmp_path: Path) -> None:
    file = settings_file(tmp_path, "OnlyRegionsInUse: true")
    arguments = ("enable", "--settings", str(file), "--region", REGION)
    found = world.run(*arguments, "--usage-window-in-days", "60")
    assert found.status == 0, found.errors
    assert "60 days" in found.lines[0]
    assert found.lines[-1] == "1 skipped"


def test_the_story(world: World) -> None:
    both = ("--region", REGION, "--region", OTHER)
    enabled = world.execute("enable", *both)
    assert enabled.status == 0
    for region in (REGION, OTHER):
        assert f"{region}  changed  Model invocation logging is on in {region}" in enabled.output
        assert world.configuration(region)["cloudWatchConfig"]["logGroupName"] == GROUP
    assert enabled.lines[-1] == "2 changed"
    assert world.run("enable", *both).lines[-1] == "2 unchanged"

    first, second = world.records()
    assert {first["region"], second["region"]} == {REGION, OTHER}
    assert first["earlier_configuration"] is None
    table = world.execute("history", "--region", REGION)
    assert table.lines[-1].split()[2:7] == ["123456789012", REGION, "enable", "succeeded", "off"]

    world.account.clear_calls()
    preview = world.run("backout", "--dry-run", "--remove-created")
    assert writes(world.account) == []
    assert f"Dry run: log-group {GROUP} in {REGION} would be removed." in preview.lines
    assert "Dry run: role BedrockModelInvocationLogging would be removed." in preview.lines

    backed_out = world.execute("backout")
    assert backed_out.status == 0
    assert backed_out.lines[-1] == "2 changed"
    assert world.configuration() is world.configuration(OTHER) is None
    nothing = f"Nothing to do: {world.journal} holds no change that is not undone yet."
    assert world.run("backout").lines == [nothing]
    assert world.run("backout", "--disable").lines == [
        f"{nothing} --disable and --to take other Regions by --region."
    ]
    for filters, chosen in (
        (("--region", "eu-north-1"), " of these Regions"),
        (("--account", "999999999999"), " of this account"),
    ):
        shown = world.run("history", *filters)
        assert (shown.output, shown.errors) == ("", f"No records{chosen} in {world.journal}.\n")

    removed = world.execute("backout", "--remove-created")
    assert f"Removed log-group {GROUP} in {REGION}." in removed.lines
    assert f"Removed log-group {GROUP} in {OTHER}." in removed.lines
    assert "Removed role BedrockModelInvocationLogging." in removed.lines


def test_someone_elses_change_is_shown_and_kept(world: World) -> None:
    world.run("enable", "--region", REGION)
    theirs = {**world.configuration(), "textDataDeliveryEnabled": False}
    world.account.client("bedrock", REGION).put_model_invocation_logging_configuration(
        loggingConfig=theirs
    )
    for arguments in (
        ("backout",),
        ("backout", "--disable", "--region", REGION),
        ("backout", "--to", "s3", "--bucket-name", "audit-logs", "--region", REGION),
    ):
        refused = world.run(*arguments)
        assert refused.status == 1
        assert "add --force to go on" in refused.output
        assert '-  "textDataDeliveryEnabled": false,' in refused.lines
        assert '+  "textDataDeliveryEnabled": true,' in refused.lines
        assert "Nothing was changed." in refused.output
        assert world.configuration() == theirs
    assert world.run("backout", "--force").status == 0
    assert world.configuration() is None
    (restore,) = [one for one in world.records() if one["operation"] == "restore"]
    assert restore["earlier_configuration"] == theirs
    # Even a forced restore can be undone.
    assert world.run("backout", "--record", restore["record_id"]).status == 0
    assert world.configuration() == theirs


def test_disable_and_another_destination(world: World) -> None:
    world.run("enable", "--region", REGION)
    enabled = world.configuration()
    assert world.run("backout", "--disable", "--region", REGION).status == 0
    assert world.configuration() is None
    assert world.run("backout").status == 0
    assert world.configuration() == enabled
    redirected = world.run(
        "backout", "--to", "s3", "--bucket-name", "audit-{account}-{region}", "--key-prefix", "x",
        "--region", REGION,
    )  # fmt: skip
    assert redirected.status == 0, redirected.output
    config = world.configuration()
    assert config["s3Config"] == {"bucketName": f"audit-123456789012-{REGION}", "keyPrefix": "x"}
    assert "cloudWatchConfig" not in config
    assert world.run("backout").status == 0
    assert world.configuration() == enabled


def test_a_dry_run_of_the_settings_file_removes_nothing(world: World, tmp_path: Path) -> None:
    file = settings_file(tmp_path, "DryRun: true, BucketName: audit-logs")
    world.run("enable", "--region", REGION)
    world.account.clear_calls()
    preview = world.run(
        "backout", "--to", "s3", "--settings", str(file), "--region", REGION, "--remove-created"
    )
    assert writes(world.account) == []
    assert f"Dry run: log-group {GROUP} in {REGION} would be removed." in preview.lines
    assert preview.lines[-1] == "4 planned"


def test_a_log_group_that_holds_a_stream_needs_a_second_flag(world: World) -> None:
    world.run("enable", "--region", REGION)
    logs = world.account.client("logs", REGION)
    logs.create_log_stream(logGroupName=GROUP, logStreamName="theirs")
    kept = world.run("backout", "--remove-created")
    assert f"Kept log-group {GROUP} in {REGION}: it holds log streams" in kept.output
    assert kept.status == 0
    assert len(logs.describe_log_groups()["logGroups"]) == 1
    gone = world.run("backout", "--remove-created", "--remove-data")
    assert f"Removed log-group {GROUP} in {REGION}." in gone.lines


def test_a_removal_that_is_made_again_restores_nothing_more(world: World) -> None:
    world.run("enable", "--region", REGION)
    bucket = "trial-123456789012"
    to = world.run("backout", "--to", "s3", "--bucket-name", bucket, "--region", REGION)
    assert to.status == 0, to.output
    s3 = world.account.client("s3", REGION)
    s3.put_object(Bucket=bucket, Key="log", Body=b"log")
    kept = world.run("backout", "--remove-created")
    again = "backout --no-restore --remove-created"
    assert f"it holds objects; `{again} --remove-data` removes it with all" in kept.output
    configured = world.configuration()
    assert configured["cloudWatchConfig"]["logGroupName"] == GROUP
    before = len(world.records())
    gone = world.run(*again.split(), "--remove-data")
    assert f"Removed bucket {bucket} in {REGION}." in gone.lines
    assert world.configuration() == configured
    assert [one["operation"] for one in world.records()[before:]] == ["remove"]
    in_use = world.run(*again.split(), "--remove-data", "--force", "--region", REGION)
    assert f"Kept log-group {GROUP} in {REGION}: the logging configuration of" in in_use.output


def test_where_a_part_is_backed_out_it_says_how_to_go_on(world: World) -> None:
    world.run("enable", "--region", REGION, "--region", OTHER)
    operation = "DeleteModelInvocationLoggingConfiguration"
    fault = {"kind": "denied", "service": None, "operation": operation, "region": OTHER}
    world.account.set_faults(fault)
    try:
        stopped = world.run("backout")
        every = world.run("backout", "--region", OTHER)
    finally:
        world.account.clear_faults()
    advice = (
        f"Go on with --region {OTHER} alone: where it is done, a backout that is made again undoes "
        "one change more."
    )
    assert advice in stopped.lines
    assert stopped.lines[-1] == "1 changed, 1 failed"
    assert advice not in every.lines
    assert world.run("backout", "--region", OTHER).status == 0


def test_ctrl_c_in_a_removal_says_how_to_go_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run("enable", "--region", REGION)

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("prowler_bedrock.backout.created.CreatedLogGroup.delete", interrupt)
        stopped = world.run("backout", "--remove-created")
    assert (stopped.status, stopped.errors) == (
        1,
        "Stopped while what was created was being removed. `backout --no-restore --remove-created` "
        "goes on.\n",
    )
    assert world.run("backout", "--no-restore", "--remove-created").status == 0
    nothing = f"Nothing to do: nothing that {world.journal} says was created is left."
    assert world.run("backout", "--no-restore", "--remove-created").lines == [nothing]


def test_a_record_can_be_named(world: World) -> None:
    world.run("enable", "--region", REGION)
    world.run("backout", "--disable", "--region", REGION)
    older, newer = world.records()
    refused = world.run("backout", "--record", older["record_id"])
    assert refused.status == 1
    assert f"back out {newer['record_id']} first" in refused.output
    assert world.run("backout", "--record", newer["record_id"][:8]).status == 0
    assert world.configuration() is not None
    unknown = world.run("backout", "--record", "no-such-record")
    assert unknown.status == 1
    assert "holds no record no-such-record" in unknown.errors


def test_records_of_another_account_are_refused(world: World) -> None:
    world.run("enable", "--region", REGION)
    (record,) = world.records()
    (path,) = world.journal.glob("*/*/*.json")
    other = world.journal.parent / "other" / "999999999999" / REGION / path.name
    other.parent.mkdir(parents=True)
    other.write_text(path.read_text().replace("123456789012", "999999999999"))
    environment, elsewhere = world.account.environment(), world.journal.parent / "other"
    before = world.configuration()
    for arguments in (("backout",), ("backout", "--record", record["record_id"])):
        refused = run_here(environment, *arguments, journal=elsewhere)
        assert refused.status == 1
        assert "999999999999" in refused.errors
        assert "use " in refused.errors
        assert "Nothing was changed." in refused.errors
    assert world.configuration() == before


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda text: text.replace('"schema_version": 1', '"schema_version": 2'), "version 2"),
        (lambda text: text[: len(text) // 2], "is damaged"),
        (lambda text: json.dumps({**json.loads(text), "account": 7}), "is damaged"),
    ],
)
def test_a_damaged_or_newer_journal_changes_nothing(world: World, change: Any, named: str) -> None:
    world.run("enable", "--region", REGION)
    (path,) = world.journal.glob("*/*/*.json")
    text, before = path.read_text(), world.configuration()
    path.write_text(change(text))
    for arguments in (
        ("backout",),
        ("backout", "--region", REGION),
        ("backout", "--disable", "--region", REGION),
        ("history",),
    ):
        refused = world.run(*arguments)
        assert refused.status == 1
        assert named in refused.errors + refused.output
        assert str(path) in refused.errors + refused.output
    assert world.configuration() == before
    path.write_text(text)


def test_a_journal_that_cannot_be_written_stops_before_any_change(
    world: World, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    world.account.clear_calls()
    refused = world.run("enable", "--region", REGION, "--journal-directory", str(tmp_path / "file"))
    assert refused.status == 1
    assert "can't be read (Not a directory)" in refused.output
    assert "Nothing was changed." in refused.output
    assert writes(world.account) == []


def test_a_damaged_record_does_not_hide_those_of_other_regions(world: World) -> None:
    world.run("enable", "--region", REGION)
    folder = world.journal / "123456789012" / OTHER
    folder.mkdir(parents=True)
    (folder / "damaged.json").write_text("{")
    assert world.run("history", "--region", REGION).lines[-1].split()[3] == REGION
    assert world.run("history").status == 1
    (folder / "damaged.json").unlink()


@pytest.mark.parametrize("as_json", [False, True])
def test_a_removal_that_can_not_begin_does_not_hide_what_was_restored(
    world: World, as_json: bool
) -> None:
    world.run("enable", "--region", REGION)
    folder = world.journal / "123456789012" / OTHER
    folder.mkdir(parents=True)
    (folder / "damaged.json").write_text("{")
    arguments = ("backout", "--region", REGION, "--remove-created", *["--json"] * as_json)
    found = world.run(*arguments)
    failure = f"--remove-created: nothing was removed. The journal record {folder / 'damaged.json'}"
    assert (found.status, found.errors) == (1, "")
    if as_json:
        assert [one["result"] for one in found.json["outcomes"]] == ["changed"]
        assert found.json["failures"]["123456789012"].startswith(failure)
    else:
        restored, failed, total = found.lines
        assert restored.startswith(f"{REGION}  changed")
        assert failed.startswith(failure)
        assert total == "1 changed, 1 failed"
    (folder / "damaged.json").unlink()


@pytest.mark.parametrize("command", [("enable", "--region", REGION), ("backout",)])
def test_ctrl_c_says_where_to_see_what_was_done(
    world: World, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    if command == ("backout",):
        world.run("enable", "--region", REGION)
    before = world.configuration()

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("prowler_bedrock.command_line.accounts.as_completed", interrupt)
        stopped = world.run(*command)
    assert stopped.status == 1
    again = "Run the command again to go on."
    if command == ("backout",):
        again = (
            "Go on with --region of each Region that is not done: where it is done, a backout that "
            "is made again undoes one change more."
        )
    assert f"`prowler-bedrock history` shows them. {again}\n" in stopped.errors
    (*_, record) = world.records()
    assert record["result"] == "succeeded", "what had begun is not left half-done"
    assert world.configuration() != before


def test_what_nobody_foresaw_in_a_removal_does_not_hide_the_backout(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run("enable", "--region", REGION)
    monkeypatch.setattr(Remover, "remove", Mock(side_effect=KeyError("Policy")))
    backed_out = world.run("backout", "--remove-created")
    assert backed_out.status == 1
    assert backed_out.output.startswith(f"{REGION}  changed  Model invocation logging")
    assert (
        "--remove-created: nothing was removed. unexpected KeyError: 'Policy'"
        in backed_out.output + backed_out.errors
    )
    monkeypatch.undo()
    world.run("backout", "--no-restore", "--remove-created")
