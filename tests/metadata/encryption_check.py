"""Runs Prowler's check on encrypted logs with some permissions, in a process of its own.

Argument: the IAM actions that are allowed, as a JSON list. The logs of one Region of an account of
moto go to a bucket without encryption. Standard output: the status of each finding.
"""

import json
import os
import sys

import botocore.client
from botocore.exceptions import ClientError
from moto import mock_aws

REGION = "us-east-1"
BUCKET = "bedrock-log-bucket"
CHECK = "bedrock_model_invocation_logs_encryption_enabled"
# Operations whose action has another name, and those that everyone may call.
ACTIONS = {
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
}
FREE = {"sts:GetCallerIdentity"}


def allow(actions):
    """Refuse every call from now on whose action is not among these."""
    call = botocore.client.BaseClient._make_api_call

    def checked(client, operation, parameters):
        name = f"{client.meta.service_model.service_name}:{operation}"
        if ACTIONS.get(name, name) not in {*actions, *FREE}:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": name}}, operation)
        return call(client, operation, parameters)

    botocore.client.BaseClient._make_api_call = checked


def main(actions):
    import boto3

    from fixtures.prowler_alone import findings_of, start_provider

    boto3.client("s3", REGION).create_bucket(Bucket=BUCKET)
    boto3.client("bedrock", REGION).put_model_invocation_logging_configuration(
        loggingConfig={"s3Config": {"bucketName": BUCKET}}
    )
    allow(actions)
    start_provider({REGION})
    print(json.dumps([finding.status for finding in findings_of(CHECK)]))


if __name__ == "__main__":
    os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")
    with mock_aws():
        main(json.loads(sys.argv[1]))
