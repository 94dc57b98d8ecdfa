"""What is wrong with a destination, or could not be read, is told whole."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.validate import ParamValidator

from prowler_bedrock.destination.judge import judge_destination
from prowler_bedrock.logging_configuration.judge import Verdict
from prowler_bedrock.logging_configuration.model import NotOffered, Observation, Unreadable
from prowler_bedrock.logging_configuration.read import parse_answer
from tests.core.account import ACCOUNT
from tests.core.answers import bucket_in, bucket_in_header, owned, refusal, refuse
from tests.core.simulated import GROUP, ROLE, Simulated, key_metadata, policy


def test_an_action_that_the_simulator_is_silent_about_is_not_known() -> None:
    account = Simulated()
    iam = account.access.client("iam", None)
    iam.simulate_principal_policy.side_effect = lambda **_: {"EvaluationResults": []}
    (told,) = account.log_group()
    assert "iam:SimulatePrincipalPolicy failed: UnparsableAnswer" in told


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"EvalDecision": "allowed"}, None),
        (
            {"EvalDecision": "implicitDeny"},
            "{0} on {1} is not allowed by the policies of {2}: allow {0} there.",
        ),
        (
            {"EvalDecision": "explicitDeny"},
            "{0} on {1} is denied by a statement of the policies of {2}: change that statement.",
        ),
        (
            {
                "EvalDecision": "implicitDeny",
                "PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False},
            },
            "{0} on {1} is not allowed by the permissions boundary beside the policies of {2}: "
            "allow it in the boundary too.",
        ),
        (
            {
                "EvalDecision": "implicitDeny",
                "PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": True},
            },
            "{0} on {1} is not allowed by the policies of {2}: allow {0} there.",
        ),
        *[
            (
                {
                    "EvalDecision": decision,
                    "MissingContextValues": missing,
                    "PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False},
                    "OrganizationsDecisionDetail": {"AllowedByOrganizations": False},
                },
                "{0} on {1} is not allowed by the organization's service control policies: "
                "change them in its management account.",
            )
            for decision, missing in [("explicitDeny", []), ("implicitDeny", ["aws:a"])]
        ],
        (
            {
                "EvalDecision": "implicitDeny",
                "OrganizationsDecisionDetail": {"AllowedByOrganizations": True},
            },
            "{0} on {1} is not allowed by the policies of {2}: allow {0} there.",
        ),
        (
            {
                "EvalDecision": "allowed",
                "MissingContextValues": ["aws:a"],
                "ResourceSpecificResults": [
                    {
                        "EvalResourceDecision": "allowed",
                        "MissingContextValues": ["aws:b", "aws:a"],
                    }
                ],
            },
            "{0} on {1} depends on aws:a, aws:b in the policies of {2}, whose value is not known "
            "here.",
        ),
        (
            {
                "EvalDecision": "implicitDeny",
                "ResourceSpecificResults": [
                    {
                        "EvalResourceDecision": "implicitDeny",
                        "PermissionsBoundaryDecisionDetail": {
                            "AllowedByPermissionsBoundary": False
                        },
                    }
                ],
            },
            "{0} on {1} is not allowed by the permissions boundary beside the policies of {2}: "
            "allow it in the boundary too.",
        ),
        (
            {"EvalDecision": "something new"},
            "{0} on {1} is not allowed by the policies of {2}: allow {0} there.",
        ),
    ],
)
def test_each_decision_is_told(answer: dict[str, Any], told: str | None) -> None:
    account = Simulated()
    iam = account.access.client("iam", None)
    iam.simulate_principal_policy.side_effect = lambda ActionNames, **_: {  # noqa: N803
        "EvaluationResults": [{"EvalActionName": one, **answer} for one in ActionNames]
    }
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"] if told else []
    streams = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:{GROUP}:log-stream"
    stream = f"{streams}:aws/bedrock/modelinvocations"
    assert account.log_group() == [str(told).format(one, stream, ROLE) for one in actions]


@pytest.mark.parametrize(
    ("decision", "of_resource"),
    [("allowed", "implicitDeny"), ("implicitDeny", "allowed"), ("explicitDeny", "implicitDeny")],
)
def test_decisions_that_contradict_each_other_are_not_known(
    decision: str, of_resource: str
) -> None:
    account = Simulated()
    iam = account.access.client("iam", None)
    specific = [{"EvalResourceDecision": of_resource}]
    answer = {"EvalDecision": decision, "ResourceSpecificResults": specific}
    iam.simulate_principal_policy.side_effect = lambda ActionNames, **_: {  # noqa: N803
        "EvaluationResults": [{"EvalActionName": one, **answer} for one in ActionNames]
    }
    (told,) = account.log_group()
    assert "iam:SimulatePrincipalPolicy failed: UnparsableAnswer" in told


KEY = "the KMS key of {}"
READ = "by all policies that the account can read"


@pytest.mark.parametrize(
    ("operation", "action", "told"),
    [
        ("logs.get_paginator", "logs:DescribeLogGroups", [f"log group {GROUP}"]),
        ("iam.get_role", "iam:GetRole", [ROLE]),
        (
            "iam.simulate_custom_policy",
            "iam:SimulateCustomPolicy",
            [
                KEY.format(f"log group {GROUP}"),
                ROLE,
                "the policy of bucket b",
                KEY.format("bucket b"),
            ],
        ),
        ("iam.simulate_principal_policy", "iam:SimulatePrincipalPolicy", [f"what {ROLE} may do"]),
        ("s3.head_bucket", "s3:ListBucket", ["bucket b"]),
        (
            "s3.get_bucket_ownership_controls",
            "s3:GetBucketOwnershipControls",
            ["the object ownership of bucket b"],
        ),
        ("s3.get_bucket_policy", "s3:GetBucketPolicy", ["the policy of bucket b"]),
        (
            "s3.get_bucket_encryption",
            "s3:GetEncryptionConfiguration",
            ["the encryption of bucket b"],
        ),
        (
            "kms.describe_key",
            "kms:DescribeKey",
            [KEY.format(f"log group {GROUP}"), KEY.format("bucket b")],
        ),
        (
            "kms.get_key_policy",
            "kms:GetKeyPolicy",
            [KEY.format(f"log group {GROUP}"), KEY.format("bucket b")],
        ),
    ],
)
def test_a_refused_call_leaves_what_it_reads_unknown(
    operation: str, action: str, told: list[str]
) -> None:
    account = Simulated()
    service, _, method = operation.partition(".")
    refuse(account.access.client(service, None if service == "iam" else "eu-west-1"), method)
    place = "" if service == "iam" else " in eu-west-1"
    assert account.log_group() + account.bucket() == [
        f"{what} could not be read: {action} failed{place}: Refused: No." for what in told
    ]


def encrypted(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"ServerSideEncryptionConfiguration": {"Rules": list(rules)}}


def by_default(**default: str) -> dict[str, Any]:
    return {"ApplyServerSideEncryptionByDefault": default}


GRANT = (
    f"allow s3:PutObject to bedrock.amazonaws.com on p/AWSLogs/{ACCOUNT}/"
    "BedrockModelInvocationLogs/* in the bucket policy."
)
ACLS = "bucket b has ACLs enabled: set its Object Ownership to BucketOwnerEnforced."
UNKNOWN_SHAPE = (
    "the encryption of bucket b could not be read: s3:GetEncryptionConfiguration failed in "
    "eu-west-1: UnparsableAnswer: an answer of another shape than documented (ValueError)."
)


@pytest.mark.parametrize(
    ("method", "answer", "told"),
    [
        (
            "head_bucket",
            refusal("404"),
            ["bucket b does not exist: create it in eu-west-1 or choose another one."],
        ),
        (
            "head_bucket",
            bucket_in_header("us-east-1"),
            ["bucket b is in us-east-1: use a bucket in eu-west-1."],
        ),
        (
            "head_bucket",
            bucket_in(None),
            ["S3 does not tell the Region of bucket b: see whether it is eu-west-1."],
        ),
        (
            "head_bucket",
            refusal("Forbidden"),
            [
                "bucket b could not be read: s3:ListBucket failed in eu-west-1: AccessDenied: the "
                f"bucket is of another account than {ACCOUNT}, or may not be read; allow "
                "s3:ListBucket to this principal."
            ],
        ),
        (
            "get_bucket_ownership_controls",
            owned("ObjectWriter"),
            [ACLS],
        ),
        (
            "get_bucket_ownership_controls",
            refusal("OwnershipControlsNotFoundError"),
            [ACLS],
        ),
        ("get_bucket_policy", refusal("NoSuchBucketPolicy"), [f"bucket b has no policy: {GRANT}"]),
        (
            "get_bucket_policy",
            {"Policy": "[]"},
            ["the policy of bucket b could not be read: UnparsableAnswer (AttributeError)."],
        ),
        (
            "get_bucket_encryption",
            refusal("ServerSideEncryptionConfigurationNotFoundError"),
            [],
        ),
        ("get_bucket_encryption", encrypted(by_default(SSEAlgorithm="AES256")), []),
        (
            "get_bucket_encryption",
            encrypted({"BucketKeyEnabled": True}, by_default(SSEAlgorithm="AES256")),
            [],
        ),
        ("get_bucket_encryption", encrypted(), [UNKNOWN_SHAPE]),
    ],
)
def test_what_is_wrong_with_a_bucket_is_told(method: str, answer: Any, told: list[str]) -> None:
    account = Simulated()
    called = getattr(account.access.client("s3", "eu-west-1"), method)
    called.side_effect = [answer]
    assert account.bucket() == told


def test_a_bucket_whose_region_is_not_told_is_manual() -> None:
    account = Simulated()
    account.access.client("s3", "eu-west-1").head_bucket.return_value = bucket_in(None)
    config = {"s3Config": {"bucketName": "b"}}
    found = judge_destination(account.access, "eu-west-1", parse_answer({"loggingConfig": config}))
    assert found is not None
    assert found.status == "MANUAL"


@pytest.mark.parametrize("log_class", ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY", None])
def test_a_log_group_for_the_logs_of_lambda_is_told(log_class: str | None) -> None:
    group = {"logGroupName": GROUP} | ({"logGroupClass": log_class} if log_class else {})
    answer = {"logGroups": [group]}
    model = boto3.client("logs", "eu-west-1").meta.service_model
    report = ParamValidator().validate(
        answer, model.operation_model("DescribeLogGroups").output_shape
    )
    assert not report.has_errors(), report.generate_report()
    # The oldest botocore that is supported has no DELIVERY yet.
    assert log_class in (None, "DELIVERY", *model.shape_for("LogGroupClass").enum)
    account = Simulated()
    logs = account.access.client("logs", "eu-west-1")
    logs.get_paginator.return_value.paginate.return_value = [answer]
    config = {"cloudWatchConfig": WHOLE["cloudWatchConfig"]}
    found = judge_destination(account.access, "eu-west-1", parse_answer({"loggingConfig": config}))
    assert found is not None
    if log_class != "DELIVERY":
        assert found.status == "PASS", found.status_extended
        return
    assert found.status == "MANUAL"
    assert account.log_group() == [
        f"log group {GROUP} is of class DELIVERY, which AWS has for logs of Lambda only, and keeps "
        "for a day: use one of another class."
    ]


OWN_KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"


def test_a_class_and_a_key_are_both_told() -> None:
    account = Simulated()
    group = {"logGroupName": GROUP, "logGroupClass": "DELIVERY", "kmsKeyId": OWN_KEY}
    logs = account.access.client("logs", "eu-west-1")
    logs.get_paginator.return_value.paginate.return_value = [{"logGroups": [group]}]
    disabled = {"KeyMetadata": key_metadata(OWN_KEY, KeyState="Disabled")}
    account.access.client("kms", "eu-west-1").describe_key.return_value = disabled
    of_class, of_key = account.log_group()
    assert "is of class DELIVERY" in of_class
    assert f"KMS key {OWN_KEY} of log group {GROUP} is Disabled" in of_key


@pytest.mark.parametrize(
    ("algorithm", "key"), [("aws:kms", OWN_KEY), ("aws:kms:dsse", OWN_KEY), ("aws:kms", "")]
)
def test_the_key_of_a_bucket_is_looked_at(algorithm: str, key: str) -> None:
    account = Simulated()
    default = by_default(SSEAlgorithm=algorithm, **({"KMSMasterKeyID": key} if key else {}))
    s3, kms = (account.access.client(one, "eu-west-1") for one in ("s3", "kms"))
    s3.get_bucket_encryption.return_value = encrypted(default)
    assert account.bucket() == []
    kms.describe_key.assert_called_once_with(KeyId=key or "alias/aws/s3")


@pytest.mark.parametrize(
    ("described", "told"),
    [
        (
            {"KeyState": "PendingDeletion", "KeySpec": "RSA_2048"},
            "KMS key {} of {} is PendingDeletion: enable the key or use another one.",
        ),
        (
            {"KeySpec": "RSA_2048"},
            "KMS key {} of {} is no symmetric encryption key (KeySpec RSA_2048): use a key of "
            "KeySpec SYMMETRIC_DEFAULT.",
        ),
        (
            {"KeyUsage": "SIGN_VERIFY"},
            "KMS key {} of {} is no symmetric encryption key (KeyUsage SIGN_VERIFY): use a key of "
            "KeySpec SYMMETRIC_DEFAULT.",
        ),
        (
            {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
            "KMS key {} of {} is no symmetric encryption key (KeySpec HMAC_256): use a key of "
            "KeySpec SYMMETRIC_DEFAULT.",
        ),
        ({}, None),
    ],
)
def test_what_is_wrong_with_a_key_is_told(described: dict[str, str], told: str | None) -> None:
    account = Simulated()
    kms = account.access.client("kms", "eu-west-1")
    metadata = key_metadata(OWN_KEY, **described)
    kms.describe_key.return_value = {"KeyMetadata": metadata}
    said = [told] if told else []
    assert account.bucket() == [one.format(OWN_KEY, "bucket b") for one in said]
    assert account.log_group() == [one.format(OWN_KEY, f"log group {GROUP}") for one in said]


def name_key(account: Simulated, key: str) -> None:
    """Let the bucket name its key so."""
    s3 = account.access.client("s3", "eu-west-1")
    default = by_default(SSEAlgorithm="aws:kms", KMSMasterKeyID=key)
    s3.get_bucket_encryption.return_value = encrypted(default)


NOT_BY_ARN = (
    "bucket b does not name KMS key {} by its ARN, as it must where a service writes: name the key "
    "by its ARN in the bucket's default encryption."
)


@pytest.mark.parametrize("key", ["alias/own", "k", OWN_KEY.replace("key/k", "alias/own")])
def test_a_key_that_a_bucket_names_otherwise_than_by_its_arn_is_told(key: str) -> None:
    account = Simulated()
    name_key(account, key)
    assert account.bucket() == [NOT_BY_ARN.format(key)]
    config = {"s3Config": {"bucketName": "b"}}
    found = judge_destination(account.access, "eu-west-1", parse_answer({"loggingConfig": config}))
    assert found is not None
    assert found.status == "MANUAL"
    disabled = {"KeyMetadata": key_metadata(OWN_KEY, KeyState="Disabled")}
    account.access.client("kms", "eu-west-1").describe_key.return_value = disabled
    assert account.bucket() == [
        f"KMS key {OWN_KEY} of bucket b is Disabled: enable the key or use another one.",
        NOT_BY_ARN.format(key),
    ]


@pytest.mark.parametrize("key", ["", "alias/aws/s3"])
def test_the_key_of_aws_has_one_sentence(key: str) -> None:
    account = Simulated()
    name_key(account, key)
    metadata = key_metadata(OWN_KEY, KeyManager="AWS")
    account.access.client("kms", "eu-west-1").describe_key.return_value = {"KeyMetadata": metadata}
    assert account.bucket() == [
        f"bucket b is encrypted with the AWS managed key {OWN_KEY}, whose policy can't be changed "
        "for Bedrock: use a customer managed key or SSE-S3."
    ]


@pytest.mark.parametrize("state", ["Enabled", "Disabled"])
def test_the_policy_of_a_key_of_another_account_is_not_asked_for(state: str) -> None:
    account = Simulated()
    key = OWN_KEY.replace(ACCOUNT, "999999999999")
    name_key(account, key)
    kms = account.access.client("kms", "eu-west-1")
    kms.describe_key.return_value = {"KeyMetadata": key_metadata(key, KeyState=state)}
    found = [*account.bucket(), *account.log_group()]
    kms.get_key_policy.assert_not_called()
    if state == "Disabled":
        assert all("is Disabled: enable the key" in one for one in found)
        return
    here = f"KMS key {key} of {{}} is of account 999999999999: see there whether its policy allows"
    assert found == [
        f"{here} kms:GenerateDataKey to bedrock.amazonaws.com.".format("bucket b"),
        f"{here} kms:GenerateDataKey and kms:Decrypt to logs.eu-west-1.amazonaws.com.".format(
            f"log group {GROUP}"
        ),
    ]
    config = {"s3Config": {"bucketName": "b"}}
    verdict = judge_destination(
        account.access, "eu-west-1", parse_answer({"loggingConfig": config})
    )
    assert verdict is not None
    assert verdict.status == "MANUAL"


def test_a_key_whose_account_is_not_told_is_not_known() -> None:
    account = Simulated()
    account.access.client("kms", "eu-west-1").describe_key.return_value = {
        "KeyMetadata": key_metadata("k")
    }
    assert account.bucket() == [
        "the KMS key of bucket b could not be read: UnparsableAnswer (IndexError)."
    ]


def test_a_key_policy_that_does_not_name_the_service_is_told() -> None:
    account = Simulated("aws", "eu-west-1", policy("logs.amazonaws.com", "kms:*"))
    key = f"KMS key arn:aws:kms:eu-west-1:{ACCOUNT}:key/k of bucket b"
    assert account.bucket() == [
        f"kms:GenerateDataKey for bedrock.amazonaws.com is not allowed by the policy of {key}: "
        "allow kms:GenerateDataKey to bedrock.amazonaws.com in the key policy."
    ]


def test_a_key_whose_policy_lets_nobody_read_a_log_group_is_told() -> None:
    account = Simulated()
    iam = account.access.client("iam", None)
    iam.simulate_custom_policy.side_effect = lambda ActionNames, **_: {  # noqa: N803
        "EvaluationResults": [
            {
                "EvalActionName": one,
                "EvalDecision": "explicitDeny" if one == "kms:Decrypt" else "allowed",
            }
            for one in ActionNames
        ]
    }
    assert account.bucket() == []
    assert account.log_group() == [
        "kms:Decrypt for logs.eu-west-1.amazonaws.com is denied by a statement of the policy of "
        f"KMS key arn:aws:kms:eu-west-1:{ACCOUNT}:key/k of log group {GROUP}: change that "
        "statement."
    ]


WHOLE: dict[str, dict[str, Any]] = {
    "cloudWatchConfig": {
        "logGroupName": GROUP,
        "roleArn": ROLE.removeprefix("role "),
        "largeDataDeliveryS3Config": {"bucketName": "b", "keyPrefix": "large"},
    },
    "s3Config": {"bucketName": "b"},
}


@pytest.mark.parametrize(
    ("config", "status", "told"),
    [
        (
            WHOLE,
            "PASS",
            f"can be delivered to CloudWatch Log Group: {GROUP} and S3 Bucket: b {READ}.",
        ),
        ({"s3Config": {"bucketName": "b"}}, "PASS", f"can be delivered to S3 Bucket: b {READ}."),
        (
            {"cloudWatchConfig": {"logGroupName": ""}, "s3Config": {"bucketName": "b"}},
            "PASS",
            f"can be delivered to S3 Bucket: b {READ}.",
        ),
        (
            {
                "cloudWatchConfig": WHOLE["cloudWatchConfig"]
                | {"largeDataDeliveryS3Config": {"bucketName": "", "keyPrefix": "large"}}
            },
            "PASS",
            f"can be delivered to CloudWatch Log Group: {GROUP} {READ}.",
        ),
        (
            WHOLE | {"cloudWatchConfig": {"logGroupName": "/other"}},
            "FAIL",
            "cannot deliver: log group /other does not exist: create it in eu-west-1 or choose "
            "another one; log group /other has no role: configure a role that Bedrock assumes.",
        ),
    ],
)
def test_the_verdict_on_a_region(config: dict[str, Any], status: str, told: str) -> None:
    account = Simulated()
    found = judge_destination(account.access, "eu-west-1", parse_answer({"loggingConfig": config}))
    assert found == Verdict(
        status=status, status_extended=f"Bedrock Model Invocation Logging {told}"
    )


@pytest.mark.parametrize(
    ("method", "answer", "status", "told"),
    [
        (
            "get_bucket_policy",
            refusal("NoSuchBucketPolicy"),
            "FAIL",
            # Each of the two prefixes needs its own grant.
            "cannot deliver: bucket b has no policy: allow s3:PutObject to bedrock.amazonaws.com "
            f"on large/AWSLogs/{ACCOUNT}/BedrockModelInvocationLogs/* in the bucket policy; "
            "bucket b has no policy: allow s3:PutObject to bedrock.amazonaws.com on "
            f"AWSLogs/{ACCOUNT}/BedrockModelInvocationLogs/* in the bucket policy.",
        ),
        (
            "head_bucket",
            refusal("Refused"),
            "MANUAL",
            # It is the same bucket, and told once.
            "may not be able to deliver: bucket b could not be read: s3:ListBucket failed in "
            "eu-west-1: Refused: No.",
        ),
    ],
)
def test_the_verdict_on_a_region_with_problems(
    method: str, answer: Exception, status: str, told: str
) -> None:
    account = Simulated()
    getattr(account.access.client("s3", "eu-west-1"), method).side_effect = answer
    found = judge_destination(account.access, "eu-west-1", parse_answer({"loggingConfig": WHOLE}))
    assert found == Verdict(
        status=status, status_extended=f"Bedrock Model Invocation Logging {told}"
    )


@pytest.mark.parametrize(
    ("observation", "status"),
    [(Unreadable(code="Throttling", message="No."), "MANUAL"), (NotOffered(), None)],
)
def test_a_region_that_was_not_read_has_no_destination(
    observation: Observation, status: str | None
) -> None:
    account = Simulated()
    found = judge_destination(account.access, "eu-west-1", observation)
    assert (found and found.status) == status
    assert found is None or " in eu-west-1: Throttling (No)" in found.status_extended
