"""What AWS adds by itself is no difference; what somebody else put is one."""

from typing import Any

import pytest

from prowler_bedrock.logging_configuration.compare import differences

GROUP: dict[str, Any] = {"logGroupName": "/ours", "roleArn": "r"}
S3 = {"bucketName": "log-bucket", "keyPrefix": "bedrock"}
SENT: dict[str, Any] = {"cloudWatchConfig": GROUP, "textDataDeliveryEnabled": True}


@pytest.mark.parametrize(
    ("read", "differing"),
    [
        (SENT, []),
        (SENT | {"newerDataDeliveryEnabled": False}, []),
        (SENT | {"cloudWatchConfig": {**GROUP, "newerEnabled": True}}, []),
        (SENT | {"textDataDeliveryEnabled": False}, ["textDataDeliveryEnabled"]),
        ({"cloudWatchConfig": GROUP}, ["textDataDeliveryEnabled"]),
        (SENT | {"s3Config": {"bucketName": "theirs"}}, ["s3Config"]),
        # What is empty is no destination, and no prefix.
        (SENT | {"cloudWatchConfig": {**GROUP, "largeDataDeliveryS3Config": {}}}, []),
        (
            SENT | {"cloudWatchConfig": {
                **GROUP, "largeDataDeliveryS3Config": {"bucketName": "", "keyPrefix": ""}
            }},
            [],
        ),
        (
            SENT | {"cloudWatchConfig": {
                **GROUP, "largeDataDeliveryS3Config": {"bucketName": "", "keyPrefix": "p"}
            }},
            ["cloudWatchConfig"],
        ),
        (SENT | {"cloudWatchConfig": {"logGroupName": "/ours"}}, ["cloudWatchConfig"]),
        (SENT | {"cloudWatchConfig": True}, ["cloudWatchConfig"]),
        (None, ["loggingConfig"]),
    ],
)  # fmt: skip
def test_differences(read: Any, differing: list[str]) -> None:
    assert differences(SENT, read) == differing


@pytest.mark.parametrize(
    ("expected", "actual", "differing"),
    [
        (None, None, []),
        (None, SENT, ["loggingConfig"]),
        (None, {}, ["loggingConfig"]),
        ({}, None, ["loggingConfig"]),
        ({"a": True}, {"a": False}, ["a"]),
        ({"a": True}, {}, ["a"]),
        ({}, {"s3Config": S3}, ["s3Config"]),
        ({"s3Config": S3}, {"s3Config": S3, "newDataDeliveryEnabled": True}, []),
        ({"s3Config": S3, "b": 1}, {"cloudWatchConfig": {}}, ["b", "s3Config"]),
        ({"s3Config": S3 | {"keyPrefix": ""}}, {"s3Config": {"bucketName": "log-bucket"}}, []),
        ({"a": False}, {}, ["a"]),
    ],
)
def test_configurations_are_compared_as_aws_means_them(
    expected: Any, actual: Any, differing: list[str]
) -> None:
    assert differences(expected, actual) == differing
