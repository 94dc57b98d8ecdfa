"""Every way in which delivery breaks is seen, and no healthy Region fails."""

from __future__ import annotations

import pytest

from fixtures.breakages import BROKEN_DESTINATIONS, Breakage
from prowler_bedrock.destination.judge import judge_destination
from prowler_bedrock.logging_configuration.judge import Verdict
from prowler_bedrock.logging_configuration.read import read_logging_configuration
from tests.destination.conftest import Broken


def judged(broken: Broken, region: str) -> Verdict:
    observation = read_logging_configuration(broken.access.client("bedrock", region))
    verdict = judge_destination(broken.access, region, observation)
    assert verdict is not None
    return verdict


@pytest.mark.parametrize(
    "breakage", BROKEN_DESTINATIONS, ids=lambda one: one.name.replace(" ", "-")
)
def test_each_breakage_has_its_verdict(broken: Broken, breakage: Breakage) -> None:
    region = broken.region(breakage.name)
    verdict = judged(broken, region)
    assert verdict.status == breakage.status, verdict.status_extended
    assert breakage.says in verdict.status_extended


def test_calls_per_region(broken: Broken) -> None:
    """What docs/checks.md says: CloudWatch 4, each bucket 5, each KMS key 3."""
    region = broken.region("nothing")
    observation = read_logging_configuration(broken.access.client("bedrock", region))
    broken.account.clear_calls()
    judge_destination(broken.access, region, observation)
    operations = sorted(call["operation"] for call in broken.account.calls())
    assert operations == sorted(
        [
            *("DescribeLogGroups", "GetRole", "SimulateCustomPolicy", "SimulatePrincipalPolicy"),
            *("HeadBucket", "GetBucketOwnershipControls", "GetBucketPolicy") * 2,
            *("SimulateCustomPolicy", "GetBucketEncryption") * 2,
            # The log group and one of the two buckets are encrypted with a key.
            *("DescribeKey", "GetKeyPolicy", "SimulateCustomPolicy") * 2,
        ]
    )


