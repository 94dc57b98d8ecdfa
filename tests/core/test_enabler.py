"""Enabling a Region: what is created, kept, recorded, retried and refused."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from prowler_bedrock.enable.enabler import Enabler
from prowler_bedrock.enable.settings import parse_settings
from prowler_bedrock.journal.journal import Journal
from tests.core.account import (
    ACCOUNT,
    GROUP,
    ROLE_NAME,
    TRUST,
    Account,
    Clients,
    Killed,
    installed_flags,
    retention,
)


def test_nothing_configured_becomes_cloudwatch_with_defaults(account: Account) -> None:
    outcome = account.enabler().enable("us-east-1")
    assert outcome.result == "changed"
    assert account.configuration() == {
        "cloudWatchConfig": {
            "logGroupName": GROUP,
            "roleArn": f"arn:aws:iam::{ACCOUNT}:role/{ROLE_NAME}",
        },
        **dict.fromkeys(installed_flags(), True),
    }
    logs = boto3.client("logs")
    (group,) = logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    assert group["retentionInDays"] == 365
    tags = logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"]
    (record,) = account.records()
    assert outcome.changes == record.all_changes
    assert tags == {"prowler-bedrock": "created", "prowler-bedrock-record": record.record_id}
    role = boto3.client("iam").get_role(RoleName=ROLE_NAME)["Role"]
    assert {tag["Key"]: tag["Value"] for tag in role["Tags"]} == tags


def test_the_role_is_narrow(account: Account) -> None:
    account.enabler().enable("us-east-1")
    iam = boto3.client("iam")
    (trust,) = iam.get_role(RoleName=ROLE_NAME)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust == TRUST
    (name,) = iam.list_role_policies(RoleName=ROLE_NAME)["PolicyNames"]
    document = iam.get_role_policy(RoleName=ROLE_NAME, PolicyName=name)["PolicyDocument"]
    (statement,) = document["Statement"]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"] == (
        f"arn:aws:logs:*:{ACCOUNT}:log-group:{GROUP}:log-stream:aws/bedrock/modelinvocations"
    )


def test_other_partitions_get_their_own_arns(account: Account) -> None:
    account.enabler(partition="aws-us-gov").enable("us-gov-west-1")
    iam = boto3.client("iam")
    (trust,) = iam.get_role(RoleName=ROLE_NAME)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"]["ArnLike"] == {
        "aws:SourceArn": f"arn:aws-us-gov:bedrock:*:{ACCOUNT}:*"
    }


def test_once_the_role_stands_a_region_costs_six_calls(account: Account) -> None:
    enabler = account.enabler()
    enabler.enable("us-east-1")
    account.calls.clear()
    assert enabler.enable("eu-west-1").result == "changed"
    assert account.calls == [
        "GetModelInvocationLoggingConfiguration",
        "CreateLogGroup",
        "PutRetentionPolicy",
        # Right before the Put: what someone changed meanwhile is not replaced.
        "GetModelInvocationLoggingConfiguration",
        "PutModelInvocationLoggingConfiguration",
        "GetModelInvocationLoggingConfiguration",
    ]


def test_a_passing_region_is_left_alone(account: Account) -> None:
    config = {"s3Config": {"bucketName": "theirs"}}
    account.put(config)
    outcome = account.enabler().enable("us-east-1")
    assert outcome.result == "unchanged"
    assert outcome.passing
    assert account.writes() == []
    assert account.configuration() == config
    assert account.records() == []


def test_a_second_run_changes_nothing(account: Account) -> None:
    account.enabler().enable("us-east-1")
    account.calls.clear()
    assert account.enabler().enable("us-east-1").result == "unchanged"
    assert account.writes() == []


@pytest.mark.parametrize(
    ("given", "role"),
    [({}, ROLE_NAME), ({"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/theirs"}, "theirs")],
)
def test_a_preview_shows_the_configuration_that_would_be_put(
    account: Account, given: dict[str, Any], role: str
) -> None:
    earlier = {"s3Config": {"bucketName": "theirs"}, "imageDataDeliveryEnabled": False}
    account.put(earlier)
    boto3.client("iam").create_role(RoleName="theirs", AssumeRolePolicyDocument="{}")
    outcome = account.enabler({"DryRun": True, **given}).enable("us-east-1", redirect=True)
    later = {
        "cloudWatchConfig": {
            "logGroupName": GROUP,
            "roleArn": f"arn:aws:iam::{ACCOUNT}:role/{role}",
        },
        "imageDataDeliveryEnabled": False,
    }
    assert outcome.changes[-1].later == later
    assert account.writes() == []
    outcome = account.enabler(given).enable("us-east-1", redirect=True)
    assert outcome.result == "changed", outcome.message
    assert account.configuration() == later
    (record,) = account.records()
    assert (record.operation, record.later_configuration) == ("redirect", later)


@pytest.mark.parametrize(("days", "kept"), [(7, "7 days"), (None, "no expiry")])
def test_an_existing_log_group_is_not_changed(
    account: Account, days: int | None, kept: str
) -> None:
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName=GROUP, tags={"owner": "them"})
    if days:
        logs.put_retention_policy(logGroupName=GROUP, retentionInDays=days)
    outcome = account.enabler().enable("us-east-1")
    assert outcome.result == "changed"
    assert f"The existing log group {GROUP} keeps its retention ({kept})." in outcome.message
    (group,) = logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    assert group.get("retentionInDays") == days
    tags = logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"]
    assert tags == {"owner": "them"}
    assert [one.kind for one in account.records()[0].created] == ["role", "role-policy"]
    changed = [one.resource.kind for one in outcome.changes]
    assert changed == ["role", "role-policy", "logging-configuration"]


def test_an_existing_role_of_that_name_is_not_changed(account: Account) -> None:
    iam = boto3.client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    iam.create_role(RoleName=ROLE_NAME, AssumeRolePolicyDocument=trust)
    assert account.enabler().enable("us-east-1").result == "changed"
    assert iam.list_role_policies(RoleName=ROLE_NAME)["PolicyNames"] == []
    assert "PutRolePolicy" not in account.calls


def test_a_given_role_arn_needs_no_call_to_iam(account: Account) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:role/path/Theirs"
    assert account.enabler({"RoleArn": arn}).enable("us-east-1").result == "changed"
    assert account.configuration()["cloudWatchConfig"]["roleArn"] == arn
    assert not {"GetRole", "CreateRole"} & set(account.calls)


def test_a_second_log_group_gets_its_own_policy_on_our_role(account: Account) -> None:
    account.enabler().enable("us-east-1")
    account.enabler({"LogGroupName": "/other"}).enable("eu-west-1")
    policies = boto3.client("iam").list_role_policies(RoleName=ROLE_NAME)["PolicyNames"]
    assert len(policies) == 2


def test_the_earlier_configuration_is_recorded_before_any_write(account: Account) -> None:
    earlier = {"textDataDeliveryEnabled": False, "imageDataDeliveryEnabled": False}
    account.put(earlier)
    seen: list[Any] = []
    account.before["CreateRole"] = lambda: seen.extend(account.records())
    account.enabler().enable("us-east-1")
    (record,) = seen
    assert record.earlier_configuration == earlier
    assert record.result is None
    (ended,) = account.records()
    assert ended.result == "succeeded"
    assert ended.earlier_configuration == earlier


def test_a_journal_that_cannot_be_written_stops_before_any_change(
    account: Account, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    account.journal = Journal(tmp_path / "file" / "journal")
    outcome = account.enabler().enable("us-east-1")
    assert outcome.result == "failed"
    assert "can't be read (Not a directory)" in outcome.message
    assert account.writes() == []


NOT_VALID = (
    "ValidationException",
    "Failed to validate permissions for log group: g, with role: r. Verify the IAM role "
    "permissions are correct.",
)


def test_put_is_retried_while_a_new_role_settles(account: Account) -> None:
    account.faults["PutModelInvocationLoggingConfiguration"] = [NOT_VALID] * 4
    assert account.enabler().enable("us-east-1").result == "changed"
    assert account.calls.count("PutModelInvocationLoggingConfiguration") == 5


def test_put_is_not_retried_for_a_role_that_someone_else_made(account: Account) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:role/Theirs"
    account.faults["PutModelInvocationLoggingConfiguration"] = [NOT_VALID] * 2
    outcome = account.enabler({"RoleArn": arn}).enable("us-east-1")
    assert outcome.result == "failed"
    assert account.calls.count("PutModelInvocationLoggingConfiguration") == 1
    assert "must trust bedrock.amazonaws.com" in outcome.message
    assert account.records()[0].result == "failed"


def test_another_validation_error_is_not_retried(account: Account) -> None:
    account.faults["PutModelInvocationLoggingConfiguration"] = [("ValidationException", "Other")]
    assert account.enabler().enable("us-east-1").result == "failed"
    assert account.calls.count("PutModelInvocationLoggingConfiguration") == 1


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        (
            "PutModelInvocationLoggingConfiguration",
            "bedrock:PutModelInvocationLoggingConfiguration",
        ),
        ("GetRole", "iam:GetRole"),
        ("CreateRole", "iam:CreateRole"),
        ("GetRolePolicy", "iam:GetRolePolicy"),
        ("PutRolePolicy", "iam:PutRolePolicy"),
        ("CreateLogGroup", "logs:CreateLogGroup"),
        ("PutRetentionPolicy", "logs:PutRetentionPolicy"),
    ],
)
def test_a_denied_call_is_reported_by_its_action_and_a_rerun_converges(
    account: Account, operation: str, action: str
) -> None:
    if operation == "GetRolePolicy":  # called only where the role stands already
        account.enabler().enable("eu-west-1")
        account.calls.clear()
    account.faults[operation] = [("AccessDeniedException", "You shall not.")]
    outcome = account.enabler().enable("us-east-1")
    assert outcome.result == "failed"
    assert f"allow {action} to this principal" in outcome.message
    # What fails while only reading leaves no record, since nothing was changed.
    reads = operation.startswith("Get")
    assert [one.result for one in account.records()] == ([] if reads else ["failed"])
    assert not reads or account.writes() == []
    unchanged = reads or operation == "CreateRole"
    assert unchanged == ("Nothing was changed." in outcome.message)
    assert account.enabler().enable("us-east-1").result == "changed"
    (group,) = boto3.client("logs").describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    assert group["retentionInDays"] == 365


def test_an_action_that_aws_names_wins_over_the_one_called(account: Account) -> None:
    text = "User: u is not authorized to perform: iam:PassRole on resource: r because no policy"
    account.faults["PutModelInvocationLoggingConfiguration"] = [("AccessDeniedException", text)]
    assert "allow iam:PassRole" in account.enabler().enable("us-east-1").message


def test_a_region_that_cannot_be_read_is_not_changed(account: Account) -> None:
    account.faults["GetModelInvocationLoggingConfiguration"] = [("AccessDeniedException", "No.")]
    outcome = account.enabler().enable("us-east-1")
    assert outcome.result == "failed"
    assert "GetModelInvocationLoggingConfiguration" in outcome.message
    assert account.writes() == []


def test_success_is_claimed_only_after_reading_back(account: Account) -> None:
    enabler = account.enabler()

    def fail_the_second_read() -> None:
        account.faults["GetModelInvocationLoggingConfiguration"] = [("AccessDeniedException", "No")]

    account.before["PutModelInvocationLoggingConfiguration"] = fail_the_second_read
    outcome = enabler.enable("us-east-1")
    assert outcome.result == "failed"
    assert "could not be read back" in outcome.message


def test_a_configuration_that_reads_back_different_is_not_a_success(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moto.bedrock.models import BedrockBackend

    other = {"s3Config": {"bucketName": "attacker"}}

    def put(self: Any, logging_config: Any) -> None:
        from moto.bedrock.models import model_invocation_logging_configuration as stored

        self.model_invocation_logging_configuration = stored(other)

    monkeypatch.setattr(BedrockBackend, "put_model_invocation_logging_configuration", put)
    outcome = account.enabler().enable("us-east-1")
    assert outcome.result == "failed"
    assert "not the one that was sent" in outcome.message


def test_two_runs_at_once_end_well(account: Account) -> None:
    """A second run that overtakes the first between its reading and its creating."""
    account.before["CreateRole"] = lambda: _other_run(account)
    outcome = account.enabler().enable("us-east-1")
    assert outcome.result == "changed"
    assert account.configuration()["cloudWatchConfig"]["logGroupName"] == GROUP
    created = [[one.kind for one in record.created] for record in account.records()]
    assert sorted(created, key=len) == [[], ["role", "role-policy", "log-group"]]


def _other_run(account: Account) -> None:
    other = Account(Path(account.journal.place), Clients())
    assert other.enabler().enable("us-east-1").result == "changed"


@pytest.mark.parametrize("stopped_after", range(1, 8))
def test_a_run_stopped_between_any_two_calls_converges(
    account: Account, stopped_after: int
) -> None:
    account.killed_after = stopped_after
    with pytest.raises(Killed):
        account.enabler().enable("us-east-1")
    account.killed_after = None
    account.calls.clear()
    assert account.enabler().enable("us-east-1").passing
    assert account.configuration()["cloudWatchConfig"]["logGroupName"] == GROUP
    (group,) = boto3.client("logs").describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    assert group["retentionInDays"] == 365
    policies = boto3.client("iam").list_role_policies(RoleName=ROLE_NAME)["PolicyNames"]
    assert len(policies) == 1


@pytest.mark.parametrize(
    ("named", "code", "result", "says"),
    [
        (True, "UnknownOperationException", "failed", "Bedrock is not offered in us-east-1."),
        (False, "UnknownOperationException", "skipped", "Bedrock is not offered in us-east-1."),
        (False, "ThrottlingException", "failed", "could not be read in us-east-1"),
    ],
)
def test_only_a_region_that_nobody_named_may_lack_bedrock(
    account: Account, named: bool, code: str, result: str, says: str
) -> None:
    account.faults["GetModelInvocationLoggingConfiguration"] = [(code, "")]
    # By default somebody named them.
    options = {} if named else {"regions_named": False}
    enabler = Enabler(account.access, parse_settings(None), account.journal, **options)
    outcome = enabler.enable("us-east-1")
    assert outcome.result == result
    assert says in outcome.message
    assert outcome.message.endswith(" Nothing was changed.")
    assert account.writes() == []


def test_a_log_group_is_completed_once_and_the_record_of_it_says_so(account: Account) -> None:
    denied = [("AccessDeniedException", "No.")]
    account.faults["PutRetentionPolicy"] = list(denied)
    assert account.enabler().enable("us-east-1").result == "failed"
    account.faults["PutModelInvocationLoggingConfiguration"] = list(denied)
    outcome = account.enabler().enable("us-east-1")
    assert (outcome.result, retention()) == ("failed", 365)
    assert f"Begun by then: log-group {GROUP} (record " in outcome.message
    assert [one.kind for one in account.records()[-1].created] == ["log-group"]
    # From here on it is whoever's who sets its retention.
    logs = boto3.client("logs", region_name="us-east-1")
    logs.delete_retention_policy(logGroupName=GROUP)
    outcome = account.enabler().enable("us-east-1")
    assert outcome.result == "changed"
    assert "keeps its retention (no expiry)" in outcome.message
    assert retention() is None
