"""The way into member accounts."""

from __future__ import annotations

from threading import Lock

import boto3

from prowler_bedrock.account.access import Access
from prowler_bedrock.account.connection import enter
from prowler_bedrock.automation.kept import Kept
from prowler_bedrock.errors import PluginError

# An account's clients take some 10 MB, and a batch works on ten accounts at most.
_MOST = 12


class Members:
    """Member accounts, each reached through its role; threads may ask at the same time.

    Args:
        session: the session of the function.
        partition: the AWS partition.
        role_name: the role's name in each account.
        external_id: what its trust policy asks for.
        keep_seconds: how long an assumed role is used again; its credentials last an hour.
    """

    def __init__(
        self,
        session: boto3.Session,
        partition: str,
        role_name: str,
        external_id: str,
        keep_seconds: float = 600,
    ) -> None:
        self._session, self._partition = session, partition
        self._role_name, self._external_id = role_name, external_id
        self._kept: Kept[Access] = Kept(keep_seconds, _MOST)
        # boto3's sessions may not be used by several threads at once.
        self._connecting = Lock()

    def access(self, account: str) -> Access:
        """Return the way into a member account.

        Args:
            account: the 12-digit account id.

        Raises:
            PluginError: when the role can't be assumed, or leads elsewhere.
        """
        return self._kept.get(account, lambda: self._enter(account))

    def _enter(self, account: str) -> Access:
        arn = f"arn:{self._partition}:iam::{account}:role/{self._role_name}"
        try:
            with self._connecting:
                return enter(self._session, arn, account, self._external_id)
        except PluginError as error:
            raise PluginError(
                f"Account {account} could not be entered: {error} Deploy the member roles there, "
                "with this function's role and external id. Nothing was changed."
            ) from error
