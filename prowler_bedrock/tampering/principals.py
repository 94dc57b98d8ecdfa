"""The users and roles of an account, and which of them need a closer look.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from threading import Lock
from typing import Any

from pydantic import BaseModel

from prowler_bedrock.account.access import Access
from prowler_bedrock.destination.simulation import one_or_many
from prowler_bedrock.errors import AwsCallError, aws_call

DETAILS_ACTION = "iam:GetAccountAuthorizationDetails"
# Only AWS services can assume roles of this path; a user may have it too.
SERVICE_LINKED = "/aws-service-role/"


class Principal(BaseModel):
    """A user or role.

    Attributes:
        arn: its ARN.
        administrator: True where a policy allows it every action on every resource.
        suspects: the actions that one of its policies may allow; the simulator knows whether it
            does.
        denied: the actions that one of its policies denies on every resource and without condition,
            so that no condition key matters.
    """

    arn: str
    administrator: bool
    suspects: frozenset[str]
    denied: frozenset[str] = frozenset()


class AccountPrincipals:
    """The users and roles of one account, read once for all Regions; threads may share it.

    Args:
        access: the account.
        actions: the IAM actions that matter.
    """

    def __init__(self, access: Access, actions: tuple[str, ...]) -> None:
        self._access, self._actions, self._lock = access, actions, Lock()
        self._found: list[Principal] | AwsCallError | None = None

    def read(self) -> list[Principal]:
        """Return the users and roles, service-linked roles aside.

        Raises:
            AwsCallError: when IAM refuses a call or its answer can't be understood.
        """
        with self._lock:
            if self._found is None:
                try:
                    with aws_call(DETAILS_ACTION):
                        self._found = self._read()
                except AwsCallError as error:
                    self._found = error
        if isinstance(self._found, AwsCallError):
            raise self._found
        return self._found

    def _read(self) -> list[Principal]:
        iam = self._access.client("iam", None)
        users: list[dict[str, Any]] = []
        roles: list[dict[str, Any]] = []
        groups: dict[str, dict[str, Any]] = {}
        managed: dict[str, dict[str, Any]] = {}
        kinds = ["User", "Role", "Group", "LocalManagedPolicy"]
        pages = iam.get_paginator("get_account_authorization_details").paginate(Filter=kinds)
        for page in pages:
            users += page["UserDetailList"]
            roles += page["RoleDetailList"]
            groups |= {one["GroupName"]: one for one in page["GroupDetailList"]}
            managed |= {one["Arn"]: _default_version(one) for one in page["Policies"]}
        if not users and not roles:
            # Every account has roles of AWS services at least: nobody would pass for "nobody can".
            raise LookupError("an account without users and roles")
        own_roles = [one for one in roles if not one["Path"].startswith(SERVICE_LINKED)]
        found = []
        for identity in (*users, *own_roles):
            holders = [identity, *(groups[name] for name in identity.get("GroupList", []))]
            documents = [
                one["PolicyDocument"]
                for holder in holders
                for kind in ("UserPolicyList", "RolePolicyList", "GroupPolicyList")
                for one in holder.get(kind, [])
            ]
            for holder in holders:
                for policy in holder.get("AttachedManagedPolicies", []):
                    arn = policy["PolicyArn"]
                    if arn not in managed:
                        managed[arn] = _managed_by_aws(iam, arn)
                    documents.append(managed[arn])
            found.append(self._principal(identity["Arn"], documents))
        return found

    def _principal(self, arn: str, documents: list[dict[str, Any]]) -> Principal:
        statements = [
            statement
            for document in documents
            for statement in one_or_many(document.get("Statement"))
        ]
        allowing = [one for one in statements if one.get("Effect") == "Allow"]
        denying = [one for one in statements if one.get("Effect") == "Deny"]
        return Principal(
            arn=arn,
            administrator=any(map(_everything, allowing)),
            suspects=frozenset(
                action for action in self._actions if any(about(one, action) for one in allowing)
            ),
            denied=frozenset(
                action for action in self._actions if any(_denies(one, action) for one in denying)
            ),
        )


def _default_version(policy: dict[str, Any]) -> dict[str, Any]:
    (document,) = (
        version["Document"]
        for version in policy["PolicyVersionList"]
        if version["IsDefaultVersion"]
    )
    return dict(document)


def _managed_by_aws(iam: Any, arn: str) -> dict[str, Any]:
    with aws_call("iam:GetPolicy"):
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    with aws_call("iam:GetPolicyVersion"):
        answer = iam.get_policy_version(PolicyArn=arn, VersionId=version)
        return dict(answer["PolicyVersion"]["Document"])


def _everything(statement: dict[str, Any]) -> bool:
    actions = one_or_many(statement.get("Action"))
    return _unrestricted(statement) and not {"*", "*:*"}.isdisjoint(actions)


def _denies(statement: dict[str, Any], action: str) -> bool:
    return _unrestricted(statement) and "NotAction" not in statement and about(statement, action)


def _unrestricted(statement: dict[str, Any]) -> bool:
    return "*" in one_or_many(statement.get("Resource")) and not statement.get("Condition")


def about(statement: dict[str, Any], action: str) -> bool:
    """Say whether a statement's actions include one; the rest of it is left to IAM's simulator.

    Args:
        statement: of any policy.
        action: the IAM action.
    """
    patterns = [pattern.lower() for pattern in one_or_many(statement.get("Action"))]
    return "NotAction" in statement or matching(action.lower(), patterns)


def matching(text: str, patterns: list[str]) -> bool:
    """Say whether a text is like one of the patterns of IAM.

    Args:
        text: an action or an ARN.
        patterns: may hold ``*`` and ``?``.
    """
    # fnmatch knows [sets], which IAM does not.
    return any(fnmatchcase(text, pattern.replace("[", "[[]")) for pattern in patterns)