LOG_GROUP = "/aws/bedrock/modelinvocations"
STREAM = (
    "arn:aws:logs:{region}:123456789012:log-group:/aws/bedrock/modelinvocations"
    ":log-stream:aws/bedrock/modelinvocations"
)
ROLE = "role arn:aws:iam::123456789012:role/Delivery-{region}"
KEY = "KMS key arn:aws:kms:{region}:123456789012:key/{key}"
BUCKET_REPAIR = (
    "allow s3:PutObject to bedrock.amazonaws.com on "
    "invocations/AWSLogs/123456789012/BedrockModelInvocationLogs/* in the bucket policy."
)
ASSUME = "sts:AssumeRole for bedrock.amazonaws.com in {region}"
PUT_OBJECT = "s3:PutObject for bedrock.amazonaws.com"
# What follows "cannot deliver: ", or for the last one "may not be able to deliver: ".
SENTENCES = {
    "log group deleted": (
        f"log group {LOG_GROUP} does not exist: create it in {{region}} or choose another one."
    ),
    "role deleted": f"{ROLE} does not exist: create it or configure another one.",
    "role's policy deleted": (
        f"logs:CreateLogStream on {STREAM} is not allowed by the policies of {ROLE}: "
        f"allow logs:CreateLogStream there; logs:PutLogEvents on {STREAM} is not allowed by "
        f"the policies of {ROLE}: allow logs:PutLogEvents there."
    ),
    "another policy of the role denies": (
        f"logs:PutLogEvents on {STREAM} is denied by a statement of the policies of {ROLE}: "
        "change that statement."
    ),
    "role's permissions boundary leaves logs out": (
        f"logs:CreateLogStream on {STREAM} is not allowed by the permissions boundary beside the "
        f"policies of {ROLE}: allow it in the boundary too; logs:PutLogEvents on {STREAM} is not "
        f"allowed by the permissions boundary beside the policies of {ROLE}: allow it in the "
        "boundary too."
    ),
    "role trusts another service": (
        f"{ASSUME} is not allowed by the trust policy of {ROLE}: trust bedrock.amazonaws.com with "
        "aws:SourceAccount 123456789012."
    ),
    "log group's and bucket's KMS key disabled": (
        f"{KEY} of log group {LOG_GROUP} is Disabled: enable the key or use another one; "
        f"{KEY} of bucket logs-{{region}} is Disabled: enable the key or use another one."
    ),
    "key policy refuses Bedrock": (
        "kms:GenerateDataKey for bedrock.amazonaws.com is not allowed by the policy of "
        f"{KEY} of bucket logs-{{region}}: allow kms:GenerateDataKey to bedrock.amazonaws.com in "
        "the key policy."
    ),
    "key policy refuses CloudWatch Logs": (
        "kms:GenerateDataKey for logs.{region}.amazonaws.com is not allowed by the policy of "
        f"{KEY} of log group {LOG_GROUP}: allow kms:GenerateDataKey to "
        "logs.{region}.amazonaws.com in the key policy; "
        "kms:Decrypt for logs.{region}.amazonaws.com is not allowed by the policy of "
        f"{KEY} of log group {LOG_GROUP}: allow kms:Decrypt to "
        "logs.{region}.amazonaws.com in the key policy."
    ),
    "bucket deleted": (
        "bucket logs-{region} does not exist: create it in {region} or choose another one."
    ),
    "bucket now in another Region": (
        "bucket logs-{region} is in us-east-1: use a bucket in {region}."
    ),
    "bucket with ACLs enabled": (
        "bucket logs-{region} has ACLs enabled: set its Object Ownership to BucketOwnerEnforced."
    ),
    "bucket policy deleted": f"bucket logs-{{region}} has no policy: {BUCKET_REPAIR}",
    "bucket policy allows another prefix": (
        f"{PUT_OBJECT} is not allowed by the policy of bucket logs-{{region}}: {BUCKET_REPAIR}"
    ),
    "bucket policy denies every write": (
        f"{PUT_OBJECT} is denied by a statement of the policy of bucket logs-{{region}}: "
        "change that statement."
    ),
    "bucket policy depends on a key that is not known": (
        f"{PUT_OBJECT} depends on aws:SourceVpce in the policy of bucket logs-{{region}}, whose "
        "value is not known here."
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_the_whole_sentence_of_each_kind(broken: Broken, name: str) -> None:
    region = broken.region(name)
    verdict = judged(broken, region)
    known = "cannot" if verdict.status == "FAIL" else "may not be able to"
    (key,) = broken.access.client("kms", region).list_keys()["Keys"]
    sentence = SENTENCES[name].format(region=region, key=key["KeyId"])
    begin = f"Bedrock Model Invocation Logging {known} deliver: "
    assert verdict.status_extended == f"{begin}{sentence}"


def test_the_whole_sentence_of_a_region_that_delivers(broken: Broken) -> None:
    region = broken.region("nothing")
    verdict = judged(broken, region)
    assert verdict.status_extended == (
        "Bedrock Model Invocation Logging can be delivered to CloudWatch Log Group: "
        f"{LOG_GROUP} and S3 Bucket: large-{region} and S3 Bucket: logs-{region} by all policies "
        "that the account can read."
    )


@pytest.mark.parametrize(
    ("operation", "action", "what"),
    [
        ("DescribeLogGroups", "logs:DescribeLogGroups", f"log group {LOG_GROUP}"),
        ("GetRole", "iam:GetRole", ROLE),
        ("SimulateCustomPolicy", "iam:SimulateCustomPolicy", ROLE),
        (
            "SimulatePrincipalPolicy",
            "iam:SimulatePrincipalPolicy",
            f"what {ROLE} may do",
        ),
        ("HeadBucket", "s3:ListBucket", "bucket logs-{region}"),
        (
            "GetBucketOwnershipControls",
            "s3:GetBucketOwnershipControls",
            "the object ownership of bucket logs-{region}",
        ),
        ("GetBucketPolicy", "s3:GetBucketPolicy", "the policy of bucket logs-{region}"),
        (
            "GetBucketEncryption",
            "s3:GetEncryptionConfiguration",
            "the encryption of bucket logs-{region}",
        ),
        ("DescribeKey", "kms:DescribeKey", f"the KMS key of log group {LOG_GROUP}"),
        ("GetKeyPolicy", "kms:GetKeyPolicy", "the KMS key of bucket logs-{region}"),
    ],
)
def test_what_can_not_be_read_is_manual(
    broken: Broken, operation: str, action: str, what: str
) -> None:
    region = broken.region("nothing")
    observation = read_logging_configuration(broken.access.client("bedrock", region))
    broken.account.set_faults({"kind": "denied", "service": None, "operation": operation})
    try:
        verdict = judge_destination(broken.access, region, observation)
    finally:
        broken.account.clear_faults()
    assert verdict is not None
    assert verdict.status == "MANUAL", verdict.status_extended
    place = "" if action.startswith("iam:") else f" in {region}"
    told = f"{what.format(region=region)} could not be read: {action} failed{place}: Access"
    assert told in verdict.status_extended
    assert f"; allow {action} to this principal" in verdict.status_extended
