"""What moto holds, kept and put back: faster than making it by calls for each case."""

from __future__ import annotations

import copy
from typing import Any

from moto.backends import get_backend
from moto.core.base_backend import AccountSpecificBackend, BackendDict, BaseBackend
from moto.s3.models import s3_backends

from tests.core.account import ACCOUNT
from tests.faults.wire import REGION

_HELD = {
    "bedrock": ("model_invocation_logging_configuration",),
    "iam": ("roles", "users", "groups", "tagger"),
    "logs": ("groups", "tagger"),
    "s3": ("buckets", "tagger"),
    "kms": ("keys", "tagger"),
}
Checkpoint = dict[tuple[str, str, str], Any]


def checkpoint(*accounts: str) -> Checkpoint:
    """Return a copy of what moto holds for accounts.

    Args:
        accounts: their ids; by default that of the one account.
    """
    found = {
        (account, service, name): getattr(_backend(account, service), name)
        for account in accounts or (ACCOUNT,)
        for service, names in _HELD.items()
        for name in names
        if hasattr(_backend(account, service), name)
    }
    return copy.deepcopy(found)


def put_back(state: Checkpoint) -> None:
    """Make moto hold what it held at a checkpoint.

    Args:
        state: as `checkpoint` returned it.
    """
    for (account, service, name), value in copy.deepcopy(state).items():
        setattr(_backend(account, service), name, value)
    buckets = _backend(ACCOUNT, "s3").buckets
    s3_backends.bucket_accounts = {name: ("aws", ACCOUNT) for name in buckets}


def _backend(account: str, service: str) -> Any:
    return get_backend(service)[account]["aws" if service in ("iam", "s3") else REGION]  # type: ignore[call-overload]


def _itself(backend: Any, _: dict[int, Any]) -> Any:
    return backend


# What is held may know its backend, which is not to be copied.
for _kind in (BaseBackend, AccountSpecificBackend, BackendDict):
    _kind.__deepcopy__ = _itself  # type: ignore[attr-defined]
