"""What stands in the mocked account and in the journal, to be compared before and after."""

from __future__ import annotations

import json
from typing import Any

from moto.backends import get_backend

from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.record import Record
from tests.core.account import ACCOUNT
from tests.faults.strikes import UNKNOWN_FIELD
from tests.faults.wire import REGION

State = dict[str, Any]


def configuration(state: State) -> Any:
    """Return the logging configuration of a state."""
    return state["configuration"]


def observe(records: list[Record] | None = None, account: str = ACCOUNT) -> State:
    """Return what stands, read past botocore; record ids become their order of creation.

    Args:
        records: those whose ids are to be named by their order.
        account: the account's id.
    """
    state: State = {"configuration": _configuration(account)}
    iam = get_backend("iam")[account]["aws"]
    for role in iam.roles.values():
        policies = {name: _parsed(text) for name, text in role.policies.items()}
        tags = {tag["Key"]: tag["Value"] for tag in role.tags}
        trust = _parsed(role.assume_role_policy_document)
        state[f"role {role.name}"] = {"trust": trust, "policies": policies, "tags": tags}
    logs = get_backend("logs")[account][REGION]
    for group in logs.groups.values():
        tags = logs.list_tags_for_resource(group.arn)
        streams = sorted(group.streams)
        state[f"log group {group.name}"] = {
            "retention": group.retention_in_days, "tags": tags, "streams": streams,
        }  # fmt: skip
    s3 = get_backend("s3")[account]["aws"]
    for bucket in s3.buckets.values():
        policy = bucket.policy
        state[f"bucket {bucket.name}"] = {
            "policy": policy.decode() if isinstance(policy, bytes) else policy,
            "tags": s3.tagger.get_tag_dict_for_resource(bucket.arn),
            "versioning": bucket.versioning_status,
            "blocked": bucket.public_access_block is not None,
            "encrypted": bucket.encryption is not None,
            "keys": sorted(bucket.keys),
        }
    text = json.dumps(state, sort_keys=True, default=str)
    for number, record in enumerate(records or []):
        text = text.replace(record.record_id, f"record {number}")
    return dict(json.loads(text))


def without_ids(state: State) -> State:
    """Return a state in which it does not matter which record created what."""
    text = json.dumps(state)
    for number in range(10):
        text = text.replace(f'"record {number}"', '"record"')
    return dict(json.loads(text))


def fingerprint(state: State, journal: Journal) -> str:
    """Return what a run left, so that runs that left the same need one check.

    Args:
        state: as `observe` returned it.
        journal: the run's journal.
    """
    records = journal.account_records(ACCOUNT)
    left = [
        record.model_dump(
            mode="json", exclude={"record_id", "started_at", "message", "restores", "restored_by"}
        )
        | {"restored": record.restored_by is not None}
        for record in records
    ]
    return json.dumps([state, left], sort_keys=True)


def _configuration(account: str) -> Any:
    stored = get_backend("bedrock")[account][REGION].model_invocation_logging_configuration
    found = (stored.logging_config if stored else None) or None
    return without_field(found)


def without_field(value: Any) -> Any:
    """Return a configuration without what `unknown field` added to the answers.

    It is kept like any other member that is newer than botocore: recorded, and put again.
    """
    if not isinstance(value, dict):
        return value
    return {k: without_field(v) for k, v in value.items() if k != UNKNOWN_FIELD}


def _parsed(text: Any) -> Any:
    return json.loads(text) if isinstance(text, str) else text
