"""An account in which all of a destination stands, for what only IAM's simulator decides."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import Mock

from prowler_bedrock.account.access import Access
from prowler_bedrock.destination.bucket import bucket_problems
from prowler_bedrock.destination.log_group import log_group_problems
from prowler_bedrock.logging_configuration.model import CloudWatchDestination, S3Destination
from tests.core.account import ACCOUNT
from tests.core.answers import bucket_in, owned

GROUP = "/invocations"
ROLE = f"role arn:aws:iam::{ACCOUNT}:role/a/b/r"


def policy(service: str | list[str], action: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": action}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


KEY_POLICY = policy(["bedrock.amazonaws.com", "logs.amazonaws.com"], "kms:*")


def key_metadata(arn: str, **more: str) -> dict[str, str]:
    """Return what KMS says of a key that S3 and CloudWatch Logs can encrypt with."""
    of_use = {"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT"}
    return {"Arn": arn, "KeyState": "Enabled", "KeyManager": "CUSTOMER", **of_use, **more}


class Simulated:
    """Clients of an account in which everything stands and the simulator allows everything."""

    def __init__(
        self, partition: str = "aws", region: str = "eu-west-1", key_policy: str = KEY_POLICY
    ) -> None:
        self.asked: list[dict[str, Any]] = []
        self.region = region
        self.role = f"arn:{partition}:iam::{ACCOUNT}:role/a/b/r"
        key = f"arn:{partition}:kms:{region}:{ACCOUNT}:key/k"
        group = {"logGroupName": GROUP, "kmsKeyId": key}
        logs, iam, kms, s3 = Mock(), Mock(), Mock(), Mock()
        logs.get_paginator.return_value.paginate.return_value = [{"logGroups": [group]}]
        iam.get_role.return_value = {
            "Role": {
                "Arn": self.role,
                "AssumeRolePolicyDocument": json.loads(
                    policy("bedrock.amazonaws.com", "sts:AssumeRole")
                ),
            }
        }
        iam.simulate_custom_policy.side_effect = self._allow
        iam.simulate_principal_policy.side_effect = self._allow
        kms.describe_key.return_value = {"KeyMetadata": key_metadata(key)}
        kms.get_key_policy.return_value = {"Policy": key_policy}
        s3.head_bucket.return_value = bucket_in(region)
        s3.get_bucket_ownership_controls.return_value = owned()
        s3.get_bucket_policy.return_value = {
            "Policy": policy("bedrock.amazonaws.com", "s3:PutObject")
        }
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        rule = {"ApplyServerSideEncryptionByDefault": default}
        s3.get_bucket_encryption.return_value = {
            "ServerSideEncryptionConfiguration": {"Rules": [rule]}
        }
        clients = {"logs": logs, "iam": iam, "kms": kms, "s3": s3}

        def client(service: str, asked_region: str | None) -> Any:
            assert asked_region == (None if service == "iam" else region)
            return clients[service]

        self.access = Access(ACCOUNT, partition, client)

    def _allow(self, **given: Any) -> dict[str, Any]:
        self.asked.append(given)
        return {
            "EvaluationResults": [
                {"EvalActionName": action, "EvalDecision": "allowed"}
                for action in given["ActionNames"]
            ]
        }

    def log_group(self) -> list[str]:
        destination = CloudWatchDestination.model_validate(
            {"logGroupName": GROUP, "roleArn": self.role}
        )
        return [one.sentence for one in log_group_problems(self.access, self.region, destination)]

    def bucket(self) -> list[str]:
        destination = S3Destination.model_validate({"bucketName": "b", "keyPrefix": "p"})
        return [one.sentence for one in bucket_problems(self.access, self.region, destination)]
