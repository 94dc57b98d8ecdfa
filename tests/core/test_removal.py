"""What was created goes, once nothing uses it; everything else stays."""

import json
from typing import Any

import boto3
import pytest

from prowler_bedrock.backout.bucket_policies import our_statements
from prowler_bedrock.backout.removal import Removed
from prowler_bedrock.enable.bucket_policy import same_policy
from prowler_bedrock.logging_configuration.model import Unreadable
from tests.core.account import ACCOUNT, GROUP, ROLE_NAME, Account

REGION, OTHER = "us-east-1", "eu-west-1"
BUCKET = "bedrock-logs"
BOTH = {"Destination": "both", "BucketName": BUCKET}


@pytest.fixture
def backed_out(account: Account) -> Account:
    """Enabled to both destinations, and the configuration restored."""
    assert account.enabler(BOTH).enable(REGION).result == "changed"
    assert account.restorer().restore(REGION).result == "changed"
    account.calls.clear()
    return account


def results(removed: list[Removed]) -> dict[str, str]:
    return {one.resource.kind: one.result for one in removed}


def reason(removed: list[Removed], kind: str) -> str:
    (message,) = [one.message for one in removed if one.resource.kind == kind]
    return message


ALL = {"log-group": "removed", "bucket": "removed", "role-policy": "removed", "role": "removed"}


def test_everything_that_was_created_goes(backed_out: Account) -> None:
    assert results(backed_out.remover().remove([REGION])) == ALL
    assert boto3.client("logs").describe_log_groups()["logGroups"] == []
    assert boto3.client("iam").list_roles()["Roles"] == []
    assert boto3.client("s3").list_buckets()["Buckets"] == []
    assert set(results(backed_out.remover().remove([REGION])).values()) == {"gone"}


def test_each_removal_is_recorded_before_it_is_made(backed_out: Account) -> None:
    seen: list[Any] = []
    backed_out.before["DeleteLogGroup"] = lambda: seen.append(backed_out.records()[-1])
    backed_out.remover().remove([REGION])
    (record,) = seen
    assert (record.operation, record.result) == ("remove", None)
    (change,) = record.changes
    assert change.resource.name == GROUP
    assert change.earlier["retentionInDays"] == 365
    removals = [one for one in backed_out.records() if one.operation == "remove"]
    assert [one.result for one in removals] == ["succeeded"] * 4


def named() -> list[str]:
    (policy,) = boto3.client("iam").list_role_policies(RoleName=ROLE_NAME)["PolicyNames"]
    return [
        f"log-group {GROUP} in {REGION}",
        f"bucket {BUCKET} in {REGION}",
        f"role-policy {ROLE_NAME}/{policy}",
        f"role {ROLE_NAME}",
    ]


def test_what_became_of_each_thing_is_said_in_order(backed_out: Account) -> None:
    names = named()

    def said(**options: bool) -> list[str]:
        return [one.message for one in backed_out.remover(**options).remove([REGION])]

    assert said(dry_run=True) == [f"Dry run: {name} would be removed." for name in names]
    assert said() == [f"Removed {name}." for name in names]
    assert said() == [f"There is no {name} any more." for name in names]


def test_why_each_thing_stays_is_said(account: Account) -> None:
    account.enabler(BOTH).enable(REGION)
    uses = f"the logging configuration of {REGION} uses"
    used = {name: "its role" if name.startswith("role-policy") else "it" for name in named()}
    kept = [f"Kept {name}: {uses} {what}." for name, what in used.items()]
    removed = account.remover().remove([REGION])
    assert [one.message for one in removed] == kept
    assert {one.region for one in removed} == {REGION}


def test_what_is_in_use_as_the_bucket_for_large_data_stays(account: Account) -> None:
    settings = {"LargeDataBucketName": BUCKET}
    assert account.enabler(settings).enable(REGION).result == "changed"
    assert results(account.remover().remove([REGION]))["bucket"] == "kept"


def test_what_stands_in_each_region_goes_and_the_role_once(account: Account) -> None:
    for region in (REGION, OTHER):
        account.enabler().enable(region)
        account.restorer().restore(region)
    found = account.remover().remove([REGION, OTHER])
    assert sorted((one.resource.kind, one.region, one.result) for one in found) == [
        ("log-group", OTHER, "removed"),
        ("log-group", REGION, "removed"),
        ("role", REGION, "removed"),
        ("role-policy", REGION, "removed"),
    ]


