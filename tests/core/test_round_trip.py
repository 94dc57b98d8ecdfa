"""Whatever stood before, enabling and backing out leaves it as it was."""

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from tests.core.account import GROUP, ROLE_NAME, Account

REGIONS = ("us-east-1", "eu-west-1")
BUCKETS = ("logs-of-round-trip", "large-of-round-trip")
FLAGS = [f"{name}DataDeliveryEnabled" for name in ("text", "image", "embedding", "video")]
ROLE = "arn:aws:iam::123456789012:role/Theirs"
FOREIGN = {"Version": "2012-10-17", "Statement": []}

flags = st.dictionaries(st.sampled_from(FLAGS), st.booleans())
earlier_destinations = st.sampled_from(
    [
        {},
        {
            "cloudWatchConfig": {
                "logGroupName": "/theirs",
                "roleArn": ROLE,
            }
        },
        {"s3Config": {"bucketName": "theirs", "keyPrefix": "p"}},
        {
            "cloudWatchConfig": {
                "logGroupName": GROUP,
                "roleArn": ROLE,
                "largeDataDeliveryS3Config": {"bucketName": BUCKETS[1]},
            },
            "s3Config": {"bucketName": BUCKETS[0]},
        },
    ]
)
earlier_configurations = st.none() | st.builds(
    lambda destination, flags: {**destination, **flags}, earlier_destinations, flags
).filter(bool)
statements = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Principal": st.sampled_from(["*", {"AWS": "123456789012"}]),
        "Action": st.sampled_from(["s3:GetObject", ["s3:PutObject", "s3:DeleteObject"]]),
        "Resource": st.just("arn:aws:s3:::logs-of-round-trip/*"),
    },
    optional={"Sid": st.text('abcä{}[]"\\ ', max_size=8)},
)
policies = st.none() | st.builds(
    lambda statement, indent: json.dumps(
        {"Version": "2012-10-17", "Statement": statement}, indent=indent, ensure_ascii=False
    ),
    st.lists(statements, min_size=1, max_size=3) | statements,
    st.sampled_from([None, 0, 3]),
)
worlds = st.fixed_dictionaries(
    {
        "configuration": earlier_configurations,
        # Each bucket: missing, or there with a policy or none.
        "buckets": st.tuples(*[st.just("missing") | policies] * 2),
        "role": st.sampled_from(["missing", "foreign", "ours"]),
        "log_group": st.sampled_from(["missing", "without retention", "with retention"]),
    }
)
destinations = st.sampled_from(
    [
        {"Destination": "cloudwatch"},
        {"Destination": "cloudwatch", "LargeDataBucketName": BUCKETS[1]},
        {"Destination": "s3", "BucketName": BUCKETS[0]},
        {"Destination": "s3", "BucketName": BUCKETS[0], "KeyPrefix": "a/b"},
        {"Destination": "both", "BucketName": BUCKETS[0]},
        {
            "Destination": "both",
            "BucketName": BUCKETS[0],
            "KeyPrefix": "a",
            "LargeDataBucketName": BUCKETS[0],
        },
        {"Destination": "both", "BucketName": BUCKETS[0], "LargeDataBucketName": BUCKETS[1]},
    ]
)


@cache
def client(service: str, region: str = "us-east-1") -> Any:
    """A client for all examples: making one takes longer than the calls of a snapshot."""
    return boto3.client(service, region_name=region)  # type: ignore[call-overload]


def build(account: Account, world: dict[str, Any]) -> None:
    s3, iam, logs = client("s3"), client("iam"), client("logs")
    for name, policy in zip(BUCKETS, world["buckets"], strict=True):
        if policy != "missing":
            s3.create_bucket(Bucket=name, ObjectOwnership="BucketOwnerEnforced")
            s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
            if policy is not None:
                s3.put_bucket_policy(Bucket=name, Policy=policy)
    if world["role"] == "ours":  # from a time before this journal
        other = Account(Path(tempfile.mkdtemp()))
        assert other.enabler().enable("eu-west-1").result == "changed"
    elif world["role"] == "foreign":
        iam.create_role(RoleName=ROLE_NAME, AssumeRolePolicyDocument=json.dumps(FOREIGN))
    if world["log_group"] != "missing":
        logs.create_log_group(logGroupName=GROUP, tags={"k": "v"})
    if world["log_group"] == "with retention":
        logs.put_retention_policy(logGroupName=GROUP, retentionInDays=7)
    if world["configuration"] is not None:
        account.put(world["configuration"])


