"""A bucket is created private; of one that stands, only the policy grows."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from prowler_bedrock.destination.key import key_fault
from tests.core.account import ACCOUNT, BUCKET_WRITES, Account

BUCKET = "bedrock-logs"
S3 = {"Destination": "s3", "BucketName": BUCKET}


def encryption(bucket: str = BUCKET) -> Any:
    answer = boto3.client("s3").get_bucket_encryption(Bucket=bucket)
    (rule,) = answer["ServerSideEncryptionConfiguration"]["Rules"]
    return rule


def statements(bucket: str = BUCKET) -> Any:
    policy = boto3.client("s3").get_bucket_policy(Bucket=bucket)["Policy"]
    return json.loads(policy)["Statement"]


def as_sent(delivery: dict[str, Any]) -> dict[str, Any]:
    """Our statement before S3 made its lists of one value that value."""
    return {**delivery, "Action": [delivery["Action"]], "Resource": [delivery["Resource"]]}


def planned(account: Account, region: str = "us-east-1") -> Any:
    (record,) = account.records(region)
    (change,) = record.changes
    assert (change.resource.kind, change.resource.name, change.earlier) == ("bucket", BUCKET, None)
    return change.later


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_a_created_bucket_is_private(account: Account, region: str) -> None:
    outcome = account.enabler(S3).enable(region)
    assert outcome.result == "changed", outcome.message
    assert account.configuration(region)["s3Config"] == {"bucketName": BUCKET}
    s3 = boto3.client("s3", region)
    head = s3.head_bucket(Bucket=BUCKET)["ResponseMetadata"]["HTTPHeaders"]
    assert head["x-amz-bucket-region"] == region
    assert set(
        s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values()
    ) == {True}
    rules = s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    assert encryption()["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    (record,) = account.records(region)
    assert s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"] == [
        {"Key": "prowler-bedrock", "Value": "created"},
        {"Key": "prowler-bedrock-record", "Value": record.record_id},
    ]
    tls, delivery = statements()
    assert (tls["Effect"], tls["Principal"]) == ("Deny", "*")
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert tls["Resource"] == [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]
    assert delivery["Principal"] == {"Service": "bedrock.amazonaws.com"}
    assert planned(account, region) == {
        "Region": region,
        "ObjectOwnership": "BucketOwnerEnforced",
        "PublicAccessBlock": s3.get_public_access_block(Bucket=BUCKET)[
            "PublicAccessBlockConfiguration"
        ],
        "Encryption": {"SSEAlgorithm": "AES256"},
        "Versioning": "Enabled",
        "Tags": {"prowler-bedrock": "created"},
        "Policy": {"Version": "2012-10-17", "Statement": [tls, as_sent(delivery)]},
    }
    assert delivery["Action"] == "s3:PutObject"
    folder = f"arn:aws:s3:::{BUCKET}/AWSLogs/{ACCOUNT}/BedrockModelInvocationLogs"
    assert delivery["Resource"] == f"{folder}/*"
    assert delivery["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:bedrock:{region}:{ACCOUNT}:*"},
    }


def test_a_created_bucket_takes_the_given_key(account: Account) -> None:
    key = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
    assert account.enabler(S3 | {"BucketKmsKeyId": key}).enable("us-east-1").passing
    assert encryption()["ApplyServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": key,
    }
    assert encryption()["BucketKeyEnabled"] is True
    assert planned(account)["Encryption"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}


def missing_key(kms: Any) -> str:
    return f"arn:aws:kms:us-east-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"


def disabled_key(kms: Any) -> str:
    key = kms.create_key()["KeyMetadata"]
    kms.disable_key(KeyId=key["KeyId"])
    return str(key["Arn"])


def signing_key(kms: Any) -> str:
    spec = {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}
    return str(kms.create_key(**spec)["KeyMetadata"]["Arn"])


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (missing_key, "does not exist in us-east-1"),
        (disabled_key, "is Disabled"),
        (signing_key, "is no symmetric encryption key (KeySpec RSA_2048)"),
    ],
)
def test_a_key_that_can_not_be_used_is_refused_before_a_bucket_is_created(
    account: Account, key: Callable[[Any], str], why: str
) -> None:
    given = key(boto3.client("kms"))
    outcome = account.enabler(S3 | {"BucketKmsKeyId": given}).enable("us-east-1")
    assert outcome.result == "failed"
    assert outcome.message == (
        f"KMS key {given} for the buckets {why}: give BucketKmsKeyId an enabled symmetric key. "
        "Nothing was changed."
    )
    assert account.writes() == []
    assert account.records() == []


def test_the_key_of_a_bucket_that_stands_is_not_looked_at(account: Account) -> None:
    boto3.client("s3").create_bucket(Bucket=BUCKET, ObjectOwnership="BucketOwnerEnforced")
    given = missing_key(boto3.client("kms"))
    outcome = account.enabler(S3 | {"BucketKmsKeyId": given}).enable("us-east-1")
    assert outcome.result == "changed", outcome.message
    assert "DescribeKey" not in account.calls


def test_a_bucket_alone_needs_no_role_and_no_log_group(account: Account) -> None:
    account.enabler(S3).enable("us-east-1")
    services = [call for call in account.calls if "Role" in call or "Log" in call]
    assert services == [
        "GetModelInvocationLoggingConfiguration",
        # Again right before the Put: what someone changed meanwhile is not replaced.
        "GetModelInvocationLoggingConfiguration",
        "PutModelInvocationLoggingConfiguration",
        "GetModelInvocationLoggingConfiguration",
    ]


def test_of_an_existing_bucket_only_the_policy_grows(account: Account) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET, ObjectOwnership="BucketOwnerEnforced")
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Statement": deny}))
    theirs = s3.get_bucket_policy(Bucket=BUCKET)["Policy"]
    assert account.enabler(S3 | {"KeyPrefix": "a"}).enable("us-east-1").result == "changed"
    assert account.writes() == ["PutBucketPolicy", "PutModelInvocationLoggingConfiguration"]
    (delivery,) = statements()[1:]
    folder = f"arn:aws:s3:::{BUCKET}/a/AWSLogs/{ACCOUNT}/BedrockModelInvocationLogs"
    assert delivery["Resource"] == f"{folder}/*"
    (record,) = account.records()
    (change,) = record.changes
    sent = theirs.removesuffix("]}") + f",{json.dumps(as_sent(delivery))}]}}"
    assert (change.earlier, json.loads(change.later)) == (theirs, json.loads(sent))
    assert change.later.startswith(theirs.removesuffix("]}") + ",{")


def test_a_bucket_that_lets_bedrock_in_already_is_left_alone(account: Account) -> None:
    account.enabler(S3).enable("us-east-1")
    boto3.client("bedrock").delete_model_invocation_logging_configuration()
    account.calls.clear()
    assert account.enabler(S3).enable("us-east-1").result == "changed"
    assert account.writes() == ["PutModelInvocationLoggingConfiguration"]


@pytest.mark.parametrize("refused", [None, "PutModelInvocationLoggingConfiguration"])
def test_in_a_bucket_of_others_our_statement_is_recognized(
    account: Account, refused: str | None
) -> None:
    boto3.client("s3").create_bucket(Bucket=BUCKET, ObjectOwnership="BucketOwnerEnforced")
    if refused:
        account.faults[refused] = [("ThrottlingException", "Slow.")]
    account.enabler(S3).enable("us-east-1")
    boto3.client("bedrock").delete_model_invocation_logging_configuration()
    account.calls.clear()
    assert account.enabler(S3).enable("us-east-1").result == "changed"
    assert account.writes() == ["PutModelInvocationLoggingConfiguration"]


def test_large_data_in_the_same_bucket_is_one_statement(account: Account) -> None:
    outcome = account.enabler(
        S3 | {"Destination": "both", "KeyPrefix": "a", "LargeDataBucketName": BUCKET}
    ).enable("us-east-1")
    assert outcome.result == "changed", outcome.message
    assert account.calls.count("CreateBucket") == 1
    (delivery,) = statements()[1:]
    assert len(delivery["Resource"]) == 2
    config = account.configuration()
    assert config["cloudWatchConfig"]["largeDataDeliveryS3Config"] == {"bucketName": BUCKET}
    assert config["s3Config"] == {"bucketName": BUCKET, "keyPrefix": "a"}


@pytest.mark.parametrize("restoring", [False, True])
def test_a_policy_that_someone_puts_meanwhile_stays(account: Account, restoring: bool) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET, ObjectOwnership="BucketOwnerEnforced")
    if restoring:
        account.enabler(S3).enable("us-east-1")
    theirs = {"Version": "2012-10-17", "Statement": []}

    def put() -> None:
        s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(theirs))

    account.before["GetBucketPolicy"] = lambda: account.before.update(GetBucketPolicy=put)
    act = account.restorer().restore if restoring else account.enabler(S3).enable
    outcome = act("us-east-1")
    assert outcome.result == "failed"
    assert (
        f"Someone changed the policy of bucket {BUCKET} while this change was prepared: it stays "
        "as they left it. Run again."
    ) in outcome.message
    assert statements() == []


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
@pytest.mark.parametrize("denied", BUCKET_WRITES)
def test_a_half_created_bucket_is_completed(account: Account, region: str, denied: str) -> None:
    account.faults[denied] = [("AccessDenied", "No.")]
    failed = account.enabler(S3).enable(region)
    assert failed.result == "failed"
    account.calls.clear()
    assert account.enabler(S3).enable(region).result == "changed"
    assert account.calls.count("PutBucketPolicy") == 1
    assert set(BUCKET_WRITES[1:]) <= set(account.calls), "all of it is done again"


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
@pytest.mark.parametrize("removed_by", ["us", "someone"])
@pytest.mark.parametrize("denied", ["PutBucketTagging", "PutPublicAccessBlock"])
def test_a_bucket_that_is_created_again_is_completed_too(
    account: Account, region: str, removed_by: str, denied: str
) -> None:
    s3 = boto3.client("s3", region)
    assert account.enabler(S3).enable(region).result == "changed"
    assert account.restorer().restore(region).result == "changed"
    if removed_by == "us":
        assert [one.result for one in account.remover().remove([region])] == ["removed"]
    else:
        s3.delete_bucket(Bucket=BUCKET)
    account.faults[denied] = [("AccessDenied", "No.")]
    assert account.enabler(S3).enable(region).result == "failed"
    account.calls.clear()
    assert account.enabler(S3).enable(region).result == "changed"
    assert [one for one in BUCKET_WRITES[1:] if one in account.calls] == BUCKET_WRITES[1:]
    assert account.restorer().restore(region).result == "changed"
    assert [one.result for one in account.remover().remove([region])] == ["removed"]


def test_a_bucket_that_someone_makes_after_a_refusal_is_theirs(account: Account) -> None:
    account.faults["CreateBucket"] = [("AccessDenied", "No.")]
    account.enabler(S3).enable("us-east-1")
    assert account.records()[0].attempted == []
    boto3.client("s3").create_bucket(Bucket=BUCKET, ObjectOwnership="BucketOwnerEnforced")
    account.calls.clear()
    assert account.enabler(S3).enable("us-east-1").result == "changed"
    assert account.writes() == ["PutBucketPolicy", "PutModelInvocationLoggingConfiguration"]
    assert account.restorer().restore("us-east-1").result == "changed"
    assert account.remover().remove(["us-east-1"]) == []


@pytest.mark.parametrize("what", ["object", "policy", "tags"])
def test_a_bucket_that_someone_else_made_meanwhile_is_not_taken_over(
    account: Account, what: str
) -> None:
    account.faults["CreateBucket"] = [("SlowDown", "Slow.")]
    account.enabler(S3).enable("us-east-1")
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET, ObjectOwnership="BucketOwnerEnforced")
    if what == "object":
        s3.put_object(Bucket=BUCKET, Key="theirs")
    elif what == "policy":
        s3.put_bucket_policy(Bucket=BUCKET, Policy='{"Statement": []}')
    else:
        s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    account.calls.clear()
    assert account.enabler(S3).enable("us-east-1").result == "changed"
    assert account.writes() == ["PutBucketPolicy", "PutModelInvocationLoggingConfiguration"]


def test_a_bucket_that_another_run_creates_at_the_same_moment(account: Account) -> None:
    account.before["CreateBucket"] = lambda: _other_run(account)
    outcome = account.enabler(S3).enable("eu-west-1")
    assert outcome.result == "failed"
    assert "was created by someone else at this moment: run again" in outcome.message
    assert account.enabler(S3).enable("eu-west-1").passing


@pytest.mark.parametrize("looked", [True, False])
@pytest.mark.parametrize("what", ["tags", "encryption", "versioning", "lifecycle", "object"])
def test_where_s3_does_not_refuse_to_create_one_again_it_is_left_as_it_is(
    account: Account, what: str, looked: bool
) -> None:
    s3: Any = boto3.client("s3")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    expiration = {"Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 400}}
    their = {"Bucket": BUCKET}

    def person() -> None:
        s3.create_bucket(**their, ObjectOwnership="BucketOwnerEnforced")
        if what == "tags":
            s3.put_bucket_tagging(**their, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
        if what == "encryption":
            s3.put_bucket_encryption(**their, ServerSideEncryptionConfiguration={"Rules": [rule]})
        if what == "versioning":
            s3.put_bucket_versioning(**their, VersioningConfiguration={"Status": "Suspended"})
        if what == "lifecycle":
            rules = {"Rules": [expiration]}
            s3.put_bucket_lifecycle_configuration(**their, LifecycleConfiguration=rules)
        if what == "object":
            s3.put_object(**their, Key="theirs")

    if looked:
        account.before["HeadBucket"] = lambda: account.before.update(HeadBucket=person)
    else:
        account.before["CreateBucket"] = person
    outcome = account.enabler(S3).enable("us-east-1")
    assert outcome.result == "failed"
    assert "was created by someone else at this moment: run again" in outcome.message
    assert account.writes() == ([] if looked else ["CreateBucket"])
    assert account.records()[0].attempted == []
    account.calls.clear()
    assert account.enabler(S3).enable("us-east-1").result == "changed"
    assert account.writes() == ["PutBucketPolicy", "PutModelInvocationLoggingConfiguration"]


def _other_run(account: Account) -> None:
    other = Account(Path(account.journal.place))
    assert other.enabler(S3).enable("eu-west-1").result == "changed"


NOT_VALID = ("ValidationException", "Failed to validate permissions for bucket: b.")


def test_put_is_retried_while_a_new_bucket_policy_settles(account: Account) -> None:
    account.faults["PutModelInvocationLoggingConfiguration"] = [NOT_VALID] * 3
    assert account.enabler(S3).enable("us-east-1").result == "changed"
    assert account.calls.count("PutModelInvocationLoggingConfiguration") == 4


def test_put_is_not_retried_for_a_bucket_that_did_not_change(account: Account) -> None:
    account.enabler(S3).enable("us-east-1")
    boto3.client("bedrock").delete_model_invocation_logging_configuration()
    account.calls.clear()
    account.faults["PutModelInvocationLoggingConfiguration"] = [NOT_VALID] * 2
    outcome = account.enabler(S3).enable("us-east-1")
    assert outcome.result == "failed"
    assert "KMS key policy must let bedrock.amazonaws.com write" in outcome.message
    assert account.calls.count("PutModelInvocationLoggingConfiguration") == 1


@pytest.mark.parametrize("ours", [True, False])
def test_a_bucket_of_ours_that_lost_its_policy_gets_all_of_it_again(
    account: Account, ours: bool
) -> None:
    account.enabler(S3).enable("us-east-1")
    s3, bedrock = boto3.client("s3"), boto3.client("bedrock")
    created = statements()
    s3.delete_bucket_policy(Bucket=BUCKET)
    if not ours:  # deleted, and made again by someone
        s3.delete_bucket(Bucket=BUCKET)
        s3.create_bucket(Bucket=BUCKET, ObjectOwnership="BucketOwnerEnforced")
    bedrock.delete_model_invocation_logging_configuration()
    assert account.enabler(S3).enable("us-east-1").result == "changed"
    assert statements() == (created if ours else created[-1:])
    assert account.restorer().restore("us-east-1").result == "changed"
    with pytest.raises(s3.exceptions.ClientError, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket=BUCKET)


def test_a_key_whose_primary_region_changes_can_encrypt() -> None:
    assert key_fault({"KeyState": "Updating"}) is None
    assert key_fault({"KeyState": "Creating"}) == "is Creating"
