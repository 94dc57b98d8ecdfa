"""Whether Bedrock can write to a bucket.

Source: "Set up an Amazon S3 destination" in
https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html.
"""

from __future__ import annotations

from prowler_bedrock.account.access import Access
from prowler_bedrock.destination.key import WRITE_ACTION, KeyUser, key_problems
from prowler_bedrock.destination.log_group import BEDROCK
from prowler_bedrock.destination.problem import (
    Problem,
    broken,
    decision_problems,
    unknown,
    unreadable,
)
from prowler_bedrock.destination.simulation import service_context, simulate_resource_policy
from prowler_bedrock.enable.standing_bucket import ENFORCED, StandingBucket
from prowler_bedrock.errors import AwsCallError
from prowler_bedrock.logging_configuration.model import S3Destination, log_folder

_ACTION = "s3:PutObject"


def bucket_problems(access: Access, region: str, destination: S3Destination) -> list[Problem]:
    """Return what keeps Bedrock from writing to a bucket.

    Args:
        access: the account.
        region: the Region's name.
        destination: ``s3Config`` or ``largeDataDeliveryS3Config``.
    """
    name = destination.bucket_name
    bucket = StandingBucket(access.client("s3", region), name, access.account, region)
    problems: list[Problem] = []
    with unreadable(problems, f"bucket {name}"):
        found = _region_of(bucket, access.account, region)
        if found is None:
            repair = f"create it in {region} or choose another one"
            return [broken(f"bucket {name} does not exist", repair)]
        if not found:
            untold = f"S3 does not tell the Region of bucket {name}"
            return [unknown(f"{untold}: see whether it is {region}.")]
        if found != region:
            return [broken(f"bucket {name} is in {found}", f"use a bucket in {region}")]
    if problems:
        return problems
    with unreadable(problems, f"the object ownership of bucket {name}"):
        if bucket.ownership() != ENFORCED:
            repair = f"set its Object Ownership to {ENFORCED}"
            problems.append(broken(f"bucket {name} has ACLs enabled", repair))
    context = service_context(access.account, access.partition, region, BEDROCK)
    with unreadable(problems, f"the policy of bucket {name}"):
        problems += _policy(access, region, bucket, destination, context)
    with unreadable(problems, f"the encryption of bucket {name}"):
        key_id = bucket.default_key()
        if key_id:
            owner = f"bucket {name}"
            user = KeyUser(
                name=BEDROCK, principals={BEDROCK}, actions=[WRITE_ACTION], context=context
            )
            problems += key_problems(access, region, key_id, owner, user)
            problems += _naming(key_id, owner)
    return problems


def _naming(key_id: str, owner: str) -> list[Problem]:
    """Return the doubt about a key that a bucket does not name by its ARN.

    An alias may be looked up in the account of whoever writes, and AWS asks for an ARN where a
    service does. A key of AWS has its own sentence.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html.
    """
    if key_id.startswith("alias/aws/") or (key_id.startswith("arn:") and ":key/" in key_id):
        return []
    text = f"{owner} does not name KMS key {key_id} by its ARN, as it must where a service writes"
    return [unknown(f"{text}: name the key by its ARN in the bucket's default encryption.")]


def _policy(
    access: Access,
    region: str,
    bucket: StandingBucket,
    destination: S3Destination,
    context: dict[str, str],
) -> list[Problem]:
    name = destination.bucket_name
    path = log_folder(destination.key_prefix, access.account)
    repair = f"allow {_ACTION} to {BEDROCK} on {path}/* in the bucket policy"
    policy = bucket.policy()
    if policy is None:
        return [broken(f"bucket {name} has no policy", repair)]
    (decision,) = simulate_resource_policy(
        access.client("iam", None),
        policy,
        {BEDROCK},
        [_ACTION],
        # An object such as Bedrock writes: the policy must allow what is below the folder.
        f"arn:{access.partition}:s3:::{name}/{path}/{region}/2026/01/01/00/object.json.gz",
        context,
    )
    where, what = f"the policy of bucket {name}", f"{_ACTION} for {BEDROCK}"
    return decision_problems(decision, where, what, repair)


def _region_of(bucket: StandingBucket, account: str, region: str) -> str | None:
    try:
        return bucket.region()
    except AwsCallError as error:
        if error.code in ("403", "Forbidden"):
            # The answer has no body, so S3 tells nothing but the number.
            raise AwsCallError(
                "s3:ListBucket",
                region,
                "AccessDenied",
                f"the bucket is of another account than {account}, or may not be read",
            ) from error
        raise
