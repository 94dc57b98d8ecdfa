"""One at a time for an account and Region, by conditional writes to one S3 object.

The object also holds which finding was handled last, so that a delivery that waited for another
one sees that nothing is left to do.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: of several
writers one succeeds; the others get 412, or 409 when they should try again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

from pydantic import AwareDatetime, BaseModel, ValidationError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from prowler_bedrock.errors import AwsCallError, PluginError, answer_or_none, aws_call

_LOST = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}


class BusyError(PluginError):
    """Another holder works on the account and Region."""


class Handled(BaseModel):
    """What was done last for one check.

    Attributes:
        task_id: of the event or request.
        updated_at: of the finding, where there was one.
        outcome: how it ended.
    """

    task_id: str
    updated_at: AwareDatetime | None = None
    outcome: str


class _State(BaseModel):
    holder: str | None = None
    until: AwareDatetime
    handled: dict[str, Handled] = {}


class Lease:
    """A lease that is held.

    Attributes:
        handled: CheckID to what was done last; what is put here is kept when the lease ends.
    """

    def __init__(self, handled: dict[str, Handled]) -> None:
        self.handled = handled


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
        self, account: str, region: str, holder: str, *, seconds: float, wait_seconds: float
    ) -> Iterator[Lease]:
        """Hold the lease of an account and Region.

        Args:
            account: the 12-digit account id.
            region: the Region's name.
            holder: who holds it; unique.
            seconds: how long it may take; it must be stopped by then.
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
        state, tag = waiting(self._take, key, holder, seconds, f"{account} in {region}")
        lease = Lease(dict(state.handled))
        try:
            yield lease
        finally:
            ended = _State(until=_now(), handled=lease.handled)
            self._put(key, ended, {"IfMatch": tag})

    def _take(self, key: str, holder: str, seconds: float, what: str) -> tuple[_State, str]:
        def read() -> tuple[bytes, str]:
            answer = self._s3.get_object(**self._object, Key=key)
            return answer["Body"].read(), str(answer["ETag"])

        found = answer_or_none("s3:GetObject", None, {"NoSuchKey"}, read)
        condition = {"IfNoneMatch": "*"}
        handled: dict[str, Handled] = {}
        if found is not None:
            state = _parse(found[0], key)
            if state.holder and state.until > _now():
                raise BusyError(f"Another run works on {what}; it is tried again later.")
            condition, handled = {"IfMatch": found[1]}, state.handled
        until = _now() + timedelta(seconds=seconds)
        taken = _State(holder=holder, until=until, handled=handled)
        try:
            return taken, self._put(key, taken, condition)
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
