"""An S3 bucket that Bedrock delivers to: created private when missing, else only its policy grows.

Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html, "Set up
an Amazon S3 destination": same account and Region, ACLs disabled, a bucket policy for Bedrock.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from prowler_bedrock.enable.bucket_policy import (
    delivery_statement,
    new_policy,
    tls_statement,
    with_statement,
)
from prowler_bedrock.enable.plan import BucketPlan
from prowler_bedrock.enable.standing_bucket import ENFORCED, S3_OWN, StandingBucket
from prowler_bedrock.enable.tags import MANAGED_TAG, RECORD_TAG, tags_of_record
from prowler_bedrock.errors import AwsCallError, PluginError, aws_call
from prowler_bedrock.journal.change import Change, Resource
from prowler_bedrock.journal.journal import Creating, Creation
from prowler_bedrock.journal.record import Record, begun_last

# The one Region that must not be named, and where CreateBucket succeeds for a bucket of one's own.
# Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html.
_FIRST_REGION = "us-east-1"
_PUBLIC_ACCESS_BLOCK = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


class Bucket:
    """One bucket in one account and Region.

    Args:
        s3: a boto3 ``s3`` client of the Region.
        plan: the bucket and what Bedrock delivers to it.
        account: the 12-digit account id.
        partition: the AWS partition.
        region: the Region's name.
    """

    def __init__(
        self, s3: Any, plan: BucketPlan, account: str, partition: str, region: str
    ) -> None:
        self._s3, self._plan, self._region = s3, plan, region
        self._account, self._partition = account, partition
        self._stands = self._half_created = False
        self._tags: dict[str, str] = {}
        self._statement = delivery_statement(plan, account, partition, region)
        self._standing = StandingBucket(s3, plan.name, account, region)
        self.resource = Resource(kind="bucket", name=plan.name)
        self.policy_resource = Resource(kind="bucket-policy", name=plan.name)

    def survey(self, earlier_records: list[Record]) -> list[Change]:
        """Return what must change so that Bedrock can deliver; reads only.

        Args:
            earlier_records: the Region's journal records; one of them may have begun or created
                this bucket.

        Raises:
            PluginError: when the bucket can't be used, or S3 refuses a call.
        """
        exists = self._exists()
        self._half_created = exists and self._begun(earlier_records)
        if not exists or self._half_created:
            return [Change(resource=self.resource, earlier=None, later=self._as_created())]
        self._stands = True
        ownership = self._standing.ownership()
        if ownership != ENFORCED:
            raise PluginError(
                f"Bucket {self._plan.name} has ACLs enabled (ObjectOwnership "
                f"{ownership or 'is not set'}), and Bedrock delivers only to a bucket with ACLs "
                f"disabled: set ObjectOwnership to {ENFORCED} or name another bucket."
            )
        policy = self._standing.policy()
        merged = self._with_statement(policy, earlier_records)
        if merged is None:
            return []
        return [Change(resource=self.policy_resource, earlier=policy, later=merged)]

    def apply(self, change: Change, record_id: str, creating: Creating) -> None:
        """Make a change that `survey` returned.

        Args:
            change: the change.
            record_id: of the journal record, for the bucket's tag.
            creating: records a creation around it.

        Raises:
            PluginError: when someone else created the bucket meanwhile, or S3 refuses a call.
        """
        if change.resource.kind == "bucket":
            if self._region == _FIRST_REGION and not self._half_created and self._exists():
                raise self._created_meanwhile()
            with creating(self.resource) as creation:
                creation.stands = self._half_created
                self._create(record_id, creation)
            return
        with creating(self.policy_resource):
            if self._standing.policy_still(change):
                self._put_policy(change.later)

    def kept_encryption(self) -> str | None:
        """Return a sentence where a bucket that stood before keeps another key than asked for."""
        wanted, name = self._plan.kms_key_id, self._plan.name
        if wanted is None or not (self._stands or self._half_created):
            return None
        try:
            key = self._standing.default_key()
        except AwsCallError as error:
            return f"Which key encrypts the existing bucket {name} could not be read: {error}"
        # A bucket may name a key of its account by its id.
        if key == wanted or wanted.endswith(f"key/{key}"):
            return None
        return f"The existing bucket {name} keeps its encryption ({key or 'no KMS key'})."

    def _with_statement(self, policy: str | None, earlier_records: list[Record]) -> str | None:
        if policy is None and self._created(earlier_records):
            # The policy that we created it with is gone.
            return new_policy(self._statements())
        try:
            return with_statement(policy, self._statement)
        except PluginError as error:
            raise PluginError(f"Bucket {self._plan.name}: {error}") from error

    def _exists(self) -> bool:
        try:
            region = self._standing.region()
        except AwsCallError as error:
            if error.code in ("403", "Forbidden", "AccessDenied"):
                raise PluginError(
                    f"Bucket {self._plan.name} is not a bucket of account {self._account} that "
                    f"this principal may read ({error.code}): name a bucket of this account, or "
                    "allow s3:ListBucket on it."
                ) from error
            raise
        if region is None:
            return False
        if region != self._region:
            place = region or "a Region that S3 does not name"
            raise PluginError(
                f"Bucket {self._plan.name} is in {place}, and Bedrock in {self._region} delivers "
                "only to a bucket of the same Region: put {region} into the bucket's name or name "
                "another bucket."
            )
        return True

    def _begun(self, earlier_records: list[Record]) -> bool:
        begun = begun_last(earlier_records, self.resource)
        if not begun:
            return False
        self._tags = self._standing.tags()
        if not self._tags:
            return self._standing.is_bare()
        # Our policy comes last: where one stands, it is whole, or someone has set it up since.
        ours = self._tags.get(RECORD_TAG) in {record.record_id for record in begun}
        return ours and self._standing.policy() is None

    def _created(self, earlier_records: list[Record]) -> bool:
        creators = {one.record_id for one in earlier_records if self.resource in one.created}
        if not creators:
            return False
        # Someone may have deleted it and made another one of that name.
        tags = self._standing.tags()
        return tags.get(RECORD_TAG) in creators

    def _encryption(self) -> dict[str, Any]:
        if self._plan.kms_key_id is None:
            return {"SSEAlgorithm": S3_OWN}
        return {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": self._plan.kms_key_id}

    def _statements(self) -> list[dict[str, Any]]:
        return [tls_statement(self._plan.name, self._partition), self._statement]

    def _as_created(self) -> dict[str, Any]:
        return {
            "Region": self._region,
            "ObjectOwnership": ENFORCED,
            "PublicAccessBlock": _PUBLIC_ACCESS_BLOCK,
            "Encryption": self._encryption(),
            "Versioning": "Enabled",
            "Tags": {MANAGED_TAG: "created"},
            "Policy": {"Version": "2012-10-17", "Statement": self._statements()},
        }

    def _create(self, record_id: str, creation: Creation) -> None:
        call = partial(aws_call, where=self._region)
        if not self._half_created:
            self._create_bucket(creation)
        # Someone may have set tags and a key since a stopped run: they stay.
        tagged = {**self._tags, **tags_of_record(record_id)}
        keeps_key = self._half_created and not self._standing.is_encrypted_as_new()
        rule = {
            "ApplyServerSideEncryptionByDefault": self._encryption(),
            "BucketKeyEnabled": self._plan.kms_key_id is not None,
        }
        # The tag comes first: it is what proves later that the bucket is ours.
        with call("s3:PutBucketTagging"):
            tags = [{"Key": k, "Value": v} for k, v in tagged.items()]
            self._s3.put_bucket_tagging(**self._standing.own, Tagging={"TagSet": tags})
        with call("s3:PutBucketPublicAccessBlock"):
            self._s3.put_public_access_block(
                **self._standing.own, PublicAccessBlockConfiguration=_PUBLIC_ACCESS_BLOCK
            )
        if not keeps_key:
            with call("s3:PutEncryptionConfiguration"):
                self._s3.put_bucket_encryption(
                    **self._standing.own, ServerSideEncryptionConfiguration={"Rules": [rule]}
                )
        with call("s3:PutBucketVersioning"):
            self._s3.put_bucket_versioning(
                **self._standing.own, VersioningConfiguration={"Status": "Enabled"}
            )
        policy = new_policy(self._statements())
        change = Change(resource=self.policy_resource, earlier=None, later=policy)
        if not self._half_created or self._standing.policy_still(change):
            self._put_policy(policy)

    def _create_bucket(self, creation: Creation) -> None:
        place = {"LocationConstraint": self._region}
        where = {} if self._region == _FIRST_REGION else {"CreateBucketConfiguration": place}
        try:
            with aws_call("s3:CreateBucket", self._region):
                self._s3.create_bucket(Bucket=self._plan.name, ObjectOwnership=ENFORCED, **where)
        except AwsCallError as error:
            if error.code != "BucketAlreadyOwnedByYou":
                raise
            # Another run, or a person, was faster, or an earlier attempt of botocore's: only a new
            # look tells whose it is.
            creation.stands = not error.sent_once
            raise self._created_meanwhile() from error
        creation.stands = True
        if self._region == _FIRST_REGION and not self._as_new():
            creation.stands = False
            raise self._created_meanwhile()

    def _as_new(self) -> bool:
        return not self._standing.tags() and self._standing.is_bare()

    def _created_meanwhile(self) -> PluginError:
        return PluginError(
            f"Bucket {self._plan.name} was created by someone else at this moment: run again, with "
            "{region} in the bucket's name where several Regions are enabled."
        )

    def _put_policy(self, policy: str) -> None:
        with aws_call("s3:PutBucketPolicy", self._region):
            self._s3.put_bucket_policy(**self._standing.own, Policy=policy)
