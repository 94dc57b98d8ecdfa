"""What stands on a later page of a listing counts as what is on the first."""

from __future__ import annotations

import io
from typing import Any

import pytest

from prowler_bedrock.account.access import Access
from prowler_bedrock.account.listing import accounts_of_organization
from prowler_bedrock.backout.created import PERMISSION_CHECK, CreatedBucket
from prowler_bedrock.enable.standing_bucket import StandingBucket
from prowler_bedrock.journal.bucket_store import BucketStore
from prowler_bedrock.journal.journal import Journal
from tests.core.account import ACCOUNT
from tests.core.paged import paged

REGION, BUCKET = "us-east-1", "bedrock-logs"
CHECK = f"AWSLogs{PERMISSION_CHECK}"


def page(*keys: str, markers: tuple[str, ...] = (), size: int = 0) -> dict[str, Any]:
    def each(names: tuple[str, ...]) -> list[dict[str, Any]]:
        return [{"Key": key, "VersionId": f"of-{key}"} for key in names]

    sized = [one | {"Size": size} for one in each(keys)]
    return {"IsTruncated": False, "Versions": sized, "DeleteMarkers": each(markers)}


def listing(*pages: dict[str, Any]) -> Any:
    s3 = paged("list_object_versions", *pages)
    s3.delete_objects.return_value = {}
    return s3


def created(s3: Any, *, remove_data: bool) -> CreatedBucket:
    return CreatedBucket(
        s3, BUCKET, ACCOUNT, REGION, set(), [], begun=False, remove_data=remove_data
    )


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
    bucket = StandingBucket(listing(*pages), BUCKET, ACCOUNT, REGION)
    assert bucket.holds_versions(beside=lambda one: one["Key"] == CHECK) is holds


def test_every_page_is_deleted() -> None:
    s3 = listing(page("a", "b"), page(), page("c", markers=("d",)))
    created(s3, remove_data=True).delete()
    deleted = [call.kwargs["Delete"]["Objects"] for call in s3.delete_objects.call_args_list]
    assert [[one["Key"] for one in objects] for objects in deleted] == [["a", "b"], ["c", "d"]]
    assert deleted[0][0] == {"Key": "a", "VersionId": "of-a"}
    s3.delete_bucket.assert_called_once_with(Bucket=BUCKET, ExpectedBucketOwner=ACCOUNT)


def test_without_leave_only_bedrocks_own_object_is_deleted() -> None:
    s3 = listing(page("log"), page(CHECK), page(CHECK, size=1))
    created(s3, remove_data=False).delete()
    (call,) = s3.delete_objects.call_args_list
    assert [one["Key"] for one in call.kwargs["Delete"]["Objects"]] == [CHECK]


def test_records_on_every_page_are_read() -> None:
    s3 = paged(
        "list_objects_v2",
        {"KeyCount": 1, "Contents": [{"Key": "p/1/r/b.json"}]},
        {"KeyCount": 0},
        {"KeyCount": 2, "Contents": [{"Key": "p/1/r/a.json"}, {"Key": "p/1/r/c.other"}]},
    )
    s3.get_object.side_effect = lambda **given: {"Body": io.BytesIO(given["Key"].encode())}
    assert BucketStore(s3, BUCKET, "p").load("1/r") == [
        ("1/r/a.json", b"p/1/r/a.json"),
        ("1/r/b.json", b"p/1/r/b.json"),
    ]


def test_accounts_on_every_page_of_a_journal_are_found() -> None:
    s3 = paged(
        "list_objects_v2",
        {"KeyCount": 1, "CommonPrefixes": [{"Prefix": "p/222222222222/"}]},
        {"KeyCount": 2, "CommonPrefixes": [{"Prefix": "p/111111111111/"}, {"Prefix": "p/x/"}]},
    )
    assert Journal(BucketStore(s3, BUCKET, "p")).accounts() == ["111111111111", "222222222222"]


def test_accounts_on_every_page_of_an_organization_are_found() -> None:
    organizations = paged(
        "list_accounts",
        {"Accounts": [{"Id": "222222222222", "State": "ACTIVE"}]},
        {"Accounts": [{"Id": "3" * 12, "State": "CLOSED"}, {"Id": "1" * 12, "Status": "ACTIVE"}]},
    )
    access = Access(ACCOUNT, "aws", lambda *_: organizations)
    assert accounts_of_organization(access) == ["111111111111", "222222222222"]
