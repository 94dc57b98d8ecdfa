"""An account whose users and roles a test makes, and the verdict on who can tamper there."""

from __future__ import annotations

import json
from typing import Any

from botocore.config import Config

from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.account.access import Access
from prowler_bedrock.enable.settings import parse
from prowler_bedrock.logging_configuration.judge import Verdict
from prowler_bedrock.logging_configuration.read import parse_answer
from prowler_bedrock.tampering.judge import ACTIONS, judge_tampering
from prowler_bedrock.tampering.principals import AccountPrincipals
from prowler_bedrock.tampering.settings import TamperSettings

ACCOUNT = "123456789012"
REGION = "eu-west-1"
CONFIG = {
    "cloudWatchConfig": {
        "logGroupName": "/theirs",
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/theirs",
    },
    "s3Config": {"bucketName": "theirs"},
}


class People:
    """An account whose users and roles a test makes."""

    def __init__(self, account: EmbeddedAccount) -> None:
        self.account = account
        self.iam: Any = account.client("iam", "us-east-1")
        self.s3: Any = account.client("s3", REGION)
        self.answer: dict[str, Any] = {}

    def client(self, service: str, region: str | None) -> Any:
        # With settings the client is of its own, so no other test meets the changed answers.
        config = Config() if self.answer else None
        assert (region is None) == (service == "iam"), f"{service} in {region}"
        client = self.account.client(service, region or "us-east-1", config=config)
        if self.answer:
            client.meta.events.register(
                "after-call.iam.SimulatePrincipalPolicy",
                lambda parsed, **_: [
                    result.update(self.answer) for result in parsed["EvaluationResults"]
                ],
            )
        return client

    def user(self, name: str, *statements: dict[str, Any]) -> str:
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        arn: str = self.iam.create_user(UserName=name)["User"]["Arn"]
        self.iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(document))
        return arn

    def policy(self, name: str, user: str, *statements: dict[str, Any]) -> str:
        """A policy of the account's own, attached to a user."""
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        made = self.iam.create_policy(PolicyName=name, PolicyDocument=document)
        arn: str = made["Policy"]["Arn"]
        self.iam.attach_user_policy(UserName=user, PolicyArn=arn)
        return arn

    def bucket(self, *statements: dict[str, Any], name: str = "theirs", **policy: Any) -> None:
        """A bucket of the account, with a policy."""
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        document = {"Version": "2012-10-17", **policy, "Statement": list(statements)}
        self.s3.put_bucket_policy(Bucket=name, Policy=json.dumps(document))

    def verdict(self, **settings: Any) -> Verdict:
        access = Access(ACCOUNT, "aws", self.client)
        found = judge_tampering(
            access,
            AccountPrincipals(access, ACTIONS),
            REGION,
            parse_answer({"loggingConfig": CONFIG}),
            parse(TamperSettings, settings, "the check"),
        )
        assert found is not None
        return found


def allow(*actions: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


def empty(people: People) -> None:
    """Delete what an earlier test left."""
    iam, s3 = people.iam, people.s3
    for bucket in s3.list_buckets()["Buckets"]:
        s3.delete_bucket_policy(Bucket=bucket["Name"])
        s3.delete_bucket(Bucket=bucket["Name"])
    for group in iam.list_groups()["Groups"]:
        for user in iam.get_group(GroupName=group["GroupName"])["Users"]:
            iam.remove_user_from_group(GroupName=group["GroupName"], UserName=user["UserName"])
        iam.delete_group_policy(GroupName=group["GroupName"], PolicyName="p")
        iam.delete_group(GroupName=group["GroupName"])
    for user in iam.list_users()["Users"]:
        for name in iam.list_user_policies(UserName=user["UserName"])["PolicyNames"]:
            iam.delete_user_policy(UserName=user["UserName"], PolicyName=name)
        attached = iam.list_attached_user_policies(UserName=user["UserName"])
        for policy in attached["AttachedPolicies"]:
            arn = policy["PolicyArn"]
            iam.detach_user_policy(UserName=user["UserName"], PolicyArn=arn)
            for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
                if not version["IsDefaultVersion"]:
                    iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
            iam.delete_policy(PolicyArn=arn)
        iam.delete_user(UserName=user["UserName"])
