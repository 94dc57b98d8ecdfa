"""An account in which nothing stands, whose clients keep each call with all that it says."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import boto3
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

from prowler_bedrock.account.access import Access
from prowler_bedrock.enable.enabler import Enabler
from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.enable.role import policy_name
from prowler_bedrock.enable.settings import parse_settings
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.record import Record
from prowler_bedrock.logging_configuration.model import Observation
from tests.core.account import ACCOUNT, READS
from tests.core.answers import bucket_in, encrypted, owned, refusal

ROLE = f"arn:aws:iam::{ACCOUNT}:role/Own"
SETTINGS = {
    "Destination": "both",
    "LogGroupName": "/own",
    "RetentionInDays": 731,
    "RoleName": "Own",
    "BucketName": "logs",
    "KeyPrefix": "p",
}
TO_LOG_GROUP = {"LogGroupName": "/own", "RoleName": "Own"}
OF_LOGS = {"Bucket": "logs", "ExpectedBucketOwner": ACCOUNT}
NOT_VALID = "Failed to validate permissions for log group: /own"
PUT = "bedrock.put_model_invocation_logging_configuration"
POLICY = policy_name("/own")
TAGGED = [{"Key": "prowler-bedrock", "Value": "created"}]
DELIVERY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": f"arn:aws:logs:*:{ACCOUNT}:log-group:/own:log-stream:"
            "aws/bedrock/modelinvocations",
        }
    ],
}


class Recorded:
    """Clients of an account in which nothing stands; each call with what it says."""

    def __init__(self, directory: Path, region: str) -> None:
        self.region, self.journal = region, Journal(directory)
        self.lately_observed: Observation | None = None
        self.clients = Mock()
        self.iam, self.logs, self.s3 = self.clients.iam, self.clients.logs, self.clients.s3
        self.bedrock = self.clients.bedrock
        # Only its service model is read.
        self.bedrock.meta = boto3.client("bedrock", region_name=region).meta
        self.bedrock.put_model_invocation_logging_configuration.side_effect = self._put
        self.bedrock.get_model_invocation_logging_configuration.return_value = {}
        self.iam.get_role.side_effect = refusal("NoSuchEntity")
        self.iam.create_role.return_value = {"Role": {"Arn": ROLE}}
        self.s3.head_bucket.side_effect = refusal("404")
        self.clients.kms.describe_key.return_value = {"KeyMetadata": {"KeyState": "Enabled"}}

    def found_log_groups(self, *groups: dict[str, Any]) -> None:
        """What DescribeLogGroups answers, on a page each."""
        pages = [{"logGroups": [group]} for group in groups]
        self.logs.get_paginator.return_value.paginate.return_value = pages

    def refuse_puts(self, number: int, message: str = NOT_VALID) -> None:
        """The next puts find that Bedrock may not write there yet."""
        error = {"Code": "ValidationException", "Message": message}
        left = iter([ClientError({"Error": error}, "Put")] * number)

        def put(**given: Any) -> None:
            for refused in left:
                raise refused
            self._put(**given)

        self.bedrock.put_model_invocation_logging_configuration.side_effect = put

    def _put(self, **given: Any) -> None:
        self.bedrock.get_model_invocation_logging_configuration.return_value = given

    @property
    def access(self) -> Access:
        return Access(ACCOUNT, "aws", self._client, {self.region: self.lately_observed}.get)

    def _client(self, service: str, region: str | None) -> Any:
        assert region == (None if service == "iam" else self.region)
        return getattr(self.clients, service)

    def outcome(
        self, settings: dict[str, Any], *, redirect: bool = False, settle_seconds: float = 30
    ) -> Outcome:
        enabler = Enabler(self.access, parse_settings(settings), self.journal, settle_seconds)
        return enabler.enable(self.region, redirect=redirect)

    def enable(self, **settings: Any) -> list[tuple[str, dict[str, Any]]]:
        outcome = self.outcome(SETTINGS | settings)
        assert outcome.result == "changed", outcome.message
        return self.calls()

    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        """Each call and its arguments, policies decoded; reading the configuration aside."""
        made = [one for one in self.clients.mock_calls if not one[0].startswith("bedrock.get_")]
        for name, args, given in made:
            if not args and "()" not in name:
                refuse_what_botocore_would(name, given)
        return [
            (f"{name}({', '.join(args)})" if args else name, decoded_values(given))
            for name, args, given in made
        ]

    def writes(self) -> list[str]:
        """The calls that change something."""
        reads = tuple(f"{one.lower()}_" for one in READS)
        names = [name for name, _ in self.calls()]
        return [name for name in names if not name.partition(".")[2].startswith(reads)]

    @property
    def record(self) -> Record:
        return self.journal.records(ACCOUNT, self.region)[0]

    @property
    def tags(self) -> dict[str, str]:
        record = self.record
        return {"prowler-bedrock": "created", "prowler-bedrock-record": record.record_id}

    @property
    def tag_list(self) -> list[dict[str, str]]:
        return [{"Key": name, "Value": value} for name, value in self.tags.items()]


def refuse_what_botocore_would(name: str, given: dict[str, Any]) -> None:
    """Fail where a call is not of the shape that the service's model asks for."""
    service, _, method = name.partition(".")
    meta = _meta(service)
    operation = meta.service_model.operation_model(meta.method_to_api_mapping[method])
    report = ParamValidator().validate(given, operation.input_shape)
    assert not report.has_errors(), f"{name}: {report.generate_report()}"


