"""Add our statement to a bucket policy, or take it out, leaving every other byte as it is.

Source of the statement: "Set up an Amazon S3 destination" in
https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html.

S3 keeps what a policy means and not its text: a list of one value comes back as that value, longer
ones in another order, and a statement without ``Sid`` with an empty one. Source:
https://github.com/hashicorp/terraform/issues/5613, https://github.com/hashicorp/terraform/pull/4278
and https://github.com/ansible/ansible/issues/42532.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, NamedTuple

from prowler_bedrock.enable.plan import BucketPlan
from prowler_bedrock.errors import PluginError
from prowler_bedrock.logging_configuration.model import log_folder

SID_PREFIX = "ProwlerBedrockDelivery"
_TLS_SID = "ProwlerBedrockTlsOnly"
_SPACE = re.compile(r"[ \t\r\n]*")


def delivery_statement(
    bucket: BucketPlan, account: str, partition: str, region: str
) -> dict[str, Any]:
    """Return the statement that lets Bedrock of one account and Region deliver to a bucket.

    Its ``Sid`` names its content, so that a statement of that ``Sid`` is ours and unchanged.

    Args:
        bucket: the bucket and the key prefixes.
        account: the 12-digit account id.
        partition: the AWS partition.
        region: the Region's name.
    """
    folders = [log_folder(prefix, account) for prefix in bucket.key_prefixes]
    arn = f"arn:{partition}:s3:::{bucket.name}"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "bedrock.amazonaws.com"},
        "Action": ["s3:PutObject"],
        "Resource": [f"{arn}/{one}/*" for one in folders],
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": f"arn:{partition}:bedrock:{region}:{account}:*"},
        },
    }
    digest = hashlib.sha256(json.dumps(statement, sort_keys=True).encode()).hexdigest()[:12]
    return {"Sid": f"{SID_PREFIX}{digest}", **statement}


def tls_statement(bucket: str, partition: str) -> dict[str, Any]:
    """Return the statement that refuses every request without TLS.

    Args:
        bucket: the bucket's name.
        partition: the AWS partition.
    """
    arn = f"arn:{partition}:s3:::{bucket}"
    return {
        "Sid": _TLS_SID,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def new_policy(statements: list[dict[str, Any]]) -> str:
    """Return the text of a policy of our statements alone.

    Args:
        statements: its statements.
    """
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def same_policy(one: str | None, other: str | None) -> bool:
    """Say whether two texts are the same policy to S3.

    Args:
        one: a policy's text, or ``None`` for no policy.
        other: another one.
    """
    if one is None or other is None or one == other:
        return one == other
    try:
        return bool(_document(one) == _document(other))
    except (ValueError, AttributeError):
        return False


def with_statement(policy: str | None, statement: dict[str, Any]) -> str | None:
    """Return a policy's text with our statement added at its end.

    Args:
        policy: the text as S3 returned it, or ``None`` where the bucket has no policy.
        statement: our statement.

    Returns:
        The text to put, or ``None`` where the policy holds the statement already, under any
        ``Sid``.

    Raises:
        PluginError: when the policy can't be read, or someone changed the statement with our
            ``Sid``.
    """
    if policy is None:
        return new_policy([statement])
    found = _statements(policy)
    ours = json.dumps(statement)
    for one in found.each:
        if _body(one.value) == _body(statement):
            return None
        if one.value.get("Sid") == statement["Sid"]:
            raise _changed(statement["Sid"])
    if not found.listed:
        only = policy[found.start : found.end]
        return f"{policy[: found.start]}[{only},{ours}]{policy[found.end :]}"
    # The end is that of the last statement or, in an empty list, just behind its bracket.
    at = found.each[-1].end if found.each else found.start + 1
    return f"{policy[:at]}{',' if found.each else ''}{ours}{policy[at:]}"


def without_statement(policy: str, statement: dict[str, Any]) -> str | None:
    """Return a policy's text without our statement.

    Args:
        policy: the text as S3 returned it.
        statement: our statement, as it was put.

    Returns:
        The text to put; the same text where the statement is not there; ``None`` where nothing
        would be left, so that the policy is to be deleted.

    Raises:
        PluginError: when the policy can't be read, or someone changed the statement with our
            ``Sid``.
    """
    found = _statements(policy)
    sid = statement["Sid"]
    at = next((i for i, one in enumerate(found.each) if one.value.get("Sid") == sid), None)
    if at is None:
        return policy
    if _body(found.each[at].value) != _body(statement):
        raise _changed(sid)
    if len(found.each) == 1:
        return None
    # With the comma before it, or for the first one with the comma behind it.
    if at:
        return policy[: found.each[at - 1].end] + policy[found.each[at].end :]
    return policy[: found.each[0].start] + policy[found.each[1].start :]


class _Statement(NamedTuple):
    start: int
    end: int
    value: dict[str, Any]


class _Statements(NamedTuple):
    listed: bool
    start: int
    end: int
    each: list[_Statement]


def _is_ours(sid: Any) -> bool:
    return sid == _TLS_SID or str(sid).startswith(SID_PREFIX)


def _changed(sid: str) -> PluginError:
    return PluginError(
        f"the bucket policy's statement {sid} was changed by someone; delete that statement or "
        "give it another Sid."
    )


def _body(statement: dict[str, Any]) -> Any:
    return _comparable({name: value for name, value in statement.items() if name != "Sid"})


def _document(policy: str) -> Any:
    document = json.loads(policy)
    statements = document.get("Statement")
    each = statements if isinstance(statements, list) else [statements]
    # The order of statements stays; that of values does not.
    return {**document, "Statement": [_with_sid(one) for one in each]}


def _with_sid(statement: Any) -> Any:
    return {"Sid": statement.get("Sid") or "", **_body(statement)}


def _comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _comparable(one) for name, one in value.items()}
    return sorted(value if isinstance(value, list) else [value], key=json.dumps)


def _statements(policy: str) -> _Statements:
    """Find where the statements stand in the text, which `json` alone does not tell."""
    try:
        whole = json.loads(policy)
        start, end = _member(policy, "Statement")
        value = whole["Statement"]
        if isinstance(value, dict):
            return _Statements(False, start, end, [_Statement(start, end, value)])
        each = []
        at = _skip(policy, start + 1)
        for one in value:
            _, stop = json.JSONDecoder().raw_decode(policy, at)
            each.append(_Statement(at, stop, dict(one)))
            at = _skip(policy, _skip(policy, stop) + 1)
        return _Statements(True, start, end, each)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise PluginError(
            "the bucket policy could not be read as a JSON policy with statements; correct it."
        ) from error


def _member(policy: str, name: str) -> tuple[int, int]:
    decoder = json.JSONDecoder()
    at = _skip(policy, _skip(policy, 0) + 1)
    while True:
        key, at = decoder.raw_decode(policy, at)
        at = _skip(policy, _skip(policy, at) + 1)
        _, end = decoder.raw_decode(policy, at)
        if key == name:
            return at, end
        # Behind the last member nothing can be decoded, which is a ValueError.
        at = _skip(policy, _skip(policy, end) + 1)


def _skip(policy: str, at: int) -> int:
    found = _SPACE.match(policy, at)
    return found.end() if found else at


def added_statement(earlier: str | None, later: str | None) -> dict[str, Any] | None:
    """Return the statement that `with_statement` added, ``None`` where it did not.

    Args:
        earlier: the policy before.
        later: the policy after.

    Raises:
        PluginError: when a policy can't be read.
    """
    added = added_statements(earlier, later)
    return next((one for one in added if one["Sid"].startswith(SID_PREFIX)), None)


def added_statements(earlier: str | None, later: str | None) -> list[dict[str, Any]]:
    """Return every statement of ours that a change of a policy brought into it.

    Args:
        earlier: the policy before.
        later: the policy after.

    Raises:
        PluginError: when a policy can't be read.
    """
    before = [one.value.get("Sid") for one in _statements(earlier).each] if earlier else []
    after = [one.value for one in _statements(later).each] if later else []
    return [one for one in after if _is_ours(one.get("Sid")) and one["Sid"] not in before]


def other_statements(policy: str, ours: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the statements of a policy that are none of ours, or were changed since.

    Args:
        policy: the text as S3 returned it.
        ours: our statements, as they were put.

    Raises:
        PluginError: when the policy can't be read.
    """
    known = [_with_sid(one) for one in ours]
    return [one.value for one in _statements(policy).each if _with_sid(one.value) not in known]
