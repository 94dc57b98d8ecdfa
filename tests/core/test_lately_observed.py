"""What was read moments ago saves a call; what was put since then stays."""

from __future__ import annotations

import pytest

from prowler_bedrock.logging_configuration.model import (
    NotOffered,
    Observation,
    SwitchedOff,
    Unreadable,
)
from prowler_bedrock.logging_configuration.read import parse_answer
from tests.core.recorded import ROLE, TO_LOG_GROUP, Recorded

ON = {"cloudWatchConfig": {"logGroupName": "/theirs", "roleArn": ROLE}}
CONFIGURED = parse_answer({"loggingConfig": ON})


def reads(account: Recorded) -> int:
    return int(account.bedrock.get_model_invocation_logging_configuration.call_count)


@pytest.mark.parametrize(
    ("observed", "number"),
    [
        # Right before the put, and to verify it.
        (SwitchedOff(), 2),
        (None, 3),
        (CONFIGURED, 3),
        (Unreadable(code="ThrottlingException", message="slow down"), 3),
        (NotOffered(), 3),
    ],
)
def test_only_a_region_that_was_off_is_not_read_first(
    recorded: Recorded, observed: Observation | None, number: int
) -> None:
    recorded.lately_observed = observed
    assert recorded.outcome(TO_LOG_GROUP).result == "changed"
    assert reads(recorded) == number


def test_five_calls_turn_logging_on_once_the_role_stands(recorded: Recorded) -> None:
    recorded.lately_observed = SwitchedOff()
    own = TO_LOG_GROUP | {"RoleArn": ROLE}
    del own["RoleName"]
    assert recorded.outcome(own).result == "changed"
    assert [name for name, *_ in recorded.clients.mock_calls] == [
        "logs.create_log_group",
        "logs.put_retention_policy",
        "bedrock.get_model_invocation_logging_configuration",
        "bedrock.put_model_invocation_logging_configuration",
        "bedrock.get_model_invocation_logging_configuration",
    ]


def test_what_was_put_since_stays_and_what_was_made_can_be_removed(recorded: Recorded) -> None:
    recorded.lately_observed = SwitchedOff()
    recorded.bedrock.get_model_invocation_logging_configuration.return_value = {"loggingConfig": ON}
    outcome = recorded.outcome(TO_LOG_GROUP)
    assert outcome.result == "failed"
    assert "Someone changed the configuration of eu-west-1" in outcome.message
    assert not recorded.bedrock.put_model_invocation_logging_configuration.called
    assert {one.kind for one in recorded.record.created} == {"role", "role-policy", "log-group"}
