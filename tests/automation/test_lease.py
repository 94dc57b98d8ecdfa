"""One holder at a time, and what was done is seen by the next."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta, timezone
from time import monotonic
from typing import Any

import boto3
import pytest
from moto import mock_aws

from prowler_bedrock.automation.lease import BusyError, Handled, Lease, Leases
from prowler_bedrock.errors import PluginError

ACCOUNT, MEMBER, REGION = "123456789012", "222222222222", "eu-west-1"
KEY = f"leases/{MEMBER}/{REGION}.json"


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="leases-bucket")
        client.put_bucket_versioning(
            Bucket="leases-bucket", VersioningConfiguration={"Status": "Enabled"}
        )
        yield client


def hold(
    s3: Any, region: str, holder: str, account: str = MEMBER, seconds: float = 60
) -> AbstractContextManager[Lease]:
    leases = Leases(s3, "leases-bucket", ACCOUNT)
    deadline = monotonic() + seconds
    return leases.hold(account, region, holder, deadline=deadline, wait_seconds=0)


def test_what_one_holder_did_is_seen_by_the_next(s3: Any) -> None:
    with hold(s3, REGION, "one") as lease:
        assert lease.handled == {}
        lease.handled["check"] = Handled(task_id="t", outcome="changed")
    with hold(s3, REGION, "two") as lease:
        assert lease.handled == {"check": Handled(task_id="t", outcome="changed")}


def test_another_holder_is_kept_out_until_the_end(s3: Any) -> None:
    with (
        hold(s3, REGION, "one"),
        pytest.raises(BusyError, match=f"Another run works on {MEMBER} in {REGION}"),
        hold(s3, REGION, "two"),
    ):
        raise AssertionError
    with hold(s3, REGION, "three"):
        pass


def test_other_regions_and_accounts_are_free(s3: Any) -> None:
    with (
        hold(s3, REGION, "one"),
        hold(s3, "us-east-1", "two"),
        hold(s3, REGION, "three", ACCOUNT),
    ):
        pass


def test_an_error_of_the_holder_ends_the_lease(s3: Any) -> None:
    with pytest.raises(ZeroDivisionError), hold(s3, REGION, "one"):
        raise ZeroDivisionError
    with hold(s3, REGION, "two"):
        pass


def test_a_lapsed_lease_is_taken_and_its_holder_does_not_write_over_the_next(
    s3: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with hold(s3, REGION, "lapsed", seconds=-1) as lost:
        with hold(s3, REGION, "next") as lease:
            lease.handled["check"] = Handled(task_id="next", outcome="changed")
        lost.handled["check"] = Handled(task_id="lapsed", outcome="changed")
    assert "lapses by itself: s3:PutObject failed: PreconditionFailed" in capsys.readouterr().out
    with hold(s3, REGION, "last") as lease:
        assert lease.handled["check"].task_id == "next"


def test_a_task_that_did_not_end_is_remembered(s3: Any) -> None:
    for number in range(2):
        with hold(s3, REGION, "one") as lease:
            assert bool(lease.begun_before) == bool(number)
        with hold(s3, REGION, "another") as other:
            assert bool(other.begun_before) == bool(number)
    with hold(s3, REGION, "one") as lease:
        lease.handled["check"] = Handled(task_id="one", outcome="changed")
    with hold(s3, REGION, "one") as lease:
        assert lease.begun_before is None


def test_a_task_that_ended_is_remembered_whatever_was_handled_since(
    s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for task in ("one", "two"):
        with hold(s3, REGION, task) as lease:
            assert not lease.ended_before
            lease.handled["check"] = Handled(task_id=task, outcome="changed")
    for task, ended in (("one", True), ("two", True), ("three", False)):
        with hold(s3, REGION, task) as lease:
            assert lease.ended_before is ended
    later = datetime.now(timezone.utc) + timedelta(days=14, hours=1)
    monkeypatch.setattr("prowler_bedrock.automation.lease._now", lambda: later)
    with hold(s3, REGION, "four"):
        pass
    state = json.loads(s3.get_object(Bucket="leases-bucket", Key=KEY)["Body"].read())
    assert state["ended"] == {}, "no queue delivers that late"
    assert list(state["begun"]) == ["four"]


def test_a_lease_that_can_not_be_given_back_does_not_hide_why_the_holder_failed(
    s3: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ZeroDivisionError), hold(s3, REGION, "one"):
        s3.delete_object(Bucket="leases-bucket", Key=KEY)
        raise ZeroDivisionError
    assert "lapses by itself" in capsys.readouterr().out


def test_a_damaged_lease_is_named(s3: Any) -> None:
    s3.put_object(Bucket="leases-bucket", Key=KEY, Body=b"{")
    with (
        pytest.raises(PluginError, match=f"{KEY} is damaged"),
        hold(s3, REGION, "a"),
    ):
        raise AssertionError
