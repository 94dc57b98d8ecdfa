"""The Lambda functions of the sweep. Each ends with an answer: what failed is in it.

A failure is not raised, since Lambda would log it as a traceback; the state machine looks at
``Result``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from traceback import extract_tb
from typing import Any

from prowler_bedrock.account.access import ACCOUNT_ID
from prowler_bedrock.account.connection import connect, enter, open_session
from prowler_bedrock.account.listing import accounts_of_organization
from prowler_bedrock.errors import PluginError, aws_call, error_code, unexpected_cause
from prowler_bedrock.functions.environment import settings_of
from prowler_bedrock.functions.log import log
from prowler_bedrock.sweep.scan import scan
from prowler_bedrock.sweep.settings import ListSettings, ScanSettings


def list_accounts(event: Any, context: object) -> dict[str, Any]:
    """Write the organization's active accounts to S3, one item for each: ``{"AccountId": ...}``.

    Args:
        event: may hold ``Bucket`` and ``Key``, which otherwise come from the settings.
        context: Lambda's.

    Returns:
        ``Result``: ``listed`` with ``Bucket``, ``Key`` and ``Count``, or ``failed`` with ``Cause``.
    """

    def work() -> dict[str, Any]:
        settings = settings_of(ListSettings, os.environ)
        named = event if isinstance(event, dict) else {}
        bucket, key = named.get("Bucket") or settings.bucket, named.get("Key") or settings.key
        if not bucket:
            raise PluginError("Neither the event nor PROWLER_BEDROCK_BUCKET names a bucket.")
        if not (isinstance(bucket, str) and isinstance(key, str)):
            raise PluginError("Bucket and Key: expected a text for each.")
        access = connect(open_session())
        excluded = set(settings.excluded_accounts)
        accounts = [one for one in accounts_of_organization(access) if one not in excluded]
        if not accounts:
            raise PluginError("PROWLER_BEDROCK_EXCLUDED_ACCOUNTS excludes every account.")
        body = json.dumps([{"AccountId": account} for account in accounts])
        with aws_call("s3:PutObject"):
            access.client("s3", None).put_object(
                Bucket=bucket,
                Key=key,
                Body=body.encode(),
                ContentType="application/json",
                ExpectedBucketOwner=access.account,
            )
        log("INFO", f"{len(accounts)} accounts to scan.", bucket=bucket, key=key)
        return {"Result": "listed", "Bucket": bucket, "Key": key, "Count": len(accounts)}

    return _without_traceback(None, work)


def scan_account(event: Any, context: object) -> dict[str, Any]:
    """Scan one account, or those of a batch, and send the findings to their Security Hubs.

    Args:
        event: ``{"AccountId": ...}``, or ``{"Items": [...]}`` with several of them.
        context: Lambda's.

    Returns:
        The summary of `scan`, with ``Result``: ``scanned``, or ``failed`` with ``Cause``. Of a
        batch, ``Accounts`` with one for each; it failed where one of them did.
    """
    items = event.get("Items") if isinstance(event, dict) else None
    if not isinstance(items, list):
        return _scan(event)
    summaries = [_scan(item) for item in items]
    causes = [one["Cause"] for one in summaries if one["Result"] == "failed"]
    answer = {"Result": "failed" if causes else "scanned", "Accounts": summaries}
    return {**answer, "Cause": " ".join(causes)[:1000]} if causes else answer


def _scan(item: Any) -> dict[str, Any]:
    given = item.get("AccountId") if isinstance(item, dict) else item
    account = str(given)[:40] if isinstance(given, str | int) else type(given).__name__

    def work() -> dict[str, Any]:
        if not ACCOUNT_ID.fullmatch(account):
            raise PluginError(f"AccountId: expected a 12-digit account id (got {account!r}).")
        settings = settings_of(ScanSettings, os.environ)
        session = open_session()
        partition = session.get_partition_for_region(session.region_name)
        role = f"arn:{partition}:iam::{account}:role/{settings.role_name}"
        access = enter(session, role, account, settings.external_id)
        summary = scan(access, settings, datetime.now(timezone.utc))
        told = {
            name: value for name, value in summary.items() if name not in ("AccountId", "Cause")
        }
        fields = {"account": account, "result": summary["Result"], "summary": told}
        if "Cause" in summary:
            log("ERROR", summary["Cause"], **fields)
        else:
            log("INFO", f"{account} was scanned.", **fields)
        return summary

    return _without_traceback(account, work)


def _without_traceback(account: str | None, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return work()
    except PluginError as error:
        code, text, where = getattr(error, "code", None), str(error), None
    except Exception as error:
        code, where = error_code(error), _place(error)
        text = unexpected_cause(error)
    log("ERROR", text, account=account, result="failed", code=code, where=where)
    start = f"{account}: " if account else ""
    failure = {"AccountId": account, "Result": "failed", "Cause": f"{start}{text}"[:1000]}
    return {name: value for name, value in failure.items() if value is not None}


def _place(error: Exception) -> str:
    # Where it happened, instead of a traceback.
    frame = extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"