def test_a_role_that_two_regions_records_created_is_told_once(account: Account) -> None:
    for region in (REGION, OTHER):
        account.enabler().enable(region)
        account.restorer().restore(region)
        found = account.remover().remove([region])
        roles = [(one.region, one.result) for one in found if one.resource.kind == "role"]
        assert roles == [(region, "removed")]


def test_what_another_region_uses_of_the_same_name_does_not_matter(backed_out: Account) -> None:
    theirs = f"arn:aws:iam::{ACCOUNT}:role/theirs"
    backed_out.put({"cloudWatchConfig": {"logGroupName": GROUP, "roleArn": theirs}}, OTHER)
    assert results(backed_out.remover().remove([REGION])) == ALL


def test_a_region_that_was_not_read_may_use_it(backed_out: Account) -> None:
    (first, *_) = backed_out.remover(OTHER).remove([REGION])
    assert first.result == "kept"
    assert first.message.endswith(f": {REGION} was not read, so it may be in use there.")


def test_a_removal_is_recorded_with_its_state_and_its_end(backed_out: Account) -> None:
    backed_out.put({"s3Config": {"bucketName": "theirs"}})
    backed_out.faults["DeleteLogGroup"] = [("AccessDenied", "No.")]
    before = len(backed_out.records())
    removed = backed_out.remover().remove([REGION])
    records = backed_out.records()[before:]
    assert [one.changes[0].resource for one in records] == [one.resource for one in removed]
    group, bucket, policy, role = records
    assert (group.result, group.message) == ("failed", removed[0].message)
    assert (bucket.result, bucket.message) == ("succeeded", f"Removed bucket {BUCKET}.")
    for one in records:
        (change,) = one.changes
        assert one.operation == "remove"
        assert (one.account, one.region) == (ACCOUNT, REGION)
        assert one.earlier_configuration == {"s3Config": {"bucketName": "theirs"}}
        assert one.later_configuration == one.earlier_configuration
        assert change.later is None
        assert one.attempted == [change.resource]
    created = backed_out.records()[0].record_id
    tags = {"prowler-bedrock": "created", "prowler-bedrock-record": created}
    assert group.changes[0].earlier == {"retentionInDays": 365, "tags": tags}
    (made,) = [one for one in backed_out.records()[0].changes if one.resource.kind == "bucket"]
    kept = bucket.changes[0].earlier
    assert same_policy(kept.pop("Policy"), json.dumps(made.later["Policy"]))
    assert kept == {"Tags": tags}
    assert role.changes[0].earlier["Tags"] == tags
    assert role.changes[0].earlier["AssumeRolePolicyDocument"]["Statement"]
    assert policy.changes[0].earlier["PolicyDocument"]["Statement"]


def test_a_dry_run_only_reads(backed_out: Account) -> None:
    removed = backed_out.remover(dry_run=True).remove([REGION])
    assert set(results(removed).values()) == {"planned"}
    assert backed_out.writes() == []


def test_what_is_in_use_stays(account: Account) -> None:
    account.enabler(BOTH).enable(REGION)
    account.calls.clear()
    removed = account.remover().remove([REGION])
    assert set(results(removed).values()) == {"kept"}
    for one in removed:
        assert f"the logging configuration of {REGION} uses it" in one.message
    assert account.writes() == []


def test_the_role_stays_while_another_region_uses_it(account: Account) -> None:
    account.enabler().enable(REGION)
    account.enabler().enable(OTHER)
    account.restorer().restore(REGION)
    removed = account.remover().remove([REGION])
    assert results(removed) == {"log-group": "removed", "role-policy": "kept", "role": "kept"}
    assert f"the logging configuration of {OTHER} uses it" in reason(removed, "role")
    account.restorer().restore(OTHER)
    # The role was created by the other Region's record, and goes with the last user.
    assert results(account.remover().remove([OTHER]))["role"] == "removed"


def test_what_someone_configures_while_other_things_go_stays(backed_out: Account) -> None:
    backed_out.before["DeleteLogGroup"] = lambda: backed_out.enabler(
        {"LogGroupName": "/later"}
    ).enable(OTHER)
    removed = backed_out.remover().remove([REGION])
    assert results(removed) == ALL | {"role": "kept", "role-policy": "kept"}
    assert f"the logging configuration of {OTHER} uses it" in reason(removed, "role")
    records = backed_out.journal.records(ACCOUNT, REGION)
    assert [one.changes[0].resource.kind for one in records if one.operation == "remove"] == [
        "log-group",
        "bucket",
    ]


