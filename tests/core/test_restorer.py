"""Backing out: what was before comes back, and what someone else did since is not lost."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from prowler_bedrock.backout.chain import Chain, newest_chain
from prowler_bedrock.errors import PluginError
from prowler_bedrock.journal.change import Resource
from prowler_bedrock.journal.record import Record
from tests.core.account import ACCOUNT, GROUP, Account, Killed

REGION = "us-east-1"
BUCKET = "bedrock-logs"
S3 = {"Destination": "s3", "BucketName": BUCKET}
DENY = {"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}


def existing_bucket(policy: str | None = None) -> Any:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET, ObjectOwnership="BucketOwnerEnforced")
    if policy:
        s3.put_bucket_policy(Bucket=BUCKET, Policy=policy)
    return s3


def policy_of(s3: Any) -> str | None:
    try:
        return str(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])
    except s3.exceptions.ClientError:
        return None


def test_nothing_recorded_is_nothing_to_do(account: Account) -> None:
    outcome = account.restorer().restore(REGION)
    assert outcome.result == "unchanged"
    assert f"holds no change of {REGION} in account {ACCOUNT}" in outcome.message
    assert account.calls == []


@pytest.mark.parametrize("earlier", [None, {"textDataDeliveryEnabled": False}])
def test_the_earlier_configuration_comes_back(account: Account, earlier: Any) -> None:
    if earlier:
        account.put(earlier)
    account.enabler().enable(REGION)
    outcome = account.restorer().restore(REGION)
    assert outcome.result == "changed"
    assert "read back and verified" in outcome.message
    assert (account.configuration() or None) == earlier
    enable, restore = account.records()
    assert (restore.operation, restore.restores) == ("restore", [enable.record_id])
    assert restore.result == "succeeded"
    assert enable.restored_by == restore.record_id
    assert account.restorer().restore(REGION).result == "unchanged"


def test_a_backout_is_recorded_as_the_user_saw_it(account: Account) -> None:
    account.enabler().enable(REGION)
    for act, state in (
        (account.restorer().disable, "disabled: off"),
        (account.restorer().restore, "as it was before the change of {at} UTC: on"),
    ):
        undone = account.records()[-1]
        outcome = act(REGION)
        record = account.records()[-1]
        said = state.format(at=f"{undone.started_at:%Y-%m-%d %H:%M:%S}")
        assert outcome.message == (
            f"Model invocation logging in {REGION} is {said}; read back and verified. "
            f"Record: {account.journal.location(record)}"
        )
        assert (record.result, record.message) == ("succeeded", outcome.message)
        assert outcome.changes == record.all_changes
    account.faults["DeleteModelInvocationLoggingConfiguration"] = [("Throttling", "Slow.")]
    outcome = account.restorer().disable(REGION)
    record = account.records()[-1]
    assert (record.result, record.message) == ("failed", outcome.message)
    assert outcome.message.startswith(
        f"bedrock:DeleteModelInvocationLoggingConfiguration failed in {REGION}: Throttling"
    )


def test_what_someone_puts_right_after_is_not_called_restored(account: Account) -> None:
    account.enabler().enable(REGION)
    theirs = {"s3Config": {"bucketName": "theirs"}}
    get = "GetModelInvocationLoggingConfiguration"
    account.before["DeleteModelInvocationLoggingConfiguration"] = lambda: account.before.update(
        {get: lambda: account.put(theirs)}
    )
    outcome = account.restorer().restore(REGION)
    assert outcome.result == "failed"
    assert outcome.message.startswith(f"The configuration read back from {REGION} is not the one")
    assert account.configuration() == theirs


def enabled_twice_at_once(account: Account) -> tuple[Record, Record]:
    """Return the record of the run that sent, and that of the one that found it done."""
    account.before["CreateLogGroup"] = lambda: account.enabler().enable(REGION) and None
    assert account.enabler().enable(REGION).result == "changed"
    late, sent = account.records()
    assert [(one.result, one.sent) for one in (late, sent)] == [
        ("succeeded", False),
        ("succeeded", True),
    ]
    return sent, late


@pytest.mark.parametrize("late_first", [True, False])
def test_two_runs_at_once_are_undone_together(account: Account, late_first: bool) -> None:
    sent, late = enabled_twice_at_once(account)
    if not late_first:
        Path(account.journal.location(late)).unlink()
        late.started_at = sent.started_at + timedelta(seconds=1)
        account.journal.write(late)
    restored = account.restorer().restore(REGION)
    assert (restored.result, account.configuration()) == ("changed", {})
    assert account.restorer().restore(REGION).message.startswith("The journal holds no change")


def test_what_a_run_at_work_notes_meanwhile_is_kept(account: Account) -> None:
    account.enabler().enable(REGION)
    (record,) = account.records()

    def note_more() -> None:
        record.attempted = [*record.attempted, Resource(kind="bucket", name=BUCKET)]
        account.journal.write(record)

    account.before["DeleteModelInvocationLoggingConfiguration"] = note_more
    assert account.restorer().restore(REGION).result == "changed"
    marked, restore = account.records()
    assert marked.attempted == record.attempted
    assert marked.restored_by == restore.record_id


def test_what_another_run_sent_is_not_called_restored(account: Account) -> None:
    sent, late = enabled_twice_at_once(account)
    Path(account.journal.location(sent)).unlink()  # It is in the other run's own journal.
    restored = account.restorer().restore(REGION)
    assert restored.message.startswith(
        f"Model invocation logging in {REGION} is left as it is, since the change of "
        f"{late.started_at:%Y-%m-%d %H:%M:%S} UTC sent no configuration: on; read back"
    )


@pytest.mark.parametrize("before", [None, {"textDataDeliveryEnabled": True}])
def test_where_nothing_was_sent_nothing_is_put_back(account: Account, before: Any) -> None:
    if before:
        account.put(before)
    account.faults["CreateLogGroup"] = [("AccessDeniedException", "No.")]
    account.enabler().enable(REGION)
    account.calls.clear()
    planned = account.restorer(dry_run=True).restore(REGION)
    assert planned.result == "unchanged"
    assert planned.message.startswith(
        f"Dry run: model invocation logging in {REGION} is as it was before the change of "
    )
    restored = account.restorer().restore(REGION)
    assert (restored.result, restored.changes) == ("unchanged", [])
    assert account.writes() == []
    assert account.restorer().restore(REGION).message.startswith("The journal holds no change")


def test_changes_are_undone_one_after_the_other(account: Account) -> None:
    account.enabler().enable(REGION)
    first = account.configuration()
    account.enabler(S3).enable(REGION, redirect=True)
    second = account.configuration()
    account.restorer().disable(REGION)
    for expected in (second, first, {}):
        assert account.restorer().restore(REGION).result == "changed"
        assert account.configuration() == expected


def test_a_restore_can_be_undone_by_its_name(account: Account) -> None:
    account.enabler().enable(REGION)
    enabled = account.configuration()
    account.restorer().restore(REGION)
    restore = account.records()[-1]
    assert account.restorer().restore(REGION, restore.record_id).result == "changed"
    assert account.configuration() == enabled
    # What the restore had undone is there again, and can be undone again.
    assert account.restorer().restore(REGION).result == "changed"
    assert account.configuration() == {}


def test_what_lets_bedrock_in_comes_before_the_configuration_and_goes_after_it(
    account: Account,
) -> None:
    s3 = existing_bucket()
    account.enabler(S3).enable(REGION)
    enabled, policy = account.configuration(), policy_of(s3)
    writes = []
    for _ in range(3):
        account.calls.clear()
        named = account.records()[-1].record_id
        assert account.restorer().restore(REGION, named).result == "changed"
        writes.append(account.writes())
    off = ["DeleteModelInvocationLoggingConfiguration", "DeleteBucketPolicy"]
    on = ["PutBucketPolicy", "PutModelInvocationLoggingConfiguration"]
    assert writes == [off, on, off]
    last = account.records()[-1].record_id
    assert account.restorer().restore(REGION, last).result == "changed"
    assert (account.configuration(), policy_of(s3)) == (enabled, policy)


@pytest.mark.parametrize("policy_too", [True, False])
def test_a_policy_that_was_just_put_back_is_waited_for(account: Account, policy_too: bool) -> None:
    s3 = existing_bucket()
    account.enabler(S3).enable(REGION)
    if not policy_too:  # It lets Bedrock in by someone else's doing.
        s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Statement": [DENY]}))
    account.restorer().restore(REGION)
    put = "PutModelInvocationLoggingConfiguration"
    refused = ("ValidationException", f"Failed to validate permissions for bucket: {BUCKET}.")
    account.faults[put] = [refused]
    outcome = account.restorer().restore(REGION, account.records()[-1].record_id)
    assert (outcome.result == "changed") is policy_too, outcome.message
    assert account.calls.count(put) == 2 + policy_too


@pytest.mark.parametrize("operation", ["PutBucketPolicy", "PutModelInvocationLoggingConfiguration"])
def test_a_restore_whose_undoing_failed_can_be_named_again(
    account: Account, operation: str
) -> None:
    s3 = existing_bucket()
    account.enabler(S3).enable(REGION)
    enabled, policy = account.configuration(), policy_of(s3)
    account.restorer().restore(REGION)
    named = account.records()[-1].record_id
    account.faults[operation] = [("ThrottlingException", "x")] * 2
    for _ in range(2):
        assert account.restorer().restore(REGION, named).result == "failed"
    assert account.restorer().restore(REGION, named).result == "changed"
    assert (account.configuration(), policy_of(s3)) == (enabled, policy)


def test_a_record_that_can_not_be_undone_is_refused(account: Account) -> None:
    account.enabler().enable(REGION)
    account.restorer().restore(REGION)
    enable, _ = account.records()
    outcome = account.restorer().restore(REGION, enable.record_id)
    assert outcome.result == "failed"
    assert outcome.message == (
        f"Record {enable.record_id} can't be undone: it is undone already, a removal, or a backout "
        "that is not the newest record. `prowler-bedrock history` shows which. Nothing was changed."
    )
    assert account.configuration() == {}


@pytest.fixture
def refused(account: Account) -> Record:
    """A change that AWS refused before it changed anything, after one that it took."""
    account.enabler().enable(REGION)
    boto3.client("logs", region_name=REGION).create_log_group(logGroupName="/standing")
    account.faults["PutModelInvocationLoggingConfiguration"] = [("AccessDeniedException", "No.")]
    given = {"LogGroupName": "/standing", "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/theirs"}
    outcome = account.enabler(given).enable(REGION, redirect=True)
    assert outcome.message.endswith("Nothing was changed.")
    _, record = account.records()
    assert record.touched_nothing
    return record


def test_a_backout_of_what_had_changed_nothing_says_so_and_what_comes_next(
    account: Account, refused: Record
) -> None:
    enabled, on = account.records()[0], account.configuration()
    for dry_run in (True, False):
        outcome = account.restorer(dry_run=dry_run).restore(REGION)
        assert outcome.result == "unchanged"
        assert (
            f"as it is, since the change of {refused.start_in_words} (redirect) had changed "
            in (outcome.message)
        )
        assert (
            f"Another backout undoes the one before it: enable of {enabled.start_in_words} "
            f"(record {enabled.short_id})."
        ) in outcome.message
        assert account.configuration() == on
    assert account.restorer().restore(REGION).result == "changed"
    assert account.configuration() == {}


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize("named", [True, False])
def test_what_had_changed_nothing_is_passed_over_where_that_is_asked_for(
    account: Account, named: bool
) -> None:
    record = account.records()[0].record_id if named else None
    outcome = account.restorer().restore(REGION, record, past_failures=not named)
    assert (outcome.result, account.configuration()) == ("changed", {})
    again = account.restorer().restore(REGION, past_failures=True)
    assert again.message.startswith("The journal holds no change")
    last = account.restorer().restore(REGION)
    assert "had changed nothing: off; read back and verified. Record:" in last.message


@pytest.mark.usefixtures("refused")
def test_a_refused_change_does_not_hide_that_someone_changed_what_the_one_before_put(
    account: Account,
) -> None:
    theirs = {"s3Config": {"bucketName": "theirs"}}
    account.put(theirs)
    outcome = account.restorer().disable(REGION)
    assert (outcome.result, account.configuration()) == ("failed", theirs)
    assert "look at the difference and add --force" in outcome.message
    with pytest.raises(PluginError, match="add --force"):
        account.restorer().check_unchanged(REGION)


def test_disable_turns_off_what_was_on_before(account: Account) -> None:
    theirs = {"s3Config": {"bucketName": "theirs"}}
    account.put(theirs)
    assert account.restorer().disable(REGION).result == "changed"
    assert account.configuration() == {}
    assert account.restorer().disable(REGION).result == "unchanged"
    account.restorer().restore(REGION)
    assert account.configuration() == theirs


@pytest.mark.parametrize("change", ["other flag", "other bucket", "off"])
def test_someone_elses_change_is_not_overwritten(account: Account, change: str) -> None:
    account.put({"textDataDeliveryEnabled": True})
    account.enabler().enable(REGION)
    theirs: dict[str, Any] = {**account.configuration(), "imageDataDeliveryEnabled": False}
    if change == "other bucket":
        theirs = {"s3Config": {"bucketName": "attacker"}}
    account.put(theirs)
    if change == "off":
        theirs = {}
        boto3.client("bedrock").delete_model_invocation_logging_configuration()
    account.calls.clear()
    for outcome in (account.restorer().restore(REGION), account.restorer().disable(REGION)):
        if change == "off" and outcome.result == "unchanged":
            continue  # nothing to disable
        assert outcome.result == "failed"
        assert "--force" in outcome.message
        assert outcome.message.startswith(
            f"Someone changed the configuration of {REGION} after the recorded change "
            f"{account.records()[0].record_id}: look at the difference and add --force to go on.\n"
            f"--- logging-configuration {REGION} (as it is)\n"
            f"+++ logging-configuration {REGION} (as recorded)\n@@ "
        )
        assert ('-    "bucketName": "attacker"\n' in outcome.message) == (change == "other bucket")
        line = f'    "logGroupName": "{GROUP}",'
        assert f"\n{' ' if change == 'other flag' else '+'}{line}\n" in outcome.message
    assert account.writes() == []
    assert account.configuration() == theirs
    assert account.restorer(force=True).restore(REGION).result == "changed"
    assert account.configuration() == {"textDataDeliveryEnabled": True}
    assert (account.records()[-1].earlier_configuration or {}) == theirs


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_what_someone_puts_after_a_refusal_is_theirs(account: Account, code: str) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/theirs"
    account.faults["PutModelInvocationLoggingConfiguration"] = [(code, "No.")]
    assert account.enabler({"RoleArn": role}).enable(REGION).result == "failed"
    (record,) = account.records()
    account.put(record.later_configuration)
    outcome = account.restorer().restore(REGION)
    changed_at = f"the change of {record.started_at:%Y-%m-%d %H:%M:%S} UTC"
    # A call that was throttled four times may have done its work once.
    if code == "ThrottlingException":
        assert record.sent
        assert not account.configuration()
        assert f"as it was before {changed_at}: off" in outcome.message
        return
    assert not record.sent
    assert account.configuration() == record.later_configuration
    assert (outcome.result, outcome.message.partition(" Record")[0]) == (
        "unchanged",
        f"Model invocation logging in {REGION} is left as it is, since {changed_at} sent no "
        "configuration: on; read back and verified.",
    )


def test_a_region_is_looked_at_before_any_is_changed(account: Account) -> None:
    region = "eu-west-1"
    account.restorer().check_unchanged(region)
    account.enabler().enable(region)
    account.restorer().check_unchanged(region)
    account.put({"s3Config": {"bucketName": "theirs"}}, region)
    with pytest.raises(PluginError, match=rf"configuration of {region}.*(?s:.)*Nothing was chang"):
        account.restorer().check_unchanged(region)
    account.restorer(force=True).check_unchanged(region)


def test_a_flag_that_aws_adds_is_no_change(account: Account) -> None:
    account.enabler({"DataTypes": ["text"]}).enable(REGION)
    record = account.records()[0]
    # As if an older botocore had sent fewer flags than AWS now returns.
    record.later_configuration.pop("videoDataDeliveryEnabled")
    account.journal.write(record)
    assert account.restorer().restore(REGION).result == "changed"


def test_a_policy_as_we_left_it_comes_back_byte_for_byte(account: Account) -> None:
    s3 = existing_bucket(json.dumps({"Statement": DENY}))
    theirs = policy_of(s3)
    account.enabler(S3).enable(REGION)
    assert policy_of(s3) != theirs
    account.restorer().restore(REGION)
    assert account.records()[-1].changes[0].later == theirs
    assert policy_of(s3) == theirs


def test_a_bucket_without_policy_is_without_one_again(account: Account) -> None:
    s3 = existing_bucket()
    account.enabler(S3).enable(REGION)
    assert policy_of(s3) is not None
    account.restorer().restore(REGION)
    assert policy_of(s3) is None


def test_a_policy_that_someone_changed_since_loses_our_statement_alone(account: Account) -> None:
    s3 = existing_bucket()
    account.enabler(S3).enable(REGION)
    policy = json.loads(str(policy_of(s3)))
    changed = {**policy, "Statement": [DENY, *policy["Statement"]]}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(changed))
    assert account.restorer().restore(REGION).result == "changed"
    assert json.loads(str(policy_of(s3)))["Statement"] == [DENY]


def test_a_statement_of_ours_that_someone_changed_stays(account: Account) -> None:
    s3 = existing_bucket()
    account.enabler(S3).enable(REGION)
    policy = json.loads(str(policy_of(s3)))
    (ours,) = policy["Statement"]
    ours["Resource"] = [ours["Resource"], f"arn:aws:s3:::{BUCKET}/theirs/*"]
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    account.calls.clear()
    outcome = account.restorer().restore(REGION)
    assert (outcome.result, outcome.message) == (
        "failed",
        f"Bucket {BUCKET}: the bucket policy's statement {ours['Sid']} was changed by someone; "
        "delete that statement or give it another Sid. Nothing was changed.",
    )
    assert account.writes() == []
    ours["Sid"] = "Theirs"
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    assert account.restorer().restore(REGION).result == "changed"
    assert json.loads(str(policy_of(s3)))["Statement"] == [ours]


@pytest.mark.parametrize("policy", [None, {"Statement": [DENY]}])
def test_a_policy_that_someone_replaced_stays(account: Account, policy: Any) -> None:
    s3 = existing_bucket()
    account.enabler(S3).enable(REGION)
    s3.delete_bucket_policy(Bucket=BUCKET)
    if policy:
        s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    account.calls.clear()
    restored = account.restorer().restore(REGION)
    assert restored.result == "changed"
    assert not {"PutBucketPolicy", "DeleteBucketPolicy"} & set(account.calls)
    # Where it had none before, having none is no one's change.
    kept = f". The policy of bucket {BUCKET} stays as it is: someone changed it since. Record: "
    assert (kept in restored.message) is (policy is not None)


def test_a_bucket_that_is_gone_does_not_stop_the_backout(account: Account) -> None:
    s3 = existing_bucket()
    account.enabler(S3).enable(REGION)
    s3.delete_bucket_policy(Bucket=BUCKET)
    s3.delete_bucket(Bucket=BUCKET)
    assert account.restorer().restore(REGION).result == "changed"
    assert account.configuration() == {}


def test_broken_off_attempts_are_undone_with_the_change(account: Account) -> None:
    account.faults["CreateLogGroup"] = [("AccessDeniedException", "No.")]
    assert account.enabler().enable(REGION).result == "failed"
    assert account.enabler().enable(REGION).result == "changed"
    failed, enabled = account.records()
    account.restorer().restore(REGION, enabled.record_id)
    assert account.records()[-1].restores == [failed.record_id, enabled.record_id]
    assert account.restorer().restore(REGION).result == "unchanged"


def test_only_the_newest_change_can_be_named(account: Account) -> None:
    account.enabler().enable(REGION)
    account.restorer().disable(REGION)
    older, newer = account.records()
    outcome = account.restorer().restore(REGION, older.record_id)
    assert outcome.result == "failed"
    assert f"back out {newer.record_id} first. Nothing was changed." in outcome.message


def test_dry_runs_only_read(account: Account) -> None:
    existing_bucket()
    account.enabler(S3).enable(REGION)
    before = account.configuration()
    account.calls.clear()
    restore = account.restorer(dry_run=True).restore(REGION)
    disable = account.restorer(dry_run=True).disable(REGION)
    redirect = account.enabler({"DryRun": True}).enable(REGION, redirect=True)
    enable = account.enabler(S3 | {"DryRun": True}).enable("eu-central-1")
    assert account.writes() == []
    kinds = [[change.resource.kind for change in one.changes] for one in (restore, disable)]
    assert kinds == [["bucket-policy", "logging-configuration"], ["logging-configuration"]]
    assert {one.result for one in (restore, disable, redirect)} == {"planned"}
    assert f"in {REGION} would be as it was before" in restore.message
    assert restore.message.endswith(" UTC. Nothing was changed.")
    assert enable.result == "failed", "the bucket is in us-east-1"
    assert account.configuration() == before
    assert len(account.records()) == 1


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        (
            "GetModelInvocationLoggingConfiguration",
            "bedrock:GetModelInvocationLoggingConfiguration",
        ),
        (
            "DeleteModelInvocationLoggingConfiguration",
            "bedrock:DeleteModelInvocationLoggingConfiguration",
        ),
        ("GetBucketPolicy", "s3:GetBucketPolicy"),
        ("DeleteBucketPolicy", "s3:DeleteBucketPolicy"),
    ],
)
def test_a_denied_call_is_named_and_another_run_converges(
    account: Account, operation: str, action: str
) -> None:
    s3 = existing_bucket()
    account.enabler(S3).enable(REGION)
    account.faults[operation] = [("AccessDenied", "No.")]
    account.calls.clear()
    outcome = account.restorer().restore(REGION)
    assert outcome.result == "failed"
    assert f"allow {action} to" in outcome.message
    assert f" in {REGION}: AccessDenied" in outcome.message
    assert ("Begun by then: " in outcome.message) == (operation == "DeleteBucketPolicy")
    assert not operation.startswith("Get") or account.writes() == []
    assert account.restorer().restore(REGION).passing
    assert account.configuration() == {}
    assert policy_of(s3) is None
    assert account.restorer().restore(REGION).result == "unchanged"


def test_a_journal_that_cannot_be_written_or_read_changes_nothing(account: Account) -> None:
    account.enabler().enable(REGION)
    before = account.configuration()
    (record,) = account.records()
    directory = Path(account.journal.location(record)).parent
    account.calls.clear()
    try:
        directory.rename(directory.with_name("aside"))
        directory.write_text("")  # a file where the directory should be
        outcome = account.restorer().disable(REGION)
        assert outcome.result == "failed"
        assert "Nothing was changed." in outcome.message
    finally:
        directory.unlink()
        directory.with_name("aside").rename(directory)
    Path(account.journal.location(record)).write_text("{")
    for act in (account.restorer().restore, account.restorer().disable):
        outcome = act(REGION)
        assert outcome.result == "failed"
        assert outcome.message.endswith("Nothing was changed.")
    assert account.writes() == []
    assert account.configuration() == before


@pytest.mark.parametrize("stopped_after", range(1, 9))
def test_a_backout_stopped_between_any_two_calls_converges(
    account: Account, stopped_after: int
) -> None:
    s3 = existing_bucket()
    account.enabler(S3).enable(REGION)
    account.calls.clear()
    account.killed_after = stopped_after
    restore: Callable[[], Any] = lambda: account.restorer().restore(REGION)  # noqa: E731
    # Get, GetBucketPolicy; Get, Delete, Get; GetBucketPolicy, DeleteBucketPolicy, GetBucketPolicy.
    if stopped_after < 8:
        with pytest.raises(Killed):
            restore()
    else:
        restore()
    account.killed_after = None
    assert restore().passing
    assert account.configuration() == {}
    assert policy_of(s3) is None
    assert restore().result == "unchanged"


def test_a_region_that_cannot_be_read_is_not_changed(account: Account) -> None:
    account.enabler().enable(REGION)
    account.calls.clear()
    for act in (account.restorer(force=True).restore, account.restorer(force=True).disable):
        account.faults["GetModelInvocationLoggingConfiguration"] = [("ThrottlingException", "x")]
        outcome = act(REGION)
        assert outcome.result == "failed"
        assert f"could not be read in {REGION}: ThrottlingException" in outcome.message
    account.faults["GetModelInvocationLoggingConfiguration"] = [("ThrottlingException", "x")]
    with pytest.raises(PluginError, match=f"could not be read in {REGION}: Throttling"):
        account.restorer(force=True).check_unchanged(REGION)
    assert account.writes() == []
    assert account.configuration()["cloudWatchConfig"]["logGroupName"] == GROUP


def written(record_id: str, earlier: Any = None, result: Any = "succeeded", **more: Any) -> Record:
    return Record.model_validate(
        {
            "record_id": record_id,
            "account": ACCOUNT,
            "region": REGION,
            "earlier_configuration": earlier,
            "later_configuration": None,
            "result": result,
            **more,
        }
    )


A, B = {"s3Config": {"bucketName": "a"}}, {"s3Config": {"bucketName": "b"}}


SENT = [{"kind": "logging-configuration", "name": REGION}]


@pytest.mark.parametrize(
    ("records", "named", "chain"),
    [
        # Two runs at once: one of them sent the configuration, the other one found it.
        ([written("one", A, attempted=SENT), written("two", A)], None, ["one", "two"]),
        ([written("one", A), written("two", A, attempted=SENT)], None, ["one", "two"]),
        (
            [written("zero", A, None), written("one", A, attempted=SENT), written("two", A)],
            None,
            ["zero", "one", "two"],
        ),
        (
            [
                written("zero", A, attempted=SENT),
                written("one", A, attempted=SENT),
                written("two", A),
            ],
            None,
            ["one", "two"],
        ),
        ([written("one", B, attempted=SENT), written("two", A)], None, ["two"]),
        ([written("one", A, attempted=SENT), written("two", A, "failed")], None, ["two"]),
        (
            [written("one", A, operation="retention"), written("two", A, operation="retention")],
            None,
            ["two"],
        ),
        ([written("one", A, operation="retention"), written("two", A)], None, ["two"]),
        ([written("one", A), written("two", A, operation="repair")], None, ["one", "two"]),
        ([written("one", A, "failed", operation="repair"), written("two", A)], None, ["two"]),
        ([written("one", A, None, operation="retention"), written("two", A)], None, ["two"]),
        (
            [written("one", A, "failed", operation="repair")] * 2
            + [written("two", A, operation="repair")],
            None,
            ["one", "one", "two"],
        ),
        ([], None, None),
        ([written("one", attempted=SENT), written("two", attempted=SENT)], None, ["two"]),
        (
            [written("one", A, None), written("two", A, "failed"), written("three", A)],
            None,
            ["one", "two", "three"],
        ),
        (
            [
                written("one", A, attempted=SENT),
                written("two", A, "failed"),
                written("three", A, attempted=SENT),
            ],
            None,
            ["two", "three"],
        ),
        ([written("one", B, "failed"), written("two", A)], None, ["two"]),
        (
            [written("one", A, "failed"), written("two", B, "failed"), written("three", A)],
            None,
            ["three"],
        ),
        ([written("one"), written("two", restored_by="x")], None, ["one"]),
        ([written("one"), written("two", operation="restore")], None, ["one"]),
        ([written("one"), written("two", operation="remove")], None, ["one"]),
        ([written("one")] * 2 + [written("two", operation="restore")], "tw", ["two"]),
        ([written("two", operation="restore"), written("one")], "on", ["one"]),
        ([written("one", A, "failed"), written("two", A)], "one", ["one", "two"]),
        # What failed before it changed anything hides no older one that is named.
        ([written("one", A), written("two", B, "failed")], None, ["two"]),
        ([written("one", A), written("two", B, "failed")], "one", ["one"]),
        ([written("one", A), written("two", B, "failed")], "two", ["two"]),
        (
            [
                written("one", operation="restore"),
                written("two", None, "failed", operation="restore"),
                written("three", None, None, operation="restore"),
            ],
            "one",
            ["one"],
        ),
        (
            [
                written("one", operation="restore"),
                written("two", None, "failed", operation="restore"),
            ],
            "two",
            ["two"],
        ),
    ],
)
def test_what_a_backout_undoes_next(records: list[Record], named: str | None, chain: Any) -> None:
    found = newest_chain(records, named)
    assert (found and [one.record_id for one in found.records]) == chain


@pytest.mark.parametrize(
    "records",
    [
        [],
        [written("one", operation="restore", restored_by="x")],
        [written("one", operation="remove")],
        [written("one", operation="restore"), written("two", operation="restore")],
        [written("one", operation="restore"), written("two", result="failed", operation="remove")],
        [written("one", restored_by="x"), written("two", operation="restore")],
    ],
)
def test_what_is_named_and_can_not_be_undone_is_refused(records: list[Record]) -> None:
    with pytest.raises(PluginError, match=r"^Record one can't be undone: "):
        newest_chain(records, "one")


@pytest.mark.parametrize("last", ["enable", "restore", "remove"])
def test_another_name_is_refused(last: str) -> None:
    first, second = (written(name, attempted=SENT) for name in ("one", "two"))
    records = [first, second, written("three", operation=last, attempted=SENT)]
    newest = "three" if last == "enable" else "two"
    with pytest.raises(PluginError) as caught:
        newest_chain(records, "one")
    assert str(caught.value) == (
        f"Record one is not the newest change of {REGION} that is not undone yet; back out "
        f"{newest} first."
    )


def test_only_what_was_begun_is_undone_newest_first() -> None:
    resources = [{"kind": "bucket-policy", "name": name} for name in "abc"]
    other = {"kind": "role", "name": "a"}
    changes = [{"resource": one, "earlier": None, "later": None} for one in [*resources, other]]
    records = [
        written("one", changes=changes, attempted=[resources[0], other]),
        written("two", changes=changes, attempted=resources[1:]),
    ]
    found = Chain(records=records).changes("bucket-policy")
    assert [one.resource.name for one in found] == ["b", "c", "a"]


def test_a_bucket_that_someone_delivers_to_keeps_the_statement_of_a_change_that_failed(
    account: Account,
) -> None:
    s3 = existing_bucket()
    account.faults["PutModelInvocationLoggingConfiguration"] = [("AccessDeniedException", "No.")]
    assert account.enabler(S3).enable(REGION).result == "failed"
    by_hand = {"s3Config": {"bucketName": BUCKET}, "textDataDeliveryEnabled": True}
    account.put(by_hand)
    policy = policy_of(s3)
    outcome = account.restorer().restore(REGION)
    assert outcome.passing, outcome.message
    said = f"The policy of bucket {BUCKET} stays as it is: the configuration needs it."
    assert said in outcome.message
    assert policy is not None
    assert policy_of(s3) == policy
    assert account.configuration() == by_hand
    # One that nothing delivers to loses it.
    account.put({"textDataDeliveryEnabled": False})
    account.faults["PutModelInvocationLoggingConfiguration"] = [("AccessDeniedException", "No.")]
    s3.delete_bucket_policy(Bucket=BUCKET)
    account.enabler(S3).enable(REGION)
    assert account.restorer().restore(REGION).result == "changed"
    assert policy_of(s3) is None
