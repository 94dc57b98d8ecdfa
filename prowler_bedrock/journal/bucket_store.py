"""Records as objects of an S3 bucket, which keeps their versions and encrypts them.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel (a read
after a write sees it; a write is seen whole or not at all).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prowler_bedrock.errors import AwsCallError, PluginError, aws_call


class BucketStore:
    """Records as objects below a prefix of one bucket.

    Args:
        s3: a boto3 ``s3`` client of the bucket's Region, with the credentials of its account.
        bucket: the bucket's name.
        prefix: of the objects' keys, without slashes at its ends; may be empty.
        owner: the 12-digit account id that must own the bucket; ``None`` leaves that unchecked.
    """

    def __init__(self, s3: Any, bucket: str, prefix: str = "", owner: str | None = None) -> None:
        self._s3, self._bucket = s3, bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._owner = {"ExpectedBucketOwner": owner} if owner else {}
        self.place = f"s3://{bucket}/{prefix}".rstrip("/")

    def location(self, key: str) -> str:
        """Return the URL of a record.

        Args:
            key: the record's key.
        """
        return f"s3://{self._bucket}/{self._prefix}{key}"

    def save(self, key: str, text: str) -> None:
        """Put an object; S3 answers once it is durable.

        Args:
            key: the record's key.
            text: the record.

        Raises:
            PluginError: when it could not be written.
        """
        try:
            with aws_call("s3:PutObject"):
                self._s3.put_object(
                    Bucket=self._bucket,
                    Key=f"{self._prefix}{key}",
                    Body=text.encode(),
                    ContentType="application/json",
                    **self._owner,
                )
        except AwsCallError as error:
            raise PluginError(
                f"The journal record {self.location(key)} could not be written: {error}"
            ) from error

    def load(self, folder: str) -> list[tuple[str, bytes]]:
        """Return the keys and contents of the objects below a folder, in the order of their keys.

        Args:
            folder: ``<account>`` or ``<account>/<region>``.

        Raises:
            PluginError: when the bucket can't be listed or an object can't be read.
        """
        with self._reading(), aws_call("s3:ListBucket"):
            pages = self._pages(f"{self._prefix}{folder}/")
            names = sorted(one["Key"] for page in pages for one in _listed(page, "Contents"))
        return [
            (name.removeprefix(self._prefix), self._read(name))
            for name in names
            if name.endswith(".json")
        ]

    def folders(self) -> list[str]:
        """Return the names of the folders below the prefix, sorted.

        Raises:
            PluginError: when the bucket can't be listed.
        """
        with self._reading(), aws_call("s3:ListBucket"):
            pages = self._pages(self._prefix, Delimiter="/")
            folders = [one["Prefix"] for page in pages for one in _listed(page, "CommonPrefixes")]
        return sorted(folder.removeprefix(self._prefix).rstrip("/") for folder in folders)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except AwsCallError as error:
            text = f"The journal {self.place} can't be read: {error}"
            if error.code == "NoSuchBucket":
                text = f"{text} Create the bucket, or name another place."
            raise PluginError(text) from error

    def _pages(self, prefix: str, **more: str) -> Any:
        return self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, **self._owner, **more
        )

    def _read(self, name: str) -> bytes:
        with self._reading(), aws_call("s3:GetObject"):
            answer = self._s3.get_object(Bucket=self._bucket, Key=name, **self._owner)
            return bytes(answer["Body"].read())


def _listed(page: dict[str, Any], name: str) -> list[Any]:
    # Both lists are left out where they are empty, the count never: an answer without it must not
    # pass for an empty journal.
    return list(page.get(name, [])) if page["KeyCount"] else []