def test_a_region_that_cannot_be_read_may_use_the_role(backed_out: Account) -> None:
    remover = backed_out.remover()
    remover._observations = {  # type: ignore[assignment]
        **remover._observations,
        OTHER: Unreadable(code="AccessDeniedException", message="No."),
    }
    removed = remover.remove([REGION])
    assert results(removed) == ALL | {"role": "kept", "role-policy": "kept"}
    assert f"{OTHER} could not be read" in reason(removed, "role")
    assert "--force" in reason(removed, "role")
    remover._force = True
    assert results(remover.remove([REGION]))["role"] == "removed"


def test_a_log_group_with_streams_needs_the_second_flag(backed_out: Account) -> None:
    logs = boto3.client("logs")
    logs.create_log_stream(logGroupName=GROUP, logStreamName="s")
    removed = backed_out.remover().remove([REGION])
    assert results(removed) == ALL | {"log-group": "kept"}
    assert "--remove-data" in reason(removed, "log-group")
    assert results(backed_out.remover(remove_data=True).remove([REGION]))["log-group"] == "removed"


@pytest.mark.parametrize("deleted", [False, True])
def test_a_bucket_with_objects_needs_the_second_flag(backed_out: Account, deleted: bool) -> None:
    s3 = boto3.client("s3")
    for number in range(3):
        s3.put_object(Bucket=BUCKET, Key="log", Body=str(number).encode())
    if deleted:  # an older version and a delete marker are data too
        s3.delete_object(Bucket=BUCKET, Key="log")
    removed = backed_out.remover().remove([REGION])
    assert results(removed) == ALL | {"bucket": "kept"}
    assert "--remove-data" in reason(removed, "bucket")
    assert results(backed_out.remover(remove_data=True).remove([REGION]))["bucket"] == "removed"
    assert s3.list_buckets()["Buckets"] == []


def test_bedrocks_permission_check_is_no_data(backed_out: Account) -> None:
    key = "AWSLogs/1/BedrockModelInvocationLogs/us-east-1/amazon-bedrock-logs-permission-check"
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key)
    assert results(backed_out.remover().remove([REGION])) == ALL


def test_an_object_of_that_name_with_something_in_it_is_data(backed_out: Account) -> None:
    key = "team/amazon-bedrock-logs-permission-check"
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"theirs")
    assert results(backed_out.remover().remove([REGION])) == ALL | {"bucket": "kept"}


def test_bedrocks_permission_event_is_no_data(backed_out: Account) -> None:
    backed_out.write_permission_event()
    assert results(backed_out.remover().remove([REGION])) == ALL


def test_what_carries_another_tag_stays(backed_out: Account) -> None:
    other = {"prowler-bedrock": "created", "prowler-bedrock-record": "another"}
    pairs: Any = [{"Key": key, "Value": value} for key, value in other.items()]
    boto3.client("s3").put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": pairs})
    boto3.client("iam").tag_role(RoleName=ROLE_NAME, Tags=pairs)
    logs = boto3.client("logs")
    arn = logs.describe_log_groups()["logGroups"][0]["logGroupArn"]
    logs.tag_resource(resourceArn=arn, tags=other)
    removed = backed_out.remover(remove_data=True, force=True).remove([REGION])
    assert results(removed) == dict.fromkeys(ALL, "kept") | {"role-policy": "removed"}
    assert "its tags do not say" in reason(removed, "bucket")


def test_a_log_group_with_filters_of_someones_stays(backed_out: Account) -> None:
    logs = boto3.client("logs")
    transformation: Any = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
    of_group = {"logGroupName": GROUP, "filterName": "theirs", "filterPattern": ""}
    logs.put_metric_filter(**of_group, metricTransformations=[transformation])
    kinesis = boto3.client("kinesis", region_name=REGION)
    kinesis.create_stream(StreamName="s", ShardCount=1)
    arn = kinesis.describe_stream(StreamName="s")["StreamDescription"]["StreamARN"]
    logs.put_subscription_filter(**of_group, destinationArn=arn)
    for given in ("1 metric filter and 1 subscription filter", "1 subscription filter"):
        removed = backed_out.remover(remove_data=True).remove([REGION])
        assert results(removed)["log-group"] == "kept"
        assert f": someone gave it {given}; " in reason(removed, "log-group")
        logs.delete_metric_filter(logGroupName=GROUP, filterName="theirs")
    logs.delete_subscription_filter(logGroupName=GROUP, filterName="theirs")
    assert results(backed_out.remover().remove([REGION]))["log-group"] == "removed"


