"""The IAM role that Bedrock assumes to write to CloudWatch Logs: one per account.

Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime, timedelta, timezone
from threading import Lock
from typing import Any

from pydantic import BaseModel

from prowler_bedrock.enable.plan import LOG_STREAM
from prowler_bedrock.enable.tags import MANAGED_TAG, tags_of_record
from prowler_bedrock.errors import AwsCallError, PluginError, answer_or_none, aws_call
from prowler_bedrock.journal.change import Change, Resource
from prowler_bedrock.journal.journal import Creating

# IAM is eventually consistent: Bedrock may not see a young role's permissions yet.
YOUNG = timedelta(minutes=2)


class Role(BaseModel):
    """The role to put into the configuration.

    Attributes:
        arn: its ARN.
        settling: True where it changed so recently that IAM may not have settled.
        managed: True where this plugin created it.
        created: True where this run created it.
    """

    arn: str
    settling: bool = False
    managed: bool = False
    created: bool = False


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
    """Finds or creates the roles of one account; several Regions may ask at once.

    Args:
        iam: a boto3 ``iam`` client.
        account: the 12-digit account id.
        partition: the AWS partition.
    """

    def __init__(self, iam: Any, account: str, partition: str) -> None:
        self._iam, self._account, self._partition = iam, account, partition
        self._lock = Lock()
        self._surveyed: dict[tuple[str, str], tuple[Role, list[Change]]] = {}
        self._known: dict[tuple[str, str], Role] = {}

    def survey(self, name: str, log_group_name: str) -> tuple[Role, list[Change]]:
        """Return the role, as it is or as it will be, and what must change for it; reads only.

        A role that the plugin did not create is returned as it is, without any change.

        Args:
            name: the role's name.
            log_group_name: the log group that the role must be able to write to.

        Raises:
            AwsCallError: when IAM refuses a call.
        """
        key = (name, log_group_name)
        with self._lock:
            if key in self._known:
                return self._known[key], []
            if key not in self._surveyed:
                self._surveyed[key] = self._survey(name, log_group_name)
            return self._surveyed[key]

    def doubt_about(self, arn: str) -> str | None:
        """Return a sentence where it can't be read whether a role of others stands; reads only.

        Args:
            arn: the role's ARN.

        Raises:
            PluginError: when there is no such role.
        """
        try:
            role = role_of_arn(self._iam, arn)
        except AwsCallError as error:
            return f"Whether role {arn} exists could not be read: {error}"
        if role is None:
            raise PluginError(f"Role {arn} does not exist: create it or configure another one.")
        return None

    def apply(self, name: str, log_group_name: str, record_id: str, creating: Creating) -> Role:
        """Return the role, created or completed where the plugin may do so.

        Args:
            name: the role's name.
            log_group_name: the log group that the role must be able to write to.
            record_id: of the journal record, for the role's tag.
            creating: records a creation around it.

        Raises:
            AwsCallError: when IAM refuses a call.
        """
        key = (name, log_group_name)
        with self._lock:
            if key in self._known:
                return self._known[key]
            surveyed = self._surveyed.pop(key, None)
            # Another log group's turn may have made the role since the survey.
            if surveyed is None or any(known == name for known, _ in self._known):
                surveyed = self._survey(name, log_group_name)
            role, changes = surveyed
            for change in changes:
                if change.resource.kind == "role":
                    role = self._create(name, record_id, creating)
                elif role.managed:
                    role = self._complete(role, change, creating)
            self._known[key] = role
            return role

    def _survey(self, name: str, log_group_name: str) -> tuple[Role, list[Change]]:
        policy = Change(
            resource=role_policy(name, log_group_name),
            earlier=None,
            later=delivery_policy(self._account, self._partition, log_group_name),
        )
        found = self._find(name)
        if found is None:
            arn = f"arn:{self._partition}:iam::{self._account}:role/{name}"
            later = {
                "AssumeRolePolicyDocument": trust_policy(self._account, self._partition),
                "Tags": {MANAGED_TAG: "created"},
            }
            created = Change(resource=Resource(kind="role", name=name), earlier=None, later=later)
            return Role(arn=arn, settling=True, managed=True), [created, policy]
        if found.managed and not self._has_policy(policy.resource):
            return found, [policy]
        return found, []

    def _find(self, name: str) -> Role | None:
        answer = find_role(self._iam, name)
        if answer is None:
            return None
        with aws_call("iam:GetRole"):
            tags = {tag["Key"]: tag["Value"] for tag in answer.get("Tags", [])}
            age = datetime.now(timezone.utc) - answer["CreateDate"]
            return Role(arn=answer["Arn"], settling=age < YOUNG, managed=MANAGED_TAG in tags)

    def _has_policy(self, policy: Resource) -> bool:
        role, name = policy.name.split("/")

        def read() -> bool:
            answer = self._iam.get_role_policy(RoleName=role, PolicyName=name)
            return bool(answer["PolicyDocument"])

        return bool(answer_or_none("iam:GetRolePolicy", None, {"NoSuchEntity"}, read))

    def _create(self, name: str, record_id: str, creating: Creating) -> Role:
        tags = [{"Key": key, "Value": value} for key, value in tags_of_record(record_id).items()]
        try:
            with creating(Resource(kind="role", name=name)), aws_call("iam:CreateRole"):
                answer = self._iam.create_role(
                    RoleName=name,
                    AssumeRolePolicyDocument=json.dumps(
                        trust_policy(self._account, self._partition)
                    ),
                    Description="Lets Amazon Bedrock write model invocation logs.",
                    Tags=tags,
                )
                arn = str(answer["Role"]["Arn"])
        except AwsCallError as error:
            # Another run, or another log group's turn, created it since the survey.
            found = self._find(name) if error.code == "EntityAlreadyExists" else None
            if found is None:
                raise
            return found
        return Role(arn=arn, settling=True, managed=True, created=True)

    def _complete(self, role: Role, change: Change, creating: Creating) -> Role:
        if not role.created and self._has_policy(change.resource):
            return role
        name, policy = change.resource.name.split("/")
        with creating(change.resource), aws_call("iam:PutRolePolicy"):
            self._iam.put_role_policy(
                RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(change.later)
            )
        return role.model_copy(update={"settling": True})


def role_policy(role: str, log_group_name: str) -> Resource:
    """Return the inline policy of a role for a log group.

    Args:
        role: the role's name.
        log_group_name: the log group's name.
    """
    return Resource(kind="role-policy", name=f"{role}/{policy_name(log_group_name)}")


def find_role(iam: Any, name: str) -> dict[str, Any] | None:
    """Return a role as IAM describes it, or ``None`` where there is none.

    Args:
        iam: a boto3 ``iam`` client.
        name: the role's name.

    Raises:
        AwsCallError: when IAM refuses the call.
    """

    def read() -> dict[str, Any]:
        return dict(iam.get_role(RoleName=name)["Role"])

    return answer_or_none("iam:GetRole", None, {"NoSuchEntity"}, read)


def role_of_arn(iam: Any, arn: str) -> dict[str, Any] | None:
    """Return a role as IAM describes it, or ``None`` where none has this ARN.

    Args:
        iam: a boto3 ``iam`` client.
        arn: the role's ARN, with its path.

    Raises:
        AwsCallError: when IAM refuses the call.
    """
    role = find_role(iam, arn.rsplit("/", 1)[-1])
    with aws_call("iam:GetRole"):
        # A role of the same name under another path is another role.
        return role if role and role["Arn"] == arn else None