@cache
def _meta(service: Any) -> Any:
    return boto3.client(service, region_name="us-east-1").meta


def decoded_values(given: dict[str, Any]) -> dict[str, Any]:
    return {name: decoded(value) for name, value in given.items()}


def decoded(value: Any) -> Any:
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    document = json.loads(value)
    for statement in document["Statement"]:
        if str(statement.get("Sid")).startswith("ProwlerBedrockDelivery"):
            del statement["Sid"]
    return document


def stands(account: Recorded, minutes: int, tags: list[dict[str, str]] | None = None) -> None:
    """The role stands since some minutes; without tags it is a user's own."""
    created = datetime.now(timezone.utc) - timedelta(minutes=minutes)
    role = {"Arn": ROLE, "CreateDate": created} | ({"Tags": tags} if tags else {})
    account.iam.get_role.side_effect = None
    account.iam.get_role.return_value = {"Role": role}


def grant(region: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": "bedrock.amazonaws.com"},
        "Action": ["s3:PutObject"],
        "Resource": [f"arn:aws:s3:::logs/p/AWSLogs/{ACCOUNT}/BedrockModelInvocationLogs/*"],
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:bedrock:{region}:{ACCOUNT}:*"},
        },
    }


def as_new(account: Recorded) -> None:
    """Of the bucket, nothing is set that S3 does not set, and nothing is in it."""
    account.s3.get_bucket_tagging.side_effect = refusal("NoSuchTagSet")
    account.s3.get_bucket_policy.side_effect = refusal("NoSuchBucketPolicy")
    account.s3.get_paginator.return_value.paginate.return_value = [{"IsTruncated": False}]
    account.s3.get_bucket_encryption.return_value = encrypted("AES256")
    account.s3.get_bucket_versioning.return_value = {}
    missing = refusal("NoSuchLifecycleConfiguration")
    account.s3.get_bucket_lifecycle_configuration.side_effect = missing


LOOKS_WHETHER_NEW = [
    ("s3.get_bucket_tagging", OF_LOGS),
    ("s3.get_bucket_policy", OF_LOGS),
    ("s3.get_bucket_encryption", OF_LOGS),
    ("s3.get_bucket_versioning", OF_LOGS),
    ("s3.get_bucket_lifecycle_configuration", OF_LOGS),
    ("s3.get_paginator(list_object_versions)", {}),
    ("s3.get_paginator().paginate", OF_LOGS),
]


# What someone may set of a bucket, and that GetBucket... answers then.
SET_BY_SOMEONE: dict[str, Any] = {
    "encryption": encrypted("aws:kms"),
    "versioning": {"Status": "Suspended"},
    "lifecycle_configuration": {"Rules": []},
}


def set_by_someone(account: Recorded, what: str) -> None:
    look = getattr(account.s3, f"get_bucket_{what}")
    look.side_effect, look.return_value = None, SET_BY_SOMEONE[what]


def standing_bucket(account: Recorded, *, granted: bool) -> None:
    """The bucket is a user's; its policy lets Bedrock in, or there is none."""
    account.s3.head_bucket.side_effect = None
    account.s3.head_bucket.return_value = bucket_in("eu-west-1")
    account.s3.get_bucket_ownership_controls.return_value = owned()
    text = json.dumps({"Statement": [grant("eu-west-1")]})
    account.s3.get_bucket_policy.return_value = {"Policy": text}
    account.s3.get_bucket_policy.side_effect = None if granted else refusal("NoSuchBucketPolicy")
