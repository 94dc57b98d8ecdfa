"""Which bucket is created, completed, or only let Bedrock in, by the calls made; else why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name

from prowler_bedrock.enable.bucket_policy import delivery_statement
from prowler_bedrock.enable.plan import BucketPlan
from tests.core.account import ACCOUNT, BUCKET_WRITES
from tests.core.answers import (
    bucket_in,
    bucket_in_header,
    cause,
    encrypted,
    owned,
    refusal,
    refuse,
)
from tests.core.recorded import (
    LOOKS_WHETHER_NEW,
    OF_LOGS,
    PUT,
    SET_BY_SOMEONE,
    Recorded,
    as_new,
    set_by_someone,
    standing_bucket,
)

REGION = "eu-west-1"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/wanted"
OTHER_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/other"
SETTINGS = {"Destination": "s3", "BucketName": "logs", "KeyPrefix": "p"}
# A bucket that was begun stands already.
MADE = [f"s3.{xform_name(one)}" for one in BUCKET_WRITES if one != "CreateBucket"]


@pytest.fixture
def account(tmp_path: Path) -> Recorded:
    """The bucket stands, is a user's, and has no policy."""
    account = Recorded(tmp_path, REGION)
    stands(account)
    return account


def stands(account: Recorded) -> None:
    standing_bucket(account, granted=False)
    as_new(account)


def tagged(account: Recorded, record_id: str, **others: str) -> None:
    tags = {"prowler-bedrock-record": record_id, **others}
    account.s3.get_bucket_tagging.side_effect = None
    account.s3.get_bucket_tagging.return_value = {
        "TagSet": [{"Key": name, "Value": value} for name, value in tags.items()]
    }


def refused(account: Recorded, sentence: str) -> None:
    before = account.journal.records(ACCOUNT, REGION)
    outcome = account.outcome(SETTINGS)
    assert (outcome.result, outcome.message) == ("failed", f"{sentence} Nothing was changed.")
    assert account.writes() == []
    assert account.journal.records(ACCOUNT, REGION) == before


def test_a_denied_look_names_what_to_allow(account: Recorded) -> None:
    account.s3.get_bucket_policy.side_effect = refusal("AccessDenied")
    refused(
        account,
        f"s3:GetBucketPolicy failed in {REGION}: AccessDenied: No; allow s3:GetBucketPolicy to "
        "this principal.",
    )


@pytest.mark.parametrize("code", ["403", "Forbidden", "AccessDenied"])
def test_a_bucket_that_may_not_be_read(account: Recorded, code: str) -> None:
    account.s3.head_bucket.side_effect = refusal(code)
    refused(
        account,
        f"Bucket logs is not a bucket of account {ACCOUNT} that this principal may read ({code}): "
        "name a bucket of this account, or allow s3:ListBucket on it.",
    )


@pytest.mark.parametrize("head", [bucket_in("us-east-1"), bucket_in_header("us-east-1")])
def test_a_bucket_of_another_region(account: Recorded, head: dict[str, Any]) -> None:
    account.s3.head_bucket.side_effect = [head]
    refused(
        account,
        f"Bucket logs is in us-east-1, and Bedrock in {REGION} delivers only to a bucket of the "
        "same Region: put {region} into the bucket's name or name another bucket.",
    )