def snapshot() -> str:
    """Everything in the account that enabling may touch, as JSON."""
    s3, iam = client("s3"), client("iam")
    state: dict[str, Any] = {"roles": {}, "buckets": {}}
    for region in REGIONS:
        bedrock, logs = client("bedrock", region), client("logs", region)
        answer = bedrock.get_model_invocation_logging_configuration()
        groups = logs.describe_log_groups()["logGroups"]
        state[region] = {
            "configuration": answer.get("loggingConfig") or None,
            "groups": [
                (one, logs.list_tags_for_resource(resourceArn=one["logGroupArn"])["tags"])
                for one in groups
            ],
        }
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        names = iam.list_role_policies(RoleName=name)["PolicyNames"]
        policies = {
            one: iam.get_role_policy(RoleName=name, PolicyName=one)["PolicyDocument"]
            for one in names
        }
        state["roles"][name] = (role, policies, iam.list_role_tags(RoleName=name)["Tags"])
    for bucket in s3.list_buckets()["Buckets"]:
        state["buckets"][bucket["Name"]] = {
            read: settled(getattr(s3, read), bucket["Name"])
            for read in (
                "get_bucket_policy",
                "get_bucket_tagging",
                "get_bucket_versioning",
                "get_bucket_encryption",
                "get_bucket_ownership_controls",
                "get_public_access_block",
            )
        }
    return json.dumps(state, indent=1, sort_keys=True, default=str)


def settled(read: Any, bucket: str) -> Any:
    try:
        answer = read(Bucket=bucket)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


# Shrinking takes minutes here, since each example builds an account.
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(world=worlds, destination=destinations, redirect=st.booleans())
def test_enable_then_backout_leaves_everything_as_it_was(
    world: dict[str, Any], destination: dict[str, Any], redirect: bool
) -> None:
    with mock_aws(), tempfile.TemporaryDirectory() as directory:
        account = Account(Path(directory))
        build(account, world)
        before = snapshot()
        outcome = account.enabler(destination).enable("us-east-1", redirect=redirect)
        config = account.configuration() or {}
        assert outcome.passing, outcome.message
        assert (outcome.result == "changed") == (snapshot() != before)
        if redirect or outcome.result == "changed":
            assert ("s3Config" in config) == (destination["Destination"] != "cloudwatch")
            assert ("cloudWatchConfig" in config) == (destination["Destination"] != "s3")
        restored = account.restorer().restore("us-east-1")
        assert restored.result == ("changed" if outcome.result == "changed" else "unchanged")
        removed = account.remover().remove(["us-east-1"])
        assert {one.result for one in removed} <= {"removed", "foreign"}, removed
        assert snapshot() == before


def test_the_snapshot_sees_each_kind_of_change(account: Account) -> None:
    seen = {snapshot()}
    s3, logs = client("s3"), client("logs")
    s3.create_bucket(Bucket=BUCKETS[0])
    seen.add(snapshot())
    s3.put_bucket_policy(Bucket=BUCKETS[0], Policy='{"Statement": []}')
    seen.add(snapshot())
    s3.put_bucket_policy(Bucket=BUCKETS[0], Policy='{"Id": "", "Statement": []}')
    seen.add(snapshot())
    logs.create_log_group(logGroupName=GROUP)
    seen.add(snapshot())
    client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    seen.add(snapshot())
    account.put({"textDataDeliveryEnabled": True})
    seen.add(snapshot())
    assert len(seen) == 7
