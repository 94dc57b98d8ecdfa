"""Every call that a removal makes, in order, with all that it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prowler_bedrock.backout.created import PERMISSION_CHECK
from prowler_bedrock.backout.removal import Remover
from prowler_bedrock.enable.role import policy_name
from prowler_bedrock.logging_configuration.model import SwitchedOff
from tests.core.account import ACCOUNT
from tests.core.recorded import Recorded

REGION = "eu-west-1"
GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/own"
POLICY = policy_name("/own")
OF_POLICY = {"RoleName": "Own", "PolicyName": POLICY}
OF_LOGS = {"Bucket": "logs", "ExpectedBucketOwner": ACCOUNT}
CHECK = {"Key": f"p{PERMISSION_CHECK}", "VersionId": "1"}
MARKER = {"Key": f"q{PERMISSION_CHECK}", "VersionId": "2"}
LOG = {"Key": "p/log", "VersionId": "3"}


def versions(*found: dict[str, str], markers: tuple[dict[str, str], ...] = ()) -> dict[str, Any]:
    return {"IsTruncated": False, "Versions": list(found), "DeleteMarkers": list(markers)}


@pytest.fixture
def account(tmp_path: Path) -> Recorded:
    """Everything stands that was created, and logging is off again."""
    account = Recorded(tmp_path, REGION)
    calls = account.enable()
    documents = {name: given.get("PolicyDocument") for name, given in calls}
    account.clients.reset_mock()
    group = {"logGroupName": "/own", "arn": f"{GROUP}:*", "retentionInDays": 731, "kmsKeyId": "k"}
    account.logs.get_paginator.return_value.paginate.return_value = [{"logGroups": [group]}]
    account.logs.list_tags_for_resource.return_value = {"tags": account.tags}
    account.logs.describe_log_streams.return_value = {"logStreams": []}
    account.s3.get_bucket_tagging.return_value = {"TagSet": account.tag_list}
    pages = [versions(CHECK), versions(markers=(MARKER,)), versions()]
    account.s3.get_paginator.return_value.paginate.return_value = pages
    account.s3.delete_objects.return_value = {}
    account.iam.get_role_policy.return_value = {"PolicyDocument": documents["iam.put_role_policy"]}
    account.iam.get_role.side_effect = None
    role = {"AssumeRolePolicyDocument": {"Statement": []}, "Tags": account.tag_list}
    account.iam.get_role.return_value = {"Role": role}
    return account


def removed(account: Recorded, **options: bool) -> list[str]:
    remover = Remover(account.access, account.journal, {REGION: SwitchedOff()}, **options)
    return [one.message for one in remover.remove([REGION])]


OF_GROUP = [
    ("logs.get_paginator", {}),
    ("logs.get_paginator().paginate", {"logGroupNamePrefix": "/own"}),
    ("logs.list_tags_for_resource", {"resourceArn": GROUP}),
    ("logs.describe_log_streams", {"logGroupName": "/own", "limit": 1}),
]
OF_BUCKET = [
    ("s3.get_bucket_tagging", OF_LOGS),
    ("s3.get_paginator", {}),
    ("s3.get_paginator().paginate", OF_LOGS),
]
DELETED_ROLE = [
    ("iam.get_role_policy", OF_POLICY),
    ("iam.delete_role_policy", OF_POLICY),
    ("iam.get_role", {"RoleName": "Own"}),
    ("iam.delete_role", {"RoleName": "Own"}),
]


def deleted(*found: dict[str, str]) -> tuple[str, dict[str, Any]]:
    return "s3.delete_objects", OF_LOGS | {"Delete": {"Objects": list(found), "Quiet": True}}


def test_what_holds_nothing_goes(account: Recorded) -> None:
    assert removed(account) == [
        f"Removed log-group /own in {REGION}.",
        f"Removed bucket logs in {REGION}.",
        f"Removed role-policy Own/{POLICY}.",
        "Removed role Own.",
    ]
    assert account.calls() == [
        *OF_GROUP,
        ("logs.delete_log_group", {"logGroupName": "/own"}),
        *OF_BUCKET,
        *OF_BUCKET[1:],
        deleted(CHECK),
        deleted(MARKER),
        ("s3.delete_bucket", OF_LOGS),
        *DELETED_ROLE,
    ]
    states = [one.changes[0].earlier for one in account.journal.records(ACCOUNT, REGION)[1:]]
    assert states == [
        {"retentionInDays": 731, "kmsKeyId": "k", "tags": account.tags},
        {"Tags": account.tags},
        {"PolicyDocument": account.iam.get_role_policy.return_value["PolicyDocument"]},
        {"AssumeRolePolicyDocument": {"Statement": []}, "Tags": account.tags},
    ]


@pytest.mark.parametrize("remove_data", [False, True])
def test_what_holds_data_goes_only_when_told(account: Recorded, remove_data: bool) -> None:
    account.logs.describe_log_streams.return_value = {"logStreams": [{"logStreamName": "s"}]}
    page = versions(CHECK, LOG, markers=(MARKER,))
    account.s3.get_paginator.return_value.paginate.return_value = [page]
    group, bucket, *_ = removed(account, remove_data=remove_data)
    deletions = [
        ("logs.delete_log_group", {"logGroupName": "/own"}),
        deleted(CHECK, LOG, MARKER),
        ("s3.delete_bucket", OF_LOGS),
        *DELETED_ROLE[1::2],
    ]
    calls = [one for one in account.calls() if ".delete" in one[0]]
    assert calls == (deletions if remove_data else DELETED_ROLE[1::2])
    if not remove_data:
        assert group == (
            f"Kept log-group /own in {REGION}: it holds log streams; --remove-data removes it "
            "with them."
        )
        assert bucket == (
            f"Kept bucket logs in {REGION}: it holds objects; --remove-data removes it with all "
            "their versions."
        )


def test_data_that_comes_meanwhile_stays(account: Recorded) -> None:
    pages = account.s3.get_paginator.return_value.paginate
    pages.side_effect = [[versions(CHECK)], [versions(CHECK, LOG)]]
    removed(account)
    assert deleted(CHECK) in account.calls()


@pytest.mark.parametrize("tags", [{}, {"prowler-bedrock-record": "another"}])
def test_what_is_another_records_stays(account: Recorded, tags: dict[str, str]) -> None:
    tag_list = [{"Key": name, "Value": value} for name, value in tags.items()]
    account.logs.list_tags_for_resource.return_value = {"tags": tags}
    account.s3.get_bucket_tagging.return_value = {"TagSet": tag_list}
    account.iam.get_role.return_value["Role"]["Tags"] = tag_list
    account.iam.get_role_policy.return_value = {"PolicyDocument": {"Statement": []}}
    foreign = "its tags do not say that a record of this journal created it"
    assert removed(account) == [
        f"Kept log-group /own in {REGION}: {foreign}.",
        f"Kept bucket logs in {REGION}: {foreign}.",
        f"Kept role-policy Own/{POLICY}: someone changed it since.",
        f"Kept role Own: {foreign}.",
    ]
    assert not [name for name, _ in account.calls() if ".delete" in name]
