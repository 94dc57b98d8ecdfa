"""What stands on a later page of a bucket's listing counts as what is on the first."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest

from prowler_bedrock.backout.created import PERMISSION_CHECK, CreatedBucket
from prowler_bedrock.enable.bucket import holds_versions
from tests.core.account import ACCOUNT

REGION, BUCKET = "us-east-1", "bedrock-logs"
CHECK = f"AWSLogs{PERMISSION_CHECK}"


def page(*keys: str, markers: tuple[str, ...] = ()) -> dict[str, Any]:
    def each(names: tuple[str, ...]) -> list[dict[str, str]]:
        return [{"Key": key, "VersionId": f"of-{key}"} for key in names]

    return {"IsTruncated": False, "Versions": each(keys), "DeleteMarkers": each(markers)}


def listing(*pages: dict[str, Any]) -> Any:
    s3 = Mock()
    s3.get_paginator("list_object_versions").paginate.return_value = pages
    s3.delete_objects.return_value = {}
    return s3


@pytest.mark.parametrize(
    ("pages", "holds"),
    [
        ([page(CHECK), page("log")], True),
        ([page("log"), page(CHECK)], True),
        ([page(CHECK), page(markers=("log",))], True),
        ([page(CHECK), page(CHECK)], False),
        ([page(), page()], False),
    ],
)
def test_a_bucket_holds_what_any_page_holds(pages: list[dict[str, Any]], holds: bool) -> None:
    found = holds_versions(listing(*pages), BUCKET, ACCOUNT, REGION, beside=PERMISSION_CHECK)
    assert found is holds


def test_every_page_is_deleted() -> None:
    s3 = listing(page("a", "b"), page(), page("c", markers=("d",)))
    CreatedBucket(
        s3, BUCKET, ACCOUNT, REGION, record_ids=set(), begun=False, remove_data=True
    ).delete()
    deleted = [call.kwargs["Delete"]["Objects"] for call in s3.delete_objects.call_args_list]
    assert [[one["Key"] for one in objects] for objects in deleted] == [["a", "b"], ["c", "d"]]
    assert deleted[0][0] == {"Key": "a", "VersionId": "of-a"}
    s3.delete_bucket.assert_called_once_with(Bucket=BUCKET, ExpectedBucketOwner=ACCOUNT)


def test_without_leave_only_bedrocks_own_object_is_deleted() -> None:
    s3 = listing(page("log"), page(CHECK))
    CreatedBucket(
        s3, BUCKET, ACCOUNT, REGION, record_ids=set(), begun=False, remove_data=False
    ).delete()
    (call,) = s3.delete_objects.call_args_list
    assert [one["Key"] for one in call.kwargs["Delete"]["Objects"]] == [CHECK]
