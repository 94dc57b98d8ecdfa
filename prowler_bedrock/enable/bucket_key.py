"""Whether a bucket can be created with a KMS key.

S3 takes any key's ARN for a bucket, and what Bedrock says of that bucket then names no key.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html.
"""

from __future__ import annotations

from prowler_bedrock.account.access import Access
from prowler_bedrock.destination.key import describe_key, key_fault
from prowler_bedrock.errors import AwsCallError, PluginError


def refuse_unusable_key(access: Access, region: str, key_arn: str) -> None:
    """Refuse a KMS key that S3 can't encrypt with.

    Args:
        access: the account.
        region: the Region's name.
        key_arn: the key's ARN.

    Raises:
        PluginError: when the key does not exist, is not enabled or is no symmetric encryption
            key, or KMS does not answer.
    """
    try:
        key = describe_key(access, region, key_arn)
    except AwsCallError as error:
        if error.code == "NotFoundException":
            raise _refusal(key_arn, f"does not exist in {region}") from error
        raise
    fault = key_fault(key)
    if fault:
        raise _refusal(key_arn, fault)


def _refusal(key_arn: str, why: str) -> PluginError:
    return PluginError(
        f"KMS key {key_arn} for the buckets {why}: give BucketKmsKeyId an enabled symmetric key."
    )
