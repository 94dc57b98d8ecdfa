"""The way into a member account."""

from __future__ import annotations

import boto3

from prowler_bedrock.account.access import Access
from prowler_bedrock.account.connection import assume, connect
from prowler_bedrock.errors import PluginError


def member_access(
    session: boto3.Session, partition: str, account: str, role_name: str, external_id: str
) -> Access:
    """Return a member account, reached through its role.

    Args:
        session: the session of the function.
        partition: the AWS partition.
        account: the 12-digit account id.
        role_name: the role's name.
        external_id: what its trust policy asks for.

    Raises:
        PluginError: when the role can't be assumed, or leads elsewhere.
    """
    arn = f"arn:{partition}:iam::{account}:role/{role_name}"
    try:
        access = connect(assume(session, arn, external_id))
    except PluginError as error:
        raise PluginError(
            f"{arn} could not be assumed: {error} Deploy the member roles there, with this "
            "function's role and external id. Nothing was changed."
        ) from error
    if access.account != account:
        raise PluginError(
            f"{arn} led to account {access.account}, expected {account}. Nothing was changed."
        )
    return access