def test_a_bucket_whose_region_s3_does_not_name(account: Recorded) -> None:
    account.s3.head_bucket.side_effect = [bucket_in(None)]
    refused(
        account,
        f"Bucket logs is in a Region that S3 does not name, and Bedrock in {REGION} delivers only "
        "to a bucket of the same Region: put {region} into the bucket's name or name another "
        "bucket.",
    )


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (owned("ObjectWriter"), "ObjectWriter"),
        (owned("BucketOwnerPreferred"), "BucketOwnerPreferred"),
        (refusal("OwnershipControlsNotFoundError"), "is not set"),
    ],
)
def test_a_bucket_with_acls(account: Recorded, answer: Any, told: str) -> None:
    account.s3.get_bucket_ownership_controls.side_effect = [answer]
    refused(
        account,
        f"Bucket logs has ACLs enabled (ObjectOwnership {told}), and Bedrock delivers only to a "
        "bucket with ACLs disabled: set ObjectOwnership to BucketOwnerEnforced or name another "
        "bucket.",
    )


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("head_bucket", "s3:ListBucket"),
        ("get_bucket_ownership_controls", "s3:GetBucketOwnershipControls"),
        ("get_bucket_policy", "s3:GetBucketPolicy"),
    ],
)
def test_a_refused_look(account: Recorded, operation: str, action: str) -> None:
    refuse(account.s3, operation)
    refused(account, f"{action} failed in {REGION}: Refused: No.")


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("create_bucket", "s3:CreateBucket"),
        ("put_bucket_tagging", "s3:PutBucketTagging"),
        ("put_public_access_block", "s3:PutBucketPublicAccessBlock"),
        ("put_bucket_encryption", "s3:PutEncryptionConfiguration"),
        ("put_bucket_versioning", "s3:PutBucketVersioning"),
        ("put_bucket_policy", "s3:PutBucketPolicy"),
    ],
)
def test_a_refused_change(tmp_path: Path, operation: str, action: str) -> None:
    account = Recorded(tmp_path, REGION)
    refuse(account.s3, operation)
    outcome = account.outcome(SETTINGS)
    told = f"{action} failed in {REGION}: Refused: No."
    assert (outcome.result, cause(outcome.message)) == ("failed", told)


@pytest.mark.parametrize(("retries", "may_be_ours"), [(0, False), (1, True)])
def test_a_bucket_that_another_run_creates_at_the_same_moment(
    tmp_path: Path, retries: int, may_be_ours: bool
) -> None:
    account = Recorded(tmp_path, REGION)
    account.s3.create_bucket.side_effect = refusal("BucketAlreadyOwnedByYou", retries, 409)
    outcome = account.outcome(SETTINGS)
    assert (outcome.result, cause(outcome.message)) == (
        "failed",
        "Bucket logs was created by someone else at this moment: run again, with {region} in the "
        "bucket's name where several Regions are enabled.",
    )
    assert bool(account.record.attempted) is may_be_ours


@pytest.fixture
def begun(tmp_path: Path) -> Recorded:
    """A record created the bucket, and its tags were refused."""
    account = Recorded(tmp_path, REGION)
    account.s3.put_bucket_tagging.side_effect = refusal("Refused")
    assert account.outcome(SETTINGS).result == "failed"
    account.s3.put_bucket_tagging.side_effect = None
    stands(account)
    account.clients.reset_mock()
    return account


def test_a_bucket_that_was_begun_is_completed(begun: Recorded) -> None:
    assert begun.outcome(SETTINGS).result == "changed"
    assert begun.calls()[:8] == [("s3.head_bucket", OF_LOGS), *LOOKS_WHETHER_NEW]
    assert begun.writes() == [*MADE, PUT]


def test_one_whose_tag_names_the_record_is_completed_whatever_is_in_it(begun: Recorded) -> None:
    tagged(begun, begun.record.record_id)
    pages = [{"IsTruncated": False, "Versions": [{"Key": "log", "VersionId": "1"}]}]
    begun.s3.get_paginator.return_value.paginate.return_value = pages
    assert begun.outcome(SETTINGS).result == "changed"
    assert begun.writes() == [*MADE, PUT]


def test_one_that_has_a_policy_is_only_let_in(begun: Recorded) -> None:
    tagged(begun, begun.record.record_id)
    begun.s3.get_bucket_policy.side_effect = None
    begun.s3.get_bucket_policy.return_value = {"Policy": '{"Statement": []}'}
    assert begun.outcome(SETTINGS).result == "changed"
    assert begun.writes() == ["s3.put_bucket_policy", PUT]
    (change,) = begun.journal.records(ACCOUNT, REGION)[-1].changes
    assert (change.resource.kind, change.earlier) == ("bucket-policy", '{"Statement": []}')


def test_what_someone_set_of_one_since_stays(begun: Recorded) -> None:
    tagged(begun, begun.record.record_id, owner="them")
    begun.s3.get_bucket_encryption.return_value = encrypted("aws:kms", OTHER_KEY)
    outcome = begun.outcome({**SETTINGS, "BucketKmsKeyId": KEY})
    assert outcome.result == "changed"
    assert f"The existing bucket logs keeps its encryption ({OTHER_KEY})." in outcome.message
    assert begun.writes() == [*(one for one in MADE if "encryption" not in one), PUT]
    (given,) = (one for name, one in begun.calls() if name == "s3.put_bucket_tagging")
    put = {one["Key"]: one["Value"] for one in given["Tagging"]["TagSet"]}
    assert (put["owner"], put["prowler-bedrock"]) == ("them", "created")
    assert put["prowler-bedrock-record"] == begun.journal.records(ACCOUNT, REGION)[-1].record_id


