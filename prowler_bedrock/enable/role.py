"""The IAM role that Bedrock assumes to write to CloudWatch Logs: one per account.

Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime, timedelta, timezone
from typing import Any

from pydantic import BaseModel

from prowler_bedrock.enable.journal import CreatedResource, Creating
from prowler_bedrock.enable.plan import LOG_STREAM
from prowler_bedrock.errors import AwsCallError, aws_call

MANAGED_TAG = "prowler-bedrock"
RECORD_TAG = "prowler-bedrock-record"
# IAM is eventually consistent: Bedrock may not see a young role's permissions yet.
YOUNG = timedelta(minutes=2)


class Role(BaseModel):
    """The role to put into the configuration.

    Attributes:
        arn: its ARN.
        settling: True where it changed so recently that IAM may not have settled.
        managed: True where this plugin created it.
    """

    arn: str
    settling: bool = False
    managed: bool = False


def trust_policy(account: str, partition: str) -> dict[str, Any]:
    """Return the trust policy: Bedrock, for this account only, in any of its Regions.

    Args:
        account: the 12-digit account id.
        partition: the AWS partition.
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "bedrock.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": account},
                    "ArnLike": {"aws:SourceArn": f"arn:{partition}:bedrock:*:{account}:*"},
                },
            }
        ],
    }


def delivery_policy(account: str, partition: str, log_group_name: str) -> dict[str, Any]:
    """Return the role's policy: the two actions on Bedrock's log stream, nothing else.

    Args:
        account: the 12-digit account id.
        partition: the AWS partition.
        log_group_name: the log group's name.
    """
    group = f"arn:{partition}:logs:*:{account}:log-group:{log_group_name}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": f"{group}:log-stream:{LOG_STREAM}",
            }
        ],
    }


def policy_name(log_group_name: str) -> str:
    """Return the name of the inline policy for a log group: one each, so none is overwritten.

    Args:
        log_group_name: the log group's name.
    """
    readable = re.sub(r"[^\w+=,.@-]+", "-", log_group_name, flags=re.ASCII).strip("-")[:80]
    digest = hashlib.sha256(log_group_name.encode()).hexdigest()[:8]
    return f"DeliverTo-{readable}-{digest}"


class RoleKeeper:
    """Finds or creates the role of one account.

    Args:
        iam: a boto3 ``iam`` client.
        account: the 12-digit account id.
        partition: the AWS partition.
    """

    def __init__(self, iam: Any, account: str, partition: str) -> None:
        self._iam, self._account, self._partition = iam, account, partition
        self._known: dict[tuple[str, str], Role] = {}

    def ensure(
        self,
        name: str,
        log_group_name: str,
        record_id: str,
        creating: Creating,
    ) -> Role:
        """Return the role, created or completed where this plugin may do so.

        A role that the plugin did not create is returned as it is and never changed.

        Args:
            name: the role's name.
            log_group_name: the log group that the role must be able to write to.
            record_id: of the journal record, for the role's tag.
            creating: records a creation around it.

        Raises:
            AwsCallError: when IAM refuses a call.
        """
        key = (name, log_group_name)
        if key in self._known:
            return self._known[key]
        found = self._find(name)
        if found is None:
            # None: another run created it in between.
            found = self._create(name, record_id, creating) or self._find(name)
        if found is None:
            raise AwsCallError("iam:GetRole", None, "NoSuchEntity", f"role {name} vanished")
        if found.managed and self._complete(name, log_group_name, creating):
            found = found.model_copy(update={"settling": True})
        self._known[key] = found
        return found

    def _find(self, name: str) -> Role | None:
        try:
            with aws_call("iam:GetRole"):
                answer = self._iam.get_role(RoleName=name)["Role"]
        except AwsCallError as error:
            if error.code == "NoSuchEntity":
                return None
            raise
        tags = {tag["Key"]: tag["Value"] for tag in answer.get("Tags", [])}
        age = datetime.now(timezone.utc) - answer["CreateDate"]
        return Role(arn=answer["Arn"], settling=age < YOUNG, managed=MANAGED_TAG in tags)

    def _create(self, name: str, record_id: str, creating: Creating) -> Role | None:
        resource = CreatedResource(kind="role", name=name)
        try:
            with creating(resource), aws_call("iam:CreateRole"):
                answer = self._iam.create_role(
                    RoleName=name,
                    AssumeRolePolicyDocument=json.dumps(
                        trust_policy(self._account, self._partition)
                    ),
                    Description="Lets Amazon Bedrock write model invocation logs.",
                    Tags=[
                        {"Key": MANAGED_TAG, "Value": "created"},
                        {"Key": RECORD_TAG, "Value": record_id},
                    ],
                )
        except AwsCallError as error:
            if error.code == "EntityAlreadyExists":
                return None
            raise
        return Role(arn=answer["Role"]["Arn"], settling=True, managed=True)

    def _complete(self, name: str, log_group_name: str, creating: Creating) -> bool:
        policy = policy_name(log_group_name)
        try:
            with aws_call("iam:GetRolePolicy"):
                self._iam.get_role_policy(RoleName=name, PolicyName=policy)
            return False
        except AwsCallError as error:
            if error.code != "NoSuchEntity":
                raise
        document = delivery_policy(self._account, self._partition, log_group_name)
        resource = CreatedResource(kind="role-policy", name=f"{name}/{policy}")
        with creating(resource), aws_call("iam:PutRolePolicy"):
            self._iam.put_role_policy(
                RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document)
            )
        return True
