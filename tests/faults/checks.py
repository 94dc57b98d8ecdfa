"""The checks whose every call is struck, each on an account that passes and on one that fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from prowler_bedrock.delivery.judge import judge_delivery
from prowler_bedrock.delivery.settings import DeliverySettings
from prowler_bedrock.destination.judge import judge_destination
from prowler_bedrock.expected_destination.judge import judge_expected
from prowler_bedrock.expected_destination.settings import ExpectedSettings
from prowler_bedrock.logging_configuration.data_types import delivery_flags, judge_data_types
from prowler_bedrock.logging_configuration.judge import Verdict, judge
from prowler_bedrock.logging_configuration.model import Observation
from prowler_bedrock.retention.judge import judge_retention
from prowler_bedrock.retention.settings import RetentionSettings
from prowler_bedrock.status.read_regions import read_regions
from prowler_bedrock.tampering.judge import ACTIONS, judge_tampering
from prowler_bedrock.tampering.principals import AccountPrincipals
from prowler_bedrock.tampering.settings import TamperSettings
from prowler_bedrock.usage.finding import with_usage
from prowler_bedrock.usage.usage import usage_of
from tests.core.account import ACCOUNT, GROUP
from tests.faults.scenarios import BOTH, CLOUDWATCH, enable
from tests.faults.stage import Stage
from tests.faults.wire import REGION

ON: dict[str, Any] = {**CLOUDWATCH, "s3Config": {"bucketName": "theirs"}}
FLAGS = ("text", "image", "embedding", "video")


class Check(NamedTuple):
    """A check, and an account on which it gives a known status.

    Attributes:
        stands: makes what stands in the account.
        judge: gives the verdict.
        status: the one without faults.
    """

    stands: Callable[[Stage], Any]
    judge: Callable[[Stage, Observation], Verdict | None]
    status: str

    def verdict(self, stage: Stage) -> Verdict | None:
        """Read the Region and judge it."""
        observation = read_regions(stage.access, [REGION])[REGION]
        return self.judge(stage, observation)


def on(stage: Stage) -> None:
    stage.put(ON)


def nothing_delivered(stage: Stage) -> None:
    stage.put({"textDataDeliveryEnabled": True})


def flags(*off: str) -> Callable[[Stage], None]:
    told = {f"{name}DataDeliveryEnabled": name not in off for name in FLAGS}
    return lambda stage: stage.put(ON | told)


def enabled(stage: Stage) -> None:
    """What the plugin makes, with keys of the account's own on both destinations."""
    statement = {
        "Effect": "Allow", "Action": "kms:*", "Resource": "*",
        "Principal": {
            "Service": ["bedrock.amazonaws.com", f"logs.{REGION}.amazonaws.com"],
            "AWS": f"arn:aws:iam::{ACCOUNT}:root",
        },
    }  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    key = stage.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    assert enable(**BOTH, KmsKeyId=key, BucketKmsKeyId=key)(stage).passing


def group_gone(stage: Stage) -> None:
    assert enable()(stage).passing
    stage.client("logs").delete_log_group(logGroupName=GROUP)


def kept(days: int) -> Callable[[Stage], None]:
    def stands(stage: Stage) -> None:
        stage.put(ON)
        stage.client("logs").put_retention_policy(logGroupName="/theirs", retentionInDays=days)
        rule = {"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": days}}
        stage.client("s3").put_bucket_lifecycle_configuration(
            Bucket="theirs", LifecycleConfiguration={"Rules": [rule]}
        )

    return stands


def happened(outcome: str) -> Callable[[Stage], None]:
    def stands(stage: Stage) -> None:
        stage.put(CLOUDWATCH)
        at = datetime.now(timezone.utc) - timedelta(hours=3)
        names = ("Invocations", f"ModelInvocationLogsCloudWatchDelivery{outcome}")
        stage.client("cloudwatch").put_metric_data(
            Namespace="AWS/Bedrock",
            MetricData=[{"MetricName": name, "Timestamp": at, "Value": 3} for name in names],
        )

    return stands


