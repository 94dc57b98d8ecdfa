"""What AWS answers to clients that are mocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

from botocore.exceptions import ClientError


def refusal(code: str, retries: int | None = None, status: int = 400) -> ClientError:
    """Return what botocore raises for an error of AWS, and after how many retries."""
    response: Any = {"Error": {"Code": code, "Message": "No."}}
    if retries is not None:
        response["ResponseMetadata"] = {"RetryAttempts": retries, "HTTPStatusCode": status}
    return ClientError(response, "Operation")


def refuse(client: Mock, operation: str) -> None:
    """Refuse an operation; of one that is paged, its first page."""
    if operation == "get_paginator":
        client.get_paginator.return_value.paginate.return_value = _refusing_pages()
    else:
        getattr(client, operation).side_effect = refusal("Refused")


def _refusing_pages() -> Iterator[Any]:
    raise refusal("Refused")
    yield


def cause(message: str) -> str:
    """Return what a failure's message says before it tells what had been begun."""
    return re.split(r" (?:Begun by then: |Nothing was changed\.)", message)[0]


def bucket_in(region: str | None) -> dict[str, Any]:
    """Return what HeadBucket answers; without a Region S3 names none."""
    named = {"BucketRegion": region} if region else {}
    return {**named, "ResponseMetadata": {"HTTPHeaders": {}}}


def bucket_in_header(region: str) -> dict[str, Any]:
    """Return what HeadBucket answers where only a header names the Region."""
    return {"ResponseMetadata": {"HTTPHeaders": {"x-amz-bucket-region": region}}}


def owned(ownership: str = "BucketOwnerEnforced") -> dict[str, Any]:
    """Return what GetBucketOwnershipControls answers."""
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": ownership}]}}


def encrypted(algorithm: str, key: str | None = None) -> dict[str, Any]:
    """Return what GetBucketEncryption answers."""
    default = {"SSEAlgorithm": algorithm} | ({"KMSMasterKeyID": key} if key else {})
    rule = {"ApplyServerSideEncryptionByDefault": default}
    return {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}