def test_a_bucket_that_someone_gave_something_stays(backed_out: Account) -> None:
    s3 = boto3.client("s3")
    ours = s3.get_bucket_policy(Bucket=BUCKET)["Policy"]
    policy = json.loads(ours)
    allow = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
    theirs = {"Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{BUCKET}/theirs/*"}
    policy["Statement"] += [allow | theirs]
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    rule: Any = {"Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 4000}}
    rules: Any = {"Rules": [rule]}
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration=rules)
    for given in ("1 policy statement and a lifecycle", "1 policy statement"):
        removed = backed_out.remover(remove_data=True).remove([REGION])
        assert results(removed)["bucket"] == "kept"
        assert f": someone gave it {given}; " in reason(removed, "bucket")
        s3.delete_bucket_lifecycle(Bucket=BUCKET)
    s3.put_bucket_policy(Bucket=BUCKET, Policy=ours)
    assert results(backed_out.remover().remove([REGION]))["bucket"] == "removed"


def test_statements_that_later_records_put_are_ours(account: Account) -> None:
    account.enabler(BOTH).enable(REGION)
    prefixed = account.enabler(BOTH | {"KeyPrefix": "p"})
    assert prefixed.enable(REGION, redirect=True).result == "changed"
    s3 = boto3.client("s3")
    assert len(json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]) == 3
    boto3.client("bedrock").delete_model_invocation_logging_configuration()
    assert results(account.remover().remove([REGION])) == ALL


def test_a_statement_for_another_bucket_is_none_of_this_ones(account: Account) -> None:
    account.enabler(BOTH).enable(REGION)
    assert len(our_statements(account.records(), BUCKET)) == 2
    assert our_statements(account.records(), "another") == []


def test_a_policy_that_was_put_again_is_ours(account: Account) -> None:
    account.enabler(BOTH).enable(REGION)
    s3 = boto3.client("s3")
    s3.delete_bucket_policy(Bucket=BUCKET)
    boto3.client("bedrock").delete_model_invocation_logging_configuration()
    assert account.enabler(BOTH | {"KeyPrefix": "p"}).enable(REGION).result == "changed"
    boto3.client("bedrock").delete_model_invocation_logging_configuration()
    assert results(account.remover().remove([REGION])) == ALL


def test_a_role_that_trusts_someone_else_too_stays(backed_out: Account) -> None:
    iam = boto3.client("iam")
    ours = iam.get_role(RoleName=ROLE_NAME)["Role"]["AssumeRolePolicyDocument"]
    theirs = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
    statements = [*ours["Statement"], theirs | {"Action": "sts:AssumeRole"}]
    changed = json.dumps(ours | {"Statement": statements})
    iam.update_assume_role_policy(RoleName=ROLE_NAME, PolicyDocument=changed)
    removed = backed_out.remover(force=True).remove([REGION])
    assert results(removed) == ALL | {"role": "kept"}
    assert ": someone gave it another trust policy; " in reason(removed, "role")
    iam.update_assume_role_policy(RoleName=ROLE_NAME, PolicyDocument=json.dumps(ours))
    assert results(backed_out.remover().remove([REGION]))["role"] == "removed"


def test_what_stood_already_stays(account: Account) -> None:
    boto3.client("logs").create_log_group(logGroupName=GROUP)
    account.enabler().enable(REGION)
    account.restorer().restore(REGION)
    removed = account.remover().remove([REGION])
    assert "log-group" not in results(removed)
    assert len(boto3.client("logs").describe_log_groups()["logGroups"]) == 1


def test_a_changed_role_policy_stays(backed_out: Account) -> None:
    iam = boto3.client("iam")
    (name,) = iam.list_role_policies(RoleName=ROLE_NAME)["PolicyNames"]
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    theirs = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    iam.put_role_policy(RoleName=ROLE_NAME, PolicyName=name, PolicyDocument=theirs)
    removed = backed_out.remover().remove([REGION])
    assert "someone changed it since" in reason(removed, "role-policy")
    # IAM itself refuses to delete a role that has policies.
    assert results(removed)["role"] == "failed"
    assert "DeleteConflict" in reason(removed, "role")
    assert iam.get_role(RoleName=ROLE_NAME)


