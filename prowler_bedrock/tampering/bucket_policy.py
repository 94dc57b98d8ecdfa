"""Who may delete a bucket by its policy, and whom the policy keeps from it; reads only.

In one account a bucket's policy is enough: whom it names needs no policy of their own. Named as a
whole, the account is given nothing, since the policies of its users and roles decide; but what is
denied to it is denied to each of them.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html.
"""

from __future__ import annotations

import json
from typing import Any

from prowler_bedrock.account.access import Access
from prowler_bedrock.destination.simulation import (
    OLDEST_VERSION,
    Decision,
    identity_statement,
    one_or_many,
    simulate_statements,
)
from prowler_bedrock.enable.standing_bucket import NO_BUCKET, StandingBucket
from prowler_bedrock.errors import AwsCallError
from prowler_bedrock.tampering.principals import about

BUCKET_ACTION = "s3:DeleteBucket"
EVERYONE = "*"
# IAM's unique ids stand for users and roles that were deleted. Source:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html.
_DELETED = ("AIDA", "AROA")
_ALLOW = {"Effect": "Allow", "Action": BUCKET_ACTION, "Resource": "*"}


class BucketPolicy:
    """The policy of one bucket of the account.

    Attributes:
        arn: the bucket's ARN.
        name: the bucket's name.

    Args:
        access: the account.
        arn: the bucket's ARN.
        text: the policy.

    Raises:
        ValueError: when it is not JSON, or denies something to all but a canonical user, whose
            account nobody else knows; other errors of `prowler_bedrock.errors.SHAPE_ERRORS` where
            it is no policy.
    """

    def __init__(self, access: Access, arn: str, text: str) -> None:
        self.arn, self.name = arn, arn.rpartition(":")[2]
        self._access = access
        document = json.loads(text)
        self._version = document.get("Version", OLDEST_VERSION)
        self._allowing: list[dict[str, Any]] = []
        self._denying: list[dict[str, Any]] = []
        for statement in one_or_many(document["Statement"]):
            if about(statement, BUCKET_ACTION):
                kept = self._allowing if statement["Effect"] == "Allow" else self._denying
                kept.append(statement)
        if any("CanonicalUser" in one.get("NotPrincipal", {}) for one in self._denying):
            raise ValueError("a denial to all but a canonical user")

    def grantees(self) -> list[str]:
        """Return whom it may allow to delete the bucket: ARNs, account ids, or ``*``."""
        named = [name for one in self._allowing for name in _allowed(one)]
        # What is denied to everyone else hides that everyone was allowed it.
        spared = [name for one in self._denying for name in _named(one.get("NotPrincipal"))]
        return [
            name
            for name in dict.fromkeys([*named, *spared])
            if name not in self._names_of(self._access.account) and not name.startswith(_DELETED)
        ]

    def grant(self, grantee: str, context: dict[str, str]) -> Decision:
        """Return whether it allows one of them to delete the bucket.

        Args:
            grantee: one of `grantees`.
            context: condition keys of the call.

        Raises:
            AwsCallError: when IAM refuses the call or the policy.
        """
        account = account_of(grantee)
        names = {grantee, EVERYONE}
        if account != self._access.account:
            names |= self._names_of(account)
        allowing = [one for one in self._allowing if names & set(_allowed(one))]
        return self._simulate([*allowing, *self._denied_to(grantee)], context)

    def denial(self, principal_arn: str, context: dict[str, str]) -> Decision:
        """Return whether a user or role whose own policies allow it may delete the bucket.

        Args:
            principal_arn: the user or role.
            context: condition keys of the call.

        Raises:
            AwsCallError: when IAM refuses the call or the policy.
        """
        denying = self._denied_to(principal_arn)
        if not denying:
            return Decision(action=BUCKET_ACTION, allowed=True)
        return self._simulate([_ALLOW, *denying], context)

    def _denied_to(self, principal: str) -> list[dict[str, Any]]:
        account = self._names_of(account_of(principal))
        names = {principal, EVERYONE} | account
        # Whom a denial leaves out is named itself; of an account one name stands for the other.
        spared = account if principal in account else {principal}
        found = []
        for statement in self._denying:
            if "NotPrincipal" in statement:
                applies = spared.isdisjoint(_named(statement["NotPrincipal"]))
            else:
                applies = not names.isdisjoint(_named(statement.get("Principal")))
            if applies:
                found.append(statement)
        return found

    def _names_of(self, account: str | None) -> set[str]:
        return {account, f"arn:{self._access.partition}:iam::{account}:root"} if account else set()

    def _simulate(self, statements: list[dict[str, Any]], context: dict[str, str]) -> Decision:
        iam = self._access.client("iam", None)
        kept = [identity_statement(one) for one in statements]
        (decision,) = simulate_statements(
            iam, kept, [BUCKET_ACTION], self.arn, context, self._version
        )
        return decision


def account_of(principal: str) -> str | None:
    """Return the account of a principal of a policy, or ``None`` where it is of none.

    Args:
        principal: an ARN, an account's id, or another name.
    """
    if principal.isdigit():
        return principal
    return principal.split(":")[4] if principal.startswith("arn:") else None


def read_policy(access: Access, region: str, name: str, arn: str) -> BucketPolicy | None:
    """Return the policy of a bucket, or ``None`` where it has none or does not exist.

    Args:
        access: the account.
        region: the Region's name.
        name: the bucket's name.
        arn: its ARN.

    Raises:
        AwsCallError: when S3 refuses the call.
        ValueError: see `BucketPolicy`.
    """
    try:
        text = StandingBucket(access.client("s3", region), name, access.account, region).policy()
    except AwsCallError as error:
        if error.code == NO_BUCKET:
            return None
        raise
    return None if text is None else BucketPolicy(access, arn, text)


def _allowed(statement: dict[str, Any]) -> list[str]:
    # Everyone but those whom it names is nearly everyone.
    if "NotPrincipal" in statement:
        return [EVERYONE]
    return _named(statement.get("Principal"))


def _named(principal: Any) -> list[str]:
    """Return the accounts, users and roles of a ``Principal``; services delete no buckets."""
    if not isinstance(principal, dict):
        return one_or_many(principal)
    return [
        name
        for kind, names in principal.items()
        if kind != "Service"
        for name in one_or_many(names)
    ]
