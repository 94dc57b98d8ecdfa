"""Lists of accounts: a file, or AWS Organizations."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from prowler_bedrock.account.access import ACCOUNT_ID, Access
from prowler_bedrock.errors import PluginError, SettingsError, aws_call


def accounts_of_file(path: Path) -> list[str]:
    """Return the accounts that a file lists.

    Args:
        path: a text file with one account id at the beginning of each line; what follows it, empty
            lines and lines that begin with ``#`` are for people.

    Raises:
        SettingsError: when it can't be read, lists none, or a line begins otherwise or holds
            several.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise SettingsError([f"--accounts: {path} can't be read ({why})."]) from error
    accounts = []
    for number, line in enumerate(lines, 1):
        words = re.split(r"[\s,;]+", line.strip())
        if not words[0] or words[0].startswith("#"):
            continue
        if not ACCOUNT_ID.fullmatch(words[0]):
            raise SettingsError(
                [
                    f"--accounts: line {number} of {path} begins with {words[0]!r}, expected a "
                    "12-digit account id."
                ]
            )
        if any(map(ACCOUNT_ID.fullmatch, words[1:])):
            raise SettingsError(
                [f"--accounts: line {number} of {path} holds several account ids, expected one."]
            )
        accounts.append(words[0])
    if not accounts:
        raise SettingsError([f"--accounts: {path} lists no account id."])
    return list(dict.fromkeys(accounts))


def accounts_of_organization(access: Access) -> list[str]:
    """Return the active accounts of the caller's organization.

    Args:
        access: the management account or a delegated administrator.

    Raises:
        PluginError: when AWS Organizations refuses the call or lists no active account.
    """
    with aws_call("organizations:ListAccounts"):
        pages = access.client("organizations", None).get_paginator("list_accounts").paginate()
        accounts = [account for page in pages for account in page["Accounts"]]
        active = [str(one["Id"]) for one in accounts if state_of(one) == "ACTIVE"]
    if not active:
        raise PluginError("--organization: AWS Organizations lists no active account.")
    return sorted(active)


def state_of(account: dict[str, Any]) -> str:
    """Return the state of an account, such as ``ACTIVE`` or ``SUSPENDED``.

    Args:
        account: ``Account`` of AWS Organizations.

    Raises:
        KeyError: when it names no state.
    """
    # State is to replace Status; botocore may know either or both.
    return str(account.get("State") or account["Status"])