def user(action: str) -> Callable[[Stage], None]:
    def stands(stage: Stage) -> None:
        stage.put(ON)
        iam = stage.client("iam")
        statement = {"Effect": "Allow", "Action": [action], "Resource": "*"}
        statement["Condition"] = {"Bool": {"aws:SecureTransport": "true"}}
        if action == "logs:DeleteLogGroup":  # of another group
            statement["Resource"] = "arn:aws:logs:*:*:log-group:/other:*"
        iam.create_user(UserName="someone")
        iam.put_user_policy(
            UserName="someone",
            PolicyName="p",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )
        iam.create_user(UserName="admin")
        everything = "arn:aws:iam::aws:policy/AdministratorAccess"
        iam.attach_user_policy(UserName="admin", PolicyArn=everything)

    return stands


def bucket_policy(effect: str, who: str) -> Callable[[Stage], None]:
    """A policy about the bucket's deletion, beside a user whose own policy allows it or not."""

    def stands(stage: Stage) -> None:
        user("s3:DeleteBucket" if effect == "Deny" else "s3:ListBucket")(stage)
        statement = {
            "Effect": effect,
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:{who}"},
            "Action": "s3:DeleteBucket",
            "Resource": "arn:aws:s3:::theirs",
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        stage.client("s3").put_bucket_policy(Bucket="theirs", Policy=policy)

    return stands


def by_journal(stage: Stage, observation: Observation) -> Verdict | None:
    settings = ExpectedSettings.model_validate({"JournalDirectory": stage.journal.place})
    return judge_expected(ACCOUNT, REGION, observation, settings)


def redirected(stage: Stage) -> None:
    enabled(stage)
    stage.put(ON)


def tampering(stage: Stage, observation: Observation) -> Verdict | None:
    principals = AccountPrincipals(stage.access, ACTIONS)
    return judge_tampering(stage.access, principals, REGION, observation, TamperSettings())


def data_types(stage: Stage, observation: Observation) -> Verdict | None:
    return judge_data_types(observation, REGION, delivery_flags(stage.client("bedrock")))


def enabled_with_usage(stage: Stage, observation: Observation) -> Verdict | None:
    found = judge(observation, REGION)
    return with_usage(found, usage_of(stage.access, REGION, 30)) if found else None


def of_region(_: Stage, observation: Observation) -> Verdict | None:
    return judge(observation, REGION)


def destination(stage: Stage, observation: Observation) -> Verdict | None:
    return judge_destination(stage.access, REGION, observation)


def retention(stage: Stage, observation: Observation) -> Verdict | None:
    return judge_retention(stage.access, REGION, observation, RetentionSettings())


def delivery(stage: Stage, observation: Observation) -> Verdict | None:
    return judge_delivery(stage.access, REGION, observation, DeliverySettings())


CHECKS: dict[str, Check] = {
    "enabled, on": Check(on, of_region, "PASS"),
    "enabled, nothing delivered": Check(nothing_delivered, of_region, "FAIL"),
    "enabled, with the usage": Check(nothing_delivered, enabled_with_usage, "FAIL"),
    "data types, all": Check(flags(), data_types, "PASS"),
    "data types, one off": Check(flags("video"), data_types, "FAIL"),
    "destination, usable": Check(enabled, destination, "PASS"),
    "destination, group gone": Check(group_gone, destination, "FAIL"),
    "delivery, arrives": Check(happened("Success"), delivery, "PASS"),
    "delivery, fails": Check(happened("Failure"), delivery, "FAIL"),
    "retention, long": Check(kept(400), retention, "PASS"),
    "retention, short": Check(kept(30), retention, "FAIL"),
    "expected, as recorded": Check(enabled, by_journal, "PASS"),
    "expected, redirected": Check(redirected, by_journal, "FAIL"),
    "tampering, nobody": Check(user("logs:DeleteLogGroup"), tampering, "PASS"),
    "tampering, someone": Check(user("bedrock:Delete*"), tampering, "FAIL"),
    "tampering, a bucket denies": Check(bucket_policy("Deny", "root"), tampering, "PASS"),
    "tampering, a bucket allows": Check(bucket_policy("Allow", "user/someone"), tampering, "FAIL"),
}
