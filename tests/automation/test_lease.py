"""One holder at a time, and what was done is seen by the next."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from prowler_bedrock.automation.lease import BusyError, Handled, Leases
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


def leases(s3: Any, seconds: float = 60, wait_seconds: float = 0) -> Leases:
    return Leases(s3, "leases-bucket", ACCOUNT, seconds=seconds, wait_seconds=wait_seconds)


def test_what_one_holder_did_is_seen_by_the_next(s3: Any) -> None:
    with leases(s3).hold(MEMBER, REGION, "one") as lease:
        assert lease.handled == {}
        lease.handled["check"] = Handled(task_id="t", outcome="changed")
    with leases(s3).hold(MEMBER, REGION, "two") as lease:
        assert lease.handled == {"check": Handled(task_id="t", outcome="changed")}


def test_another_holder_is_kept_out_until_the_end(s3: Any) -> None:
    with (
        leases(s3).hold(MEMBER, REGION, "one"),
        pytest.raises(BusyError, match=f"Another run works on {MEMBER} in {REGION}"),
        leases(s3).hold(MEMBER, REGION, "two"),
    ):
        raise AssertionError
    with leases(s3).hold(MEMBER, REGION, "three"):
        pass


def test_other_regions_and_accounts_are_free(s3: Any) -> None:
    with (
        leases(s3).hold(MEMBER, REGION, "one"),
        leases(s3).hold(MEMBER, "us-east-1", "two"),
        leases(s3).hold(ACCOUNT, REGION, "three"),
    ):
        pass


def test_an_error_of_the_holder_ends_the_lease(s3: Any) -> None:
    with pytest.raises(ZeroDivisionError), leases(s3).hold(MEMBER, REGION, "one"):
        raise ZeroDivisionError
    with leases(s3).hold(MEMBER, REGION, "two"):
        pass


def test_a_lapsed_lease_is_taken_and_its_holder_does_not_write_over_the_next(s3: Any) -> None:
    with (
        pytest.raises(PluginError, match="PreconditionFailed"),
        leases(s3, seconds=-1).hold(MEMBER, REGION, "lapsed") as lost,
    ):
        with leases(s3).hold(MEMBER, REGION, "next") as lease:
            lease.handled["check"] = Handled(task_id="next", outcome="changed")
        lost.handled["check"] = Handled(task_id="lapsed", outcome="changed")
    with leases(s3).hold(MEMBER, REGION, "last") as lease:
        assert lease.handled["check"].task_id == "next"


def test_a_damaged_lease_is_named(s3: Any) -> None:
    s3.put_object(Bucket="leases-bucket", Key=KEY, Body=b"{")
    with (
        pytest.raises(PluginError, match=f"{KEY} is damaged"),
        leases(s3).hold(MEMBER, REGION, "a"),
    ):
        raise AssertionError