def test_a_policy_that_someone_gives_one_meanwhile_stays(begun: Recorded) -> None:
    tagged(begun, begun.record.record_id)
    missing = refusal("NoSuchBucketPolicy")
    begun.s3.get_bucket_policy.side_effect = [missing, {"Policy": '{"Statement": []}'}]
    outcome = begun.outcome(SETTINGS)
    assert outcome.result == "failed"
    assert "Someone changed the policy of bucket logs while this change" in outcome.message
    assert "s3.put_bucket_policy" not in begun.writes()


def test_one_without_any_encryption_of_its_own_is_completed(begun: Recorded) -> None:
    missing = refusal("ServerSideEncryptionConfigurationNotFoundError")
    begun.s3.get_bucket_encryption.side_effect = missing
    assert begun.outcome(SETTINGS).result == "changed"
    assert begun.writes() == [*MADE, PUT]


@pytest.mark.parametrize("what", ["tags", "policy", "version", "marker", *SET_BY_SOMEONE])
def test_one_that_is_used_since_is_only_let_in(begun: Recorded, what: str) -> None:
    if what == "tags":
        tagged(begun, "another")
    if what == "policy":
        begun.s3.get_bucket_policy.side_effect = None
        begun.s3.get_bucket_policy.return_value = {"Policy": '{"Statement": []}'}
    if what in SET_BY_SOMEONE:
        set_by_someone(begun, what)
    member = {"version": "Versions", "marker": "DeleteMarkers"}.get(what)
    if member:
        pages = [
            {"IsTruncated": True},
            {"IsTruncated": False, member: [{"Key": "log", "VersionId": "1", "Size": 9}]},
        ]
        begun.s3.get_paginator.return_value.paginate.return_value = pages
    assert begun.outcome(SETTINGS).result == "changed"
    assert begun.writes() == ["s3.put_bucket_policy", PUT]


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("get_bucket_tagging", "s3:GetBucketTagging"),
        ("get_bucket_policy", "s3:GetBucketPolicy"),
        ("get_bucket_encryption", "s3:GetEncryptionConfiguration"),
        ("get_bucket_versioning", "s3:GetBucketVersioning"),
        ("get_bucket_lifecycle_configuration", "s3:GetLifecycleConfiguration"),
        ("get_paginator", "s3:ListBucketVersions"),
    ],
)
def test_a_refused_look_at_what_was_begun(begun: Recorded, operation: str, action: str) -> None:
    refuse(begun.s3, operation)
    refused(begun, f"{action} failed in {REGION}: Refused: No.")


@pytest.mark.parametrize("page", [{}, {"IsTruncated": "no"}])
def test_an_answer_that_lists_nothing_is_not_an_empty_bucket(
    begun: Recorded, page: dict[str, Any]
) -> None:
    begun.s3.get_paginator.return_value.paginate.return_value = [page]
    refused(
        begun,
        f"s3:ListBucketVersions failed in {REGION}: UnparsableAnswer: an answer of another shape "
        "than documented (KeyError).",
    )


@pytest.fixture
def created(tmp_path: Path) -> Recorded:
    """A record created the bucket; since, logging was turned off and the policy deleted."""
    account = Recorded(tmp_path, REGION)
    assert account.outcome(SETTINGS).result == "changed"
    account.bedrock.get_model_invocation_logging_configuration.return_value = {}
    stands(account)
    account.clients.reset_mock()
    return account


@pytest.mark.parametrize("ours", [True, False])
def test_a_bucket_of_ours_without_policy_gets_all_of_it_again(
    created: Recorded, ours: bool
) -> None:
    tagged(created, created.record.record_id if ours else "another")
    assert created.outcome(SETTINGS).result == "changed"
    assert created.writes() == ["s3.put_bucket_policy", PUT]
    (put,) = [given for name, given in created.calls() if name == "s3.put_bucket_policy"]
    effects = [one["Effect"] for one in put["Policy"]["Statement"]]
    assert effects == (["Deny", "Allow"] if ours else ["Allow"])
    assert ("s3.get_bucket_tagging", OF_LOGS) in created.calls()


