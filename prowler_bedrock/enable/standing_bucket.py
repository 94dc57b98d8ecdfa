"""A bucket as it stands, whoever made it: what S3 tells of it, and nothing that changes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from prowler_bedrock.enable.bucket_policy import same_policy
from prowler_bedrock.errors import PluginError, answer_or_none, aws_call
from prowler_bedrock.journal.change import Change

# HeadBucket answers without a text. A bare 404 of any other call is an answer whose text can't be
# read, and may be anyone's.
_NO_BUCKET_BY_HEAD = frozenset({"404", "NoSuchBucket", "NotFound"})
NO_BUCKET = "NoSuchBucket"
ENFORCED = "BucketOwnerEnforced"
# What S3 encrypts with by itself.
S3_OWN = "AES256"


class StandingBucket:
    """One bucket. Each method raises `AwsCallError` when S3 refuses its call.

    Args:
        s3: a boto3 ``s3`` client of the Region.
        name: the bucket's name.
        account: the account that must own it.
        region: the Region's name.

    Attributes:
        own: what every call takes about the bucket, so that it is never one of another account.
    """

    def __init__(self, s3: Any, name: str, account: str, region: str) -> None:
        self._s3, self._name, self._in = s3, name, region
        self.own = {"Bucket": name, "ExpectedBucketOwner": account}

    def region(self) -> str | None:
        """Return its Region, empty where S3 does not tell, or ``None`` where it is missing."""

        def read() -> str:
            answer = self._s3.head_bucket(**self.own)
            headers = answer["ResponseMetadata"]["HTTPHeaders"]
            return str(answer.get("BucketRegion") or headers.get("x-amz-bucket-region") or "")

        return answer_or_none("s3:ListBucket", self._in, _NO_BUCKET_BY_HEAD, read)

    def ownership(self) -> str | None:
        """Return its ``ObjectOwnership``, or ``None`` where it is not set."""

        def read() -> str:
            answer = self._s3.get_bucket_ownership_controls(**self.own)
            return str(answer["OwnershipControls"]["Rules"][0]["ObjectOwnership"])

        missing = {"OwnershipControlsNotFoundError"}
        return answer_or_none("s3:GetBucketOwnershipControls", self._in, missing, read)

    def default_key(self) -> str | None:
        """Return the KMS key that encrypts new objects, or ``None`` where none does.

        Returns:
            ARN, id or alias, as the bucket names it; ``alias/aws/s3`` where it names none.
        """
        algorithm, key = self._default_encryption()
        return (key or "alias/aws/s3") if algorithm.startswith("aws:kms") else None

    def policy(self) -> str | None:
        """Return the text of its policy, or ``None`` where it has none."""

        def read() -> str:
            return str(self._s3.get_bucket_policy(**self.own)["Policy"])

        return answer_or_none("s3:GetBucketPolicy", self._in, {"NoSuchBucketPolicy"}, read)

    def policy_still(self, change: Change) -> bool:
        """Say whether its policy still is what a change replaces; read right before the change.

        Args:
            change: of the policy.

        Returns:
            False where it already is what the change makes of it.

        Raises:
            PluginError: when someone changed it meanwhile, or S3 refuses the call.
        """
        now = self.policy()
        standing = same_policy(now, change.earlier)
        if not standing and not same_policy(now, change.later):
            raise PluginError(
                f"Someone changed the policy of bucket {self._name} while this change was "
                "prepared: it stays as they left it. Run again."
            )
        return standing

    def tags(self) -> dict[str, str]:
        """Return its tags."""

        def read() -> dict[str, str]:
            answer = self._s3.get_bucket_tagging(**self.own)
            return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}

        return answer_or_none("s3:GetBucketTagging", self._in, {"NoSuchTagSet"}, read) or {}

    def lifecycle_rules(self) -> list[dict[str, Any]] | None:
        """Return the rules of its lifecycle, as the API has them, or ``None`` without one."""

        def read() -> list[dict[str, Any]]:
            return list(self._s3.get_bucket_lifecycle_configuration(**self.own)["Rules"])

        missing = {"NoSuchLifecycleConfiguration"}
        return answer_or_none("s3:GetLifecycleConfiguration", self._in, missing, read)

    def is_replicated(self) -> bool:
        """Say whether S3 copies its objects into other buckets."""

        def read() -> bool:
            answer = self._s3.get_bucket_replication(**self.own)
            return bool(answer["ReplicationConfiguration"])

        missing = {"ReplicationConfigurationNotFoundError"}
        return bool(answer_or_none("s3:GetReplicationConfiguration", self._in, missing, read))

    def notifies(self) -> bool:
        """Say whether S3 tells anyone of what happens in it."""
        with aws_call("s3:GetBucketNotification", self._in):
            answer = self._s3.get_bucket_notification_configuration(**self.own)
            return bool(set(answer) - {"ResponseMetadata"})

    def versions(self) -> Iterator[list[dict[str, Any]]]:
        """Yield ``Key``, ``VersionId`` and ``Size`` of its object versions, by pages.

        Delete markers are among them, with the size 0.
        """
        with aws_call("s3:ListBucketVersions", self._in):
            for page in self._s3.get_paginator("list_object_versions").paginate(**self.own):
                # An answer that is none would pass for an empty bucket.
                if page["IsTruncated"] not in (True, False):
                    raise KeyError("IsTruncated")
                markers = ({**one, "Size": 0} for one in page.get("DeleteMarkers", []))
                yield [
                    {name: one[name] for name in ("Key", "VersionId", "Size")}
                    for one in (*page.get("Versions", []), *markers)
                ]

    def holds_versions(self, beside: Callable[[dict[str, Any]], bool] | None = None) -> bool:
        """Say whether it holds any object version or delete marker.

        Args:
            beside: says of a version that it is not counted.
        """
        return any(beside is None or not beside(one) for page in self.versions() for one in page)

    def is_encrypted_as_new(self) -> bool:
        """Say whether it has the encryption of a new bucket, which is SSE-S3.

        Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html.
        """
        algorithm, _ = self._default_encryption()
        return algorithm == S3_OWN

    def is_bare(self) -> bool:
        """Say whether a bucket without tags is as one is between its creation and its tagging.

        A bucket that a record began, and that nobody gave or set anything since, is the one that
        was begun.
        """
        return (
            self.policy() is None
            and self.is_encrypted_as_new()
            and not self._ever_versioned()
            and self.lifecycle_rules() is None
            and not self.holds_versions()
        )

    def _ever_versioned(self) -> bool:
        with aws_call("s3:GetBucketVersioning", self._in):
            return "Status" in self._s3.get_bucket_versioning(**self.own)

    def _default_encryption(self) -> tuple[str, str]:
        """Return the algorithm, and the key if the bucket names one."""

        def read() -> tuple[str, str]:
            answer = self._s3.get_bucket_encryption(**self.own)
            rules = answer["ServerSideEncryptionConfiguration"]["Rules"]
            (default,) = (
                rule["ApplyServerSideEncryptionByDefault"]
                for rule in rules
                if "ApplyServerSideEncryptionByDefault" in rule
            )
            return str(default["SSEAlgorithm"]), str(default.get("KMSMasterKeyID") or "")

        missing = {"ServerSideEncryptionConfigurationNotFoundError"}
        found = answer_or_none("s3:GetEncryptionConfiguration", self._in, missing, read)
        return found or (S3_OWN, "")
