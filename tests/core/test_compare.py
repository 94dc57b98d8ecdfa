"""What AWS adds by itself is no difference; what somebody else put is one."""

from typing import Any

import pytest

from prowler_bedrock.logging_configuration.compare import differences

GROUP: dict[str, Any] = {"logGroupName": "/ours", "roleArn": "r"}
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
        (
            SENT | {"cloudWatchConfig": {**GROUP, "largeDataDeliveryS3Config": {}}},
            ["cloudWatchConfig"],
        ),
        (SENT | {"cloudWatchConfig": {"logGroupName": "/ours"}}, ["cloudWatchConfig"]),
        (SENT | {"cloudWatchConfig": True}, ["cloudWatchConfig"]),
        (None, ["loggingConfig"]),
    ],
)  # fmt: skip
def test_differences(read: Any, differing: list[str]) -> None:
    assert differences(SENT, read) == differing


def test_off_is_off() -> None:
    assert differences(None, None) == []
    assert differences(None, SENT) == ["loggingConfig"]