def test_a_refused_look_at_its_tags(created: Recorded) -> None:
    created.s3.get_bucket_tagging.side_effect = refusal("Refused")
    refused(created, f"s3:GetBucketTagging failed in {REGION}: Refused: No.")


def test_a_policy_that_someone_puts_meanwhile_stays(account: Recorded) -> None:
    theirs = {"Policy": '{"Statement": []}'}
    account.s3.get_bucket_policy.side_effect = [refusal("NoSuchBucketPolicy"), theirs]
    assert cause(account.outcome(SETTINGS).message) == (
        "Someone changed the policy of bucket logs while this change was prepared: it stays as "
        "they left it. Run again."
    )
    account.s3.put_bucket_policy.assert_not_called()


@pytest.mark.parametrize("done", [False, True])
def test_a_policy_that_s3_returns_in_another_order_is_the_same(
    account: Recorded, done: bool
) -> None:
    theirs = {"Effect": "Deny", "Principal": {"AWS": ["1", "2"]}}
    ordered, other = ({**theirs, "Principal": {"AWS": one}} for one in (["1", "2"], ["2", "1"]))
    bucket = BucketPlan(name="logs", key_prefixes=["p"], kms_key_id=None)
    ours = delivery_statement(bucket, ACCOUNT, "aws", REGION) | {"Action": "s3:PutObject"}
    again = [other, ours] if done else [other]
    account.s3.get_bucket_policy.side_effect = [
        {"Policy": json.dumps({"Statement": one})} for one in ([ordered], again)
    ]
    assert account.outcome(SETTINGS).result == "changed"
    assert account.writes() == ([PUT] if done else ["s3.put_bucket_policy", PUT])


def test_a_policy_that_can_not_be_understood(account: Recorded) -> None:
    account.s3.get_bucket_policy.side_effect = None
    account.s3.get_bucket_policy.return_value = {"Policy": "[]"}
    refused(
        account,
        "Bucket logs: the bucket policy could not be read as a JSON policy with statements; "
        "correct it.",
    )


def test_a_policy_that_lets_bedrock_in_already_is_not_put(account: Recorded) -> None:
    assert account.outcome(SETTINGS).result == "changed"
    (put,) = [one.kwargs["Policy"] for one in account.s3.put_bucket_policy.call_args_list]
    account.s3.get_bucket_policy.side_effect = None
    account.s3.get_bucket_policy.return_value = {"Policy": put}
    account.bedrock.get_model_invocation_logging_configuration.return_value = {}
    account.clients.reset_mock()
    assert account.outcome(SETTINGS).result == "changed"
    assert account.writes() == [PUT]


@pytest.mark.parametrize(
    ("default", "told"),
    [
        (encrypted("AES256"), "keeps its encryption (no KMS key)"),
        (refusal("ServerSideEncryptionConfigurationNotFoundError"), "encryption (no KMS key)"),
        (encrypted("aws:kms"), "keeps its encryption (alias/aws/s3)"),
        (encrypted("aws:kms", OTHER_KEY), f"keeps its encryption ({OTHER_KEY})"),
        (encrypted("aws:kms", KEY), None),
        (encrypted("aws:kms", KEY.partition("/")[2]), None),
        (
            refusal("AccessDenied"),
            "Which key encrypts the existing bucket logs could not be read: "
            f"s3:GetEncryptionConfiguration failed in {REGION}: AccessDenied: No; allow",
        ),
    ],
)
def test_an_existing_bucket_that_keeps_another_encryption_is_told(
    account: Recorded, default: Any, told: str | None
) -> None:
    standing_bucket(account, granted=True)
    account.s3.get_bucket_encryption.side_effect = [default]
    outcome = account.outcome({**SETTINGS, "BucketKmsKeyId": KEY})
    assert outcome.result == "changed"
    assert ("ncrypt" in outcome.message) is (told is not None)
    assert told is None or told in outcome.message
    assert account.writes() == [PUT]


def test_encryption_that_was_not_asked_for_is_not_looked_at(account: Recorded) -> None:
    standing_bucket(account, granted=True)
    assert account.outcome(SETTINGS).result == "changed"
    account.s3.get_bucket_encryption.assert_not_called()
