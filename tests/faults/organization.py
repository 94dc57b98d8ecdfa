"""A security account with the functions and one member, behind one wire."""

from __future__ import annotations

import copy
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, redirect_stdout
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple
from unittest.mock import patch

import boto3
from botocore.session import get_session
from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.iam.models import get_account_id_from

from fixtures.embedded_account.account_file import AccountFile
from fixtures.embedded_account.security_hub import SecurityHub
from fixtures.embedded_account.seed import seed
from prowler_bedrock.journal.bucket_store import BucketStore
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.record import Record
from tests.core.account import ACCOUNT
from tests.faults.checkpoint import Checkpoint, checkpoint, put_back
from tests.faults.state import State, observe
from tests.faults.strikes import Kindness
from tests.faults.wire import REGION, Wire

MANAGEMENT, MEMBER = "999999999999", "222222222222"
OTHER_REGION = "eu-west-1"
BUCKET = "the-journal"
EXTERNAL_ID = "the-external-id"


class Answer(NamedTuple):
    """What an invocation returned, its lines of the log and its calls."""

    result: dict[str, Any]
    log: list[dict[str, Any]]
    calls: list[str]


class Organization:
    """The security account, its member, and the clock of the leases."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.settings: dict[str, str] = {}
        self.passed = timedelta()
        self._saved: tuple[Checkpoint, Any] = ({}, {})

    def fresh(self, **contents: Any) -> None:
        """Forget everything, and make an organization with one member.

        Args:
            contents: of the member, as an account file has it.
        """
        BackendDict.reset()
        self.wire.forget()
        regions = {REGION: {}, OTHER_REGION: {}} | contents.pop("regions", {})
        member = {"name": "member", "roles": ["ProwlerBedrockDelivery"], **contents}
        accounts = AccountFile.model_validate(
            {
                "account_id": MANAGEMENT,
                "members": {
                    ACCOUNT: {"name": "security", "delegated_administrator": True},
                    MEMBER: {**member, "regions": regions},
                },
                "regions": {REGION: {}, OTHER_REGION: {}},
                "aggregation_region": REGION,
            }
        )
        seed(accounts)
        self.wire.hub = SecurityHub(accounts)
        self.client("s3").create_bucket(Bucket=BUCKET)
        self.passed = timedelta()

    def client(self, service: str, account: str = ACCOUNT, region: str = REGION) -> Any:
        return self.wire.client(service, region, account)

    def save(self) -> None:
        """Remember what stands now."""
        self._saved = checkpoint(ACCOUNT, MEMBER), copy.deepcopy(self._findings)

    def load(self) -> None:
        """Make what was remembered stand again."""
        state, findings = self._saved
        put_back(state)
        self._findings.update(copy.deepcopy(findings))
        self.passed = timedelta()

    @property
    def _findings(self) -> Any:
        assert self.wire.hub
        return self.wire.hub._findings

    @property
    def places(self) -> set[tuple[str, str]]:
        """The accounts and Regions in which Security Hub is enabled."""
        return set(self._findings)

    def findings(self, region: str = REGION) -> list[dict[str, Any]]:
        """Return what Security Hub holds of the member."""
        return copy.deepcopy(list(self._findings[MEMBER, region].values()))

    @property
    def journal(self) -> Journal:
        return Journal(BucketStore(self.client("s3"), BUCKET, "journal"))

    def records(self) -> list[Record]:
        found = [text for name, text in self.objects().items() if name.startswith("journal/")]
        records = [Record.model_validate_json(text) for text in found]
        return sorted(records, key=lambda record: record.started_at)

    def objects(self) -> dict[str, bytes]:
        """Return the objects of the bucket, read past botocore."""
        bucket = get_backend("s3")[ACCOUNT]["aws"].buckets[BUCKET]
        return {name: bytes(key.value) for name, key in bucket.keys.items()}

    def observe(self) -> State:
        """Return what stands in the member."""
        return observe(self.records(), MEMBER)

    def put(self, config: dict[str, Any], region: str = REGION) -> None:
        bedrock = self.client("bedrock", MEMBER, region)
        bedrock.put_model_invocation_logging_configuration(loggingConfig=config)

    def invoke(
        self,
        call: Callable[[], dict[str, Any]],
        struck: Callable[[int], bool] | None = None,
        kind: Kindness | None = None,
    ) -> Answer:
        """Invoke a function in an environment of its own.

        Args:
            call: calls its handler.
            struck: given a call's number, whether it is struck.
            kind: what strikes it.
        """
        out = io.StringIO()
        given = {f"PROWLER_BEDROCK_{name}": value for name, value in self.settings.items()}
        with (
            patch.dict(os.environ, given),
            redirect_stdout(out),
            self.wire.run(struck, kind and kind.strike) as calls,
        ):
            result = call()
        text = out.getvalue()
        assert text.replace("\n", "").isprintable(), text
        return Answer(result, [json.loads(line) for line in text.splitlines()], list(calls))

    def now(self) -> datetime:
        """The clock of the leases."""
        return datetime.now(timezone.utc) + self.passed


@contextmanager
def in_process(organization: Organization) -> Iterator[None]:
    """Let sessions use the wire's clients, calls come in one order, and leases know the time."""

    made = boto3.Session.client

    def client(session: Any, service: str, region_name: Any = None, **more: Any) -> Any:
        if session is boto3.DEFAULT_SESSION:  # the wire's own
            return made(session, service, region_name=region_name, **more)
        key = session.get_credentials().access_key
        # moto takes keys that it does not know for the main account's, and lets only the
        # management account see its organization.
        account = MANAGEMENT if service == "organizations" else get_account_id_from(key)
        return organization.wire.client(service, region_name or session.region_name, account)

    # Making a session takes longer than a case.
    boto3.setup_default_session()
    home, member = get_session(), get_session()
    with (
        patch.object(boto3.Session, "client", client),
        patch("botocore.session.get_session", lambda *_: home),
        patch("prowler_bedrock.account.connection.Session", lambda **_: member),
        patch("prowler_bedrock.automation.lease._now", organization.now),
        patch("prowler_bedrock.automation.work.ThreadPoolExecutor", _InOrder),
        patch("prowler_bedrock.sweep.scan.ThreadPoolExecutor", _InOrder),
        patch("prowler_bedrock.status.read_regions.ThreadPoolExecutor", _InOrder),
    ):
        yield


class _InOrder:
    """A pool of the caller's own thread."""

    def __init__(self, max_workers: int) -> None:
        pass

    def __enter__(self) -> _InOrder:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def map(self, work: Callable[[Any], Any], given: Iterable[Any]) -> list[Any]:
        return [work(one) for one in given]

    def submit(self, work: Callable[..., Any], *given: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(work(*given))
        return future
