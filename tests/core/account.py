"""A mocked account for the core's tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from prowler_bedrock.account.access import Access
from prowler_bedrock.backout.created import PERMISSION_EVENT
from prowler_bedrock.backout.removal import Remover
from prowler_bedrock.backout.restorer import Restorer
from prowler_bedrock.enable.enabler import Enabler
from prowler_bedrock.enable.plan import LOG_STREAM
from prowler_bedrock.enable.settings import parse_settings
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.status.read_regions import read_regions

ACCOUNT = "123456789012"
GROUP = "/aws/bedrock/modelinvocations"
ROLE_NAME = "BedrockModelInvocationLogging"
GLOBAL_SERVICES = ("iam", "ec2")
READS = ("Get", "List", "Head", "Describe", "Filter")
# botocore sends a call that gets one of these again, four times by default.
RETRIED = ("SlowDown", "Throttling", "ThrottlingException")
# The calls that make a bucket, in order.
BUCKET_WRITES = [
    "CreateBucket",
    "PutBucketTagging",
    "PutPublicAccessBlock",
    "PutBucketEncryption",
    "PutBucketVersioning",
    "PutBucketPolicy",
]
# Whom the role trusts: Bedrock, for this account alone.
TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": "bedrock.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:bedrock:*:{ACCOUNT}:*"},
    },
}


def installed_flags() -> list[str]:
    """The delivery flags of the installed botocore: since 1.42 audio is one of them."""
    bedrock: Any = boto3.client("bedrock", region_name="us-east-1")
    operation = bedrock.meta.service_model.operation_model("PutModelInvocationLoggingConfiguration")
    members = operation.input_shape.members["loggingConfig"].members
    return [name for name in members if name.endswith("DataDeliveryEnabled")]


def retention(region: str = "us-east-1") -> int | None:
    """The retention in days of the log group, which is the Region's only one."""
    (group,) = boto3.client("logs", region_name=region).describe_log_groups()["logGroups"]
    return group.get("retentionInDays")


class Killed(BaseException):
    """The process ends in the middle of its work."""


class Clients:
    """The clients of one account after the other: building one takes longer than most tests."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], Any] = {}
        self._users: dict[tuple[str, str], Account] = {}

    def of(self, user: Account, service: str, region: str) -> Any:
        """Return a client whose calls the account sees that asked for it last."""
        key = (service, region)
        self._users[key] = user
        if key not in self._made:
            made = boto3.client(service, region_name=region)  # type: ignore[call-overload]
            made.meta.events.register("before-call.*.*", partial(self._before_call, key))
            self._made[key] = made
        return self._made[key]

    def _before_call(self, key: tuple[str, str], **given: Any) -> Any:
        return self._users[key].before_call(**given)


_SHARED = Clients()


class Account:
    """A mocked account that records its calls and can fail any of them.

    A second account in one test, and tests that register events, need clients of their own.
    """

    def __init__(self, directory: Path, clients: Clients = _SHARED) -> None:
        self.clients = clients
        # After how many calls the process is killed.
        self.killed_after: int | None = None
        self.calls: list[str] = []
        # Operation to what its next calls get, an error's code and message or nothing.
        self.faults: dict[str, list[tuple[str, str] | None]] = {}
        self.before: dict[str, Callable[[], None]] = {}
        self.journal = Journal(directory)

    def client(self, service: str, region: str | None) -> Any:
        assert region or service in GLOBAL_SERVICES, f"{service} needs the Region's name"
        return self.clients.of(self, service, region or "us-east-1")

    def before_call(self, model: Any, params: Any, **_: Any) -> Any:
        self.calls.append(model.name)
        if self.killed_after is not None and len(self.calls) > self.killed_after:
            raise Killed
        if "ExpectedBucketOwner" in getattr(model.input_shape, "members", ()):
            owner = params["headers"].get("x-amz-expected-bucket-owner")
            assert owner == ACCOUNT, f"{model.name} may reach a bucket of another account"
        if model.name in self.before:
            self.before.pop(model.name)()
        fault = self.faults[model.name].pop(0) if self.faults.get(model.name) else None
        if fault:
            code, message = fault
            again = code in RETRIED
            answer: Any = {
                "Error": {"Code": code, "Message": message},
                "ResponseMetadata": {
                    "HTTPStatusCode": 503 if again else 400,
                    "RetryAttempts": 4 if again else 0,
                },
            }
            raise ClientError(answer, model.name)

    @property
    def access(self) -> Access:
        return Access(ACCOUNT, "aws", self.client)

    def enabler(self, settings: dict[str, Any] | None = None, partition: str = "aws") -> Enabler:
        parsed = parse_settings(settings)
        access = self.access._replace(partition=partition)
        return Enabler(access, parsed, self.journal, settle_seconds=30)

    def restorer(self, **options: bool) -> Restorer:
        return Restorer(self.access, self.journal, **options)

    def remover(self, *regions: str, **options: bool) -> Remover:
        observations = read_regions(self.access, regions or ("us-east-1", "eu-west-1"))
        return Remover(self.access, self.journal, observations, **options)

    def writes(self) -> list[str]:
        return [call for call in self.calls if not call.startswith(READS)]

    def configuration(self, region: str = "us-east-1") -> Any:
        bedrock = boto3.client("bedrock", region_name=region)
        return bedrock.get_model_invocation_logging_configuration().get("loggingConfig")

    def put(self, config: Any, region: str = "us-east-1") -> None:
        bedrock = boto3.client("bedrock", region_name=region)
        bedrock.put_model_invocation_logging_configuration(loggingConfig=config)

    def write_permission_event(self, region: str = "us-east-1") -> None:
        """Write what Bedrock writes when a configuration with a log group is put."""
        logs = boto3.client("logs", region_name=region)
        stream = {"logGroupName": GROUP, "logStreamName": LOG_STREAM}
        logs.create_log_stream(**stream)
        event: Any = {"timestamp": int(time.time() * 1000), "message": PERMISSION_EVENT}
        logs.put_log_events(**stream, logEvents=[event])

    def records(self, region: str = "us-east-1") -> Any:
        return self.journal.records(ACCOUNT, region)
