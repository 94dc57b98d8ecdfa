"""What users and roles may do to the logging of one Region, by every policy that IAM evaluates."""

from __future__ import annotations

from pydantic import BaseModel

from prowler_bedrock.account.access import Access
from prowler_bedrock.destination.simulation import Decision, simulate_principal
from prowler_bedrock.tampering.bucket_policy import BUCKET_ACTION, BucketPolicy, account_of
from prowler_bedrock.tampering.principals import Principal


class Protected(BaseModel, arbitrary_types_allowed=True):
    """One resource of the logging, and what would tamper with it.

    Attributes:
        arn: its ARN, or ``*`` for the configuration, which has none.
        actions: the IAM actions.
        policy: of a bucket, where it has one.
        unread: what could not be read and may deny the actions, such as a bucket's policy.
    """

    arn: str
    actions: list[str]
    policy: BucketPolicy | None = None
    unread: str | None = None


class Permissions:
    """Asks IAM's simulator.

    Args:
        access: the account.
        region: the Region's name.
        protected: what the logging of the Region consists of.
    """

    def __init__(self, access: Access, region: str, protected: list[Protected]) -> None:
        self.protected = protected
        self._access, self._region = access, region

    def of(self, principal: Principal) -> list[Decision]:
        """Return what a user or role may do of what one of its policies mentions.

        Args:
            principal: the user or role.

        Raises:
            AwsCallError: when IAM refuses the call.
        """
        context = self._context(principal.arn)
        iam = self._access.client("iam", None)
        found = []
        for one in self.protected:
            asked = [action for action in one.actions if action in principal.suspects]
            if not asked:
                continue
            answered = simulate_principal(iam, principal.arn, asked, one.arn, context)
            if one.unread and answered[0].allowed:
                said = {"allowed": False, "missing_keys": [one.unread]}
                answered = [answered[0].model_copy(update=said)]
            if one.policy and answered[0].allowed:
                denial = one.policy.denial(principal.arn, context)
                said = {"allowed": denial.allowed, "missing_keys": denial.missing_keys}
                answered = [answered[0].model_copy(update=said)]
            found += answered
        return found

    def granted(self, policy: BucketPolicy, grantee: str, principal: Principal | None) -> Decision:
        """Return whether a bucket's policy lets somebody delete the bucket.

        Args:
            policy: the bucket's.
            grantee: one of its grantees.
            principal: the user or role that it is, where it is one of the account.

        Raises:
            AwsCallError: when IAM refuses the call or the policy.
        """
        context = self._context(grantee)
        decision = policy.grant(grantee, context)
        if principal is None or not decision.allowed:
            return decision
        # What its own policies or the organization's deny, no bucket can give.
        iam = self._access.client("iam", None)
        (own,) = simulate_principal(iam, grantee, [BUCKET_ACTION], policy.arn, context)
        bound = own.explicitly_denied or own.within_organization is False
        return own if bound else decision

    def _context(self, principal: str) -> dict[str, str]:
        """Return the condition keys of a call by a user or role, an account, or everyone."""
        context = {"aws:RequestedRegion": self._region, "aws:SecureTransport": "true"}
        account = account_of(principal)
        if account:
            context["aws:PrincipalAccount"] = account
        if principal.startswith("arn:") and not principal.endswith(":root"):
            context["aws:PrincipalArn"] = principal
        return context
