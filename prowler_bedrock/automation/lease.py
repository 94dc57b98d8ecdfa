"""One at a time for an account and Region, by conditional writes to one S3 object.

The object also holds which finding was handled last, so that a delivery that waited for another
one sees that nothing is left to do; when a task that did not come to its end began, so that its
next delivery can tell what it did by then; and which tasks ended lately: none is done again.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: of several
writers one succeeds; the others get 412, or 409 when they should try again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from time import monotonic
from typing import Any
from uuid import uuid4

from pydantic import AwareDatetime, BaseModel, ValidationError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from prowler_bedrock.errors import AwsCallError, PluginError, answer_or_none, aws_call
from prowler_bedrock.functions.log import log

# No queue delivers a message later than this.
_LONGEST_DELIVERY = timedelta(days=14)
_LOST = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}


class BusyError(PluginError):
    """Another holder works on the account and Region."""


class Handled(BaseModel):
    """What was done last for one check.

    Attributes:
        task_id: of the event or request.
        finding_id: of the finding, where there was one.
        updated_at: when it says that it was updated.
        outcome: how it ended.
    """

    task_id: str
    finding_id: str | None = None
    updated_at: AwareDatetime | None = None
    outcome: str


class _State(BaseModel):
    holder: str | None = None
    until: AwareDatetime
    handled: dict[str, Handled] = {}
    begun: dict[str, AwareDatetime] = {}
    ended: dict[str, AwareDatetime] = {}


class Lease:
    """A lease that is held.

    Attributes:
        handled: CheckID to what was done last; what is put here is kept when the lease ends.
        begun_before: when an earlier delivery of the task began that did not come to its end.
        ended_before: True where an earlier delivery of the task came to its end, whatever was
            handled since.
    """

    def __init__(
        self,
        handled: dict[str, Handled],
        begun_before: datetime | None = None,
        *,
        ended_before: bool = False,
    ) -> None:
        self.handled, self.begun_before, self.ended_before = handled, begun_before, ended_before


class Leases:
    """The leases of all accounts and Regions.

    Args:
        s3: a boto3 ``s3`` client.
        bucket: the bucket's name.
        owner: the 12-digit account id that must own it.
    """

    def __init__(self, s3: Any, bucket: str, owner: str) -> None:
        self._s3 = s3
        self._object = {"Bucket": bucket, "ExpectedBucketOwner": owner}

    @contextmanager
    def hold(
        self, account: str, region: str, task_id: str, *, deadline: float, wait_seconds: float
    ) -> Iterator[Lease]:
        """Hold the lease of an account and Region; one that can't be given back lapses.

        Args:
            account: the 12-digit account id.
            region: the Region's name.
            task_id: what for; deliveries of one event share it.
            deadline: when it lapses, in seconds of `time.monotonic`; its holder must be stopped by
                then.
            wait_seconds: how long to wait for another holder.

        Raises:
            BusyError: when another one holds it for longer than the wait.
            PluginError: when the bucket can't be read or written.
        """
        key = f"leases/{account}/{region}.json"
        waiting = Retrying(
            retry=retry_if_exception_type(BusyError),
            stop=stop_after_delay(wait_seconds),
            wait=wait_random_exponential(multiplier=0.2, max=3),
            reraise=True,
        )
        taken = waiting(self._take, key, task_id, deadline, f"{account} in {region}")
        state, tag, begun_before = taken
        lease = Lease(dict(state.handled), begun_before, ended_before=task_id in state.ended)
        try:
            yield lease
        finally:
            begun, ended = dict(state.begun), dict(state.ended)
            if any(one.task_id == task_id for one in lease.handled.values()):
                begun.pop(task_id, None)
                ended[task_id] = _now()
            given_back = _State(until=_now(), handled=lease.handled, begun=begun, ended=ended)
            try:
                self._put(key, given_back, {"IfMatch": tag})
            except PluginError as error:
                # What the block did, or why it failed, is what counts.
                text = f"The lease could not be given back and lapses by itself: {error}"
                log("WARNING", text, account=account, region=region)

    def _take(
        self, key: str, task_id: str, deadline: float, what: str
    ) -> tuple[_State, str, datetime | None]:
        def read() -> tuple[bytes, str]:
            answer = self._s3.get_object(**self._object, Key=key)
            return answer["Body"].read(), str(answer["ETag"])

        found = answer_or_none("s3:GetObject", None, {"NoSuchKey"}, read)
        condition = {"IfNoneMatch": "*"}
        state = _State(until=_now())
        if found is not None:
            state = _parse(found[0], key)
            if state.holder and state.until > _now():
                raise BusyError(f"Another run works on {what}; it is tried again later.")
            condition = {"IfMatch": found[1]}
        now = _now()
        begun, ended = (
            {one: at for one, at in tasks.items() if now - at < _LONGEST_DELIVERY}
            for tasks in (state.begun, state.ended)
        )
        taken = _State(
            holder=f"{task_id}/{uuid4().hex}",
            until=now + timedelta(seconds=deadline - monotonic()),
            handled=state.handled,
            begun={task_id: now, **begun},
            ended=ended,
        )
        try:
            return taken, self._put(key, taken, condition), begun.get(task_id)
        except AwsCallError as error:
            if error.code in _LOST:
                raise BusyError(f"Another run took {what}; it is tried again later.") from error
            raise

    def _put(self, key: str, state: _State, condition: dict[str, str]) -> str:
        with aws_call("s3:PutObject"):
            answer = self._s3.put_object(
                **self._object,
                Key=key,
                Body=state.model_dump_json().encode(),
                ContentType="application/json",
                **condition,
            )
            return str(answer["ETag"])


def _parse(body: bytes, key: str) -> _State:
    try:
        return _State.model_validate_json(body)
    except ValidationError as error:
        raise PluginError(
            f"The lease {key} is damaged: look at its earlier versions, and delete it to go on."
        ) from error


def _now() -> datetime:
    return datetime.now(timezone.utc)
