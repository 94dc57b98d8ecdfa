"""Only what is young is waited for, and not for ever."""

from __future__ import annotations

import pytest

from tests.core.answers import cause
from tests.core.recorded import (
    NOT_VALID,
    ROLE,
    TO_LOG_GROUP,
    Recorded,
    standing_bucket,
    stands,
)

ADVICE = (
    f"The role {ROLE} was not made by prowler-bedrock and is left as it is: it must trust "
    "bedrock.amazonaws.com and allow logs:CreateLogStream and logs:PutLogEvents on the log group."
)


@pytest.mark.parametrize(("minutes", "waits"), [(1, True), (3, False)])
def test_only_a_young_role_is_waited_for(recorded: Recorded, minutes: int, waits: bool) -> None:
    stands(recorded, minutes)
    recorded.refuse_puts(2)
    outcome = recorded.outcome(TO_LOG_GROUP)
    puts = recorded.bedrock.put_model_invocation_logging_configuration.call_count
    assert (outcome.result, puts) == (("changed", 3) if waits else ("failed", 1))
    assert cause(outcome.message).endswith(f" {NOT_VALID}. {ADVICE}") is not waits


OURS_FAILED = (
    "bedrock:PutModelInvocationLoggingConfiguration failed in eu-west-1: ValidationException: "
)


def test_it_waits_longer_and_longer_but_at_most_eight_seconds(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waited.append)
    monkeypatch.setattr("tenacity.wait.random.uniform", lambda low, high: high)
    recorded.refuse_puts(6)
    assert recorded.outcome(TO_LOG_GROUP).result == "changed"
    assert waited == [0.5, 1, 2, 4, 8, 8]


def test_it_gives_up_after_the_time_to_settle(recorded: Recorded) -> None:
    recorded.refuse_puts(1)
    outcome = recorded.outcome(TO_LOG_GROUP, settle_seconds=0)
    # The role is ours, so there is nothing to say about it.
    assert (outcome.result, cause(outcome.message)) == ("failed", f"{OURS_FAILED}{NOT_VALID}.")


BUCKET_NOT_VALID = "Failed to validate permissions for bucket: logs"
BUCKET_ADVICE = (
    "The bucket's policy, Object Ownership and KMS key policy must let bedrock.amazonaws.com write."
)


@pytest.mark.parametrize(
    ("bucket", "role_minutes", "refused", "waits"),
    [
        ("new", None, "bucket", True),
        ("standing", None, "bucket", True),
        ("granted", None, "bucket", False),
        ("granted", 1, "bucket", True),
        ("granted", 3, "bucket", False),
        ("new", 3, "log group", False),
        ("new", 1, "log group", True),
    ],
)
def test_only_a_young_bucket_policy_or_role_is_waited_for(
    recorded: Recorded,
    bucket: str,
    role_minutes: int | None,
    refused: str,
    waits: bool,
) -> None:
    settings = {"Destination": "s3", "BucketName": "logs", "KeyPrefix": "p"}
    if role_minutes:
        stands(recorded, role_minutes)
        settings |= {"Destination": "both"} | TO_LOG_GROUP
    if bucket != "new":
        standing_bucket(recorded, granted=bucket == "granted")
    message, advice = (
        (BUCKET_NOT_VALID, BUCKET_ADVICE) if refused == "bucket" else (NOT_VALID, ADVICE)
    )
    recorded.refuse_puts(2, message)
    outcome = recorded.outcome(settings)
    assert outcome.result == ("changed" if waits else "failed")
    told = f"{OURS_FAILED}{message}. {advice}"
    assert (cause(outcome.message) == told) is not waits
