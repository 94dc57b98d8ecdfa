"""Whether a service may use a KMS key.

Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html (buckets
with SSE-KMS), https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
and, that it works in the key's account alone,
https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from prowler_bedrock.account.access import Access
from prowler_bedrock.destination.problem import (
    Problem,
    broken,
    decision_problems,
    unknown,
    unreadable,
)
from prowler_bedrock.destination.simulation import simulate_resource_policy
from prowler_bedrock.errors import AwsCallError, aws_call

WRITE_ACTION = "kms:GenerateDataKey"
# A key is being updated while another Region's becomes the primary of a multi-Region key. Source:
# https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdatePrimaryRegion.html.
_WORKING = ("Enabled", "Updating")


class KeyUser(BaseModel):
    """A service that uses a KMS key.

    Attributes:
        name: its service principal, as it is called.
        principals: the service principals that stand for it in policies.
        actions: what it must be allowed.
        context: condition keys of its calls.
    """

    name: str
    principals: set[str]
    actions: list[str]
    context: dict[str, str]


def key_problems(
    access: Access, region: str, key_id: str, owner: str, user: KeyUser
) -> list[Problem]:
    """Return what is wrong with a KMS key that encrypts a destination.

    Args:
        access: the account.
        region: the Region's name.
        key_id: the key's id, ARN or alias.
        owner: what the key encrypts, for the sentences.
        user: the service that uses the key.
    """
    problems: list[Problem] = []
    kms = access.client("kms", region)
    with unreadable(problems, f"the KMS key of {owner}"):
        try:
            key = describe_key(access, region, key_id)
        except AwsCallError as error:
            if error.code != "NotFoundException":
                raise
            repair = "encrypt it with a key that exists"
            return [broken(f"KMS key {key_id} of {owner} does not exist", repair)]
        arn = key["Arn"]
        fault = key_fault(key)
        if fault:
            repair = "use a key of KeySpec SYMMETRIC_DEFAULT"
            if key.get("KeyState") not in _WORKING:
                repair = "enable the key or use another one"
            return [broken(f"KMS key {arn} of {owner} {fault}", repair)]
        if key.get("KeyManager") == "AWS":
            return [
                unknown(
                    f"{owner} is encrypted with the AWS managed key {arn}, whose policy can't be "
                    "changed for Bedrock: use a customer managed key or SSE-S3."
                )
            ]
        owning_account = arn.split(":")[4]
        if owning_account != access.account:
            # GetKeyPolicy does not work across accounts, whoever is allowed it.
            foreign = f"KMS key {arn} of {owner} is of account {owning_account}"
            needed = " and ".join(user.actions)
            return [
                unknown(f"{foreign}: see there whether its policy allows {needed} to {user.name}.")
            ]
        with aws_call("kms:GetKeyPolicy", region):
            policy = str(kms.get_key_policy(KeyId=arn, PolicyName="default")["Policy"])
        iam = access.client("iam", None)
        for decision in simulate_resource_policy(
            iam, policy, user.principals, user.actions, arn, user.context
        ):
            problems += decision_problems(
                decision,
                f"the policy of KMS key {arn} of {owner}",
                f"{decision.action} for {user.name}",
                f"allow {decision.action} to {user.name} in the key policy",
            )
    return problems


def key_fault(key: dict[str, Any]) -> str | None:
    """Return what keeps S3 and CloudWatch Logs from encrypting with a key, or ``None``.

    Args:
        key: its ``KeyMetadata``.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html and
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html.
    """
    if key.get("KeyState") not in _WORKING:
        return f"is {key.get('KeyState')}"
    for member, needed in (("KeySpec", "SYMMETRIC_DEFAULT"), ("KeyUsage", "ENCRYPT_DECRYPT")):
        if key.get(member, needed) != needed:
            return f"is no symmetric encryption key ({member} {key[member]})"
    return None


def describe_key(access: Access, region: str, key_id: str) -> dict[str, Any]:
    """Return ``KeyMetadata`` of a KMS key.

    Args:
        access: the account.
        region: the Region's name.
        key_id: the key's id, ARN or alias.

    Raises:
        AwsCallError: when KMS does not answer.

    Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html.
    """
    with aws_call("kms:DescribeKey", region):
        return dict(access.client("kms", region).describe_key(KeyId=key_id)["KeyMetadata"])