def test_a_log_group_of_one_name_goes_in_each_region(account: Account) -> None:
    for region in (REGION, OTHER):
        account.enabler().enable(region)
        account.restorer().restore(region)
    removed = account.remover().remove([REGION])
    assert [one.region for one in removed if one.resource.kind == "log-group"] == [REGION]
    removed = account.remover().remove([REGION, OTHER])
    groups = {one.region: one.result for one in removed if one.resource.kind == "log-group"}
    assert groups == {REGION: "gone", OTHER: "removed"}


@pytest.mark.parametrize(
    ("operation", "kind", "action"),
    [
        ("DescribeLogStreams", "log-group", "logs:DescribeLogStreams"),
        ("DeleteLogGroup", "log-group", "logs:DeleteLogGroup"),
        ("DescribeSubscriptionFilters", "log-group", "logs:DescribeSubscriptionFilters"),
        ("GetBucketPolicy", "bucket", "s3:GetBucketPolicy"),
        ("GetBucketLifecycleConfiguration", "bucket", "s3:GetLifecycleConfiguration"),
        ("GetBucketReplication", "bucket", "s3:GetReplicationConfiguration"),
        ("GetBucketNotificationConfiguration", "bucket", "s3:GetBucketNotification"),
        ("ListObjectVersions", "bucket", "s3:ListBucketVersions"),
        ("DeleteBucket", "bucket", "s3:DeleteBucket"),
        ("DeleteRolePolicy", "role-policy", "iam:DeleteRolePolicy"),
        ("DeleteRole", "role", "iam:DeleteRole"),
    ],
)
def test_a_denied_call_is_named_and_another_run_converges(
    backed_out: Account, operation: str, kind: str, action: str
) -> None:
    backed_out.faults[operation] = [("AccessDenied", "No.")]
    removed = backed_out.remover().remove([REGION])
    assert results(removed)[kind] == "failed"
    assert f"allow {action} to" in reason(removed, kind)
    backed_out.remover().remove([REGION])
    assert set(results(backed_out.remover().remove([REGION])).values()) == {"gone"}


def begun(account: Account) -> None:
    """Stopped between the bucket's creation and its tag."""
    account.faults["PutBucketTagging"] = [("AccessDenied", "No.")]
    assert account.enabler(BOTH).enable(REGION).result == "failed"


def test_a_bucket_that_was_begun_goes_while_nothing_is_in_it(account: Account) -> None:
    begun(account)
    assert results(account.remover().remove([REGION]))["bucket"] == "removed"


@pytest.mark.parametrize("what", ["object", "policy", "tags"])
def test_a_bucket_that_was_begun_and_is_used_since_stays(account: Account, what: str) -> None:
    begun(account)
    s3 = boto3.client("s3")
    if what == "object":
        s3.put_object(Bucket=BUCKET, Key="theirs")
    elif what == "policy":
        s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Statement": []}))
    else:
        s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    assert results(account.remover(remove_data=True).remove([REGION]))["bucket"] == "foreign"
    assert s3.head_bucket(Bucket=BUCKET)


def test_a_bucket_that_someone_makes_after_its_removal_stays(account: Account) -> None:
    begun(account)
    assert results(account.remover().remove([REGION]))["bucket"] == "removed"
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET, ObjectOwnership="BucketOwnerEnforced")
    assert results(account.remover().remove([REGION]))["bucket"] == "foreign"
    account.calls.clear()
    assert account.enabler(BOTH).enable(REGION).result == "changed"
    assert "PutBucketTagging" not in account.calls


def test_a_bucket_that_was_begun_goes_after_a_failed_removal(account: Account) -> None:
    begun(account)
    account.faults["DeleteBucket"] = [("AccessDenied", "No.")]
    assert results(account.remover().remove([REGION]))["bucket"] == "failed"
    assert results(account.remover().remove([REGION]))["bucket"] == "removed"


def test_a_bucket_that_lost_its_tags_stays(backed_out: Account) -> None:
    s3 = boto3.client("s3")
    s3.delete_bucket_tagging(Bucket=BUCKET)
    s3.delete_bucket_policy(Bucket=BUCKET)
    assert results(backed_out.remover(remove_data=True).remove([REGION]))["bucket"] == "kept"
    assert s3.head_bucket(Bucket=BUCKET)


def test_objects_that_can_not_be_listed_for_their_deletion_are_told(backed_out: Account) -> None:
    backed_out.faults["ListObjectVersions"] = [None, ("Refused", "No.")]
    removed = backed_out.remover().remove([REGION])
    assert f"s3:ListBucketVersions failed in {REGION}: Refused: No." in reason(removed, "bucket")
