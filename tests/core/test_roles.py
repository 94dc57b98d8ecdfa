"""The role is looked for, created and completed once, and a user's own is left alone."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from prowler_bedrock.enable.role import Role, RoleKeeper, policy_name
from prowler_bedrock.errors import AwsCallError
from tests.core.account import ACCOUNT
from tests.core.answers import cause, refusal
from tests.core.recorded import (
    DELIVERY,
    POLICY,
    ROLE,
    TAGGED,
    TO_LOG_GROUP,
    Recorded,
    stands,
)


def test_a_role_of_ours_gets_the_policy_that_it_lacks(recorded: Recorded) -> None:
    stands(recorded, 9, TAGGED)
    recorded.iam.get_role_policy.side_effect = refusal("NoSuchEntity")
    # The policy is new, so Bedrock may not see it yet.
    recorded.refuse_puts(1)
    assert recorded.outcome(TO_LOG_GROUP).result == "changed"
    of_policy = {"RoleName": "Own", "PolicyName": POLICY}
    assert [one for one in recorded.calls() if one[0].startswith("iam.")] == [
        ("iam.get_role", {"RoleName": "Own"}),
        ("iam.get_role_policy", of_policy),
        ("iam.get_role_policy", of_policy),
        ("iam.put_role_policy", of_policy | {"PolicyDocument": DELIVERY}),
    ]
    assert [one.kind for one in recorded.record.created] == ["role-policy", "log-group"]


@pytest.mark.parametrize(("tags", "looks"), [(TAGGED, 1), (None, 0)])
def test_a_role_that_has_all_it_needs_is_left_alone(
    recorded: Recorded, tags: list[dict[str, str]] | None, looks: int
) -> None:
    stands(recorded, 9, tags)
    recorded.iam.get_role_policy.return_value = {"PolicyDocument": DELIVERY}
    assert recorded.outcome(TO_LOG_GROUP).result == "changed"
    names = [name for name, _ in recorded.calls() if name.startswith("iam.")]
    assert names == ["iam.get_role", *["iam.get_role_policy"] * looks]


def test_a_given_role_is_not_looked_at(recorded: Recorded) -> None:
    outcome = recorded.outcome({"LogGroupName": "/own", "RoleArn": ROLE})
    assert outcome.result == "changed"
    calls = recorded.calls()
    assert not [name for name, _ in calls if name.startswith("iam.")]
    put = calls[-1][1]["loggingConfig"]
    assert put["cloudWatchConfig"] == {"logGroupName": "/own", "roleArn": ROLE}
    assert recorded.record.later_configuration == put


PREVIEW = {"LogGroupName": "/own", "RoleArn": ROLE, "DryRun": True}


@pytest.mark.parametrize("found", [None, ROLE.replace(":role/", ":role/path/")])
def test_a_preview_tells_that_a_given_role_is_missing(
    recorded: Recorded, found: str | None
) -> None:
    recorded.found_log_groups()
    if found:
        recorded.iam.get_role.side_effect = None
        recorded.iam.get_role.return_value = {"Role": {"Arn": found}}
    outcome = recorded.outcome(PREVIEW)
    assert (outcome.result, outcome.message) == (
        "failed",
        f"Role {ROLE} does not exist: create it or configure another one. Nothing was changed.",
    )
    recorded.iam.get_role.assert_called_once_with(RoleName="Own")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refusal("AccessDenied"), "AccessDenied"),
        ([{}], "UnparsableAnswer"),
        ([{"Role": {"Path": "/"}}], "UnparsableAnswer"),
    ],
)
def test_a_preview_tells_that_a_given_role_can_not_be_read(
    recorded: Recorded, answer: Any, code: str
) -> None:
    recorded.found_log_groups()
    recorded.iam.get_role.side_effect = answer
    outcome = recorded.outcome(PREVIEW)
    assert outcome.result == "planned"
    assert outcome.message.startswith(
        "Dry run: model invocation logging in eu-west-1 would go to CloudWatch log group /own. "
        f"Whether role {ROLE} exists could not be read: iam:GetRole failed: {code}: "
    )
    assert outcome.message.endswith(" Nothing was changed.")


def test_what_iam_answers_in_another_shape_is_told(recorded: Recorded) -> None:
    recorded.iam.get_role.side_effect = None
    recorded.iam.get_role.return_value = {"Role": {"Arn": ROLE}}
    assert recorded.outcome(TO_LOG_GROUP).message == (
        "iam:GetRole failed: UnparsableAnswer: an answer of another shape than documented "
        "(KeyError). Nothing was changed."
    )


@pytest.mark.parametrize(
    ("log_group_name", "readable"),
    [
        ("/aws/bedrock/X", "aws-bedrock-X"),
        ("X/.y_z#1-", "X-.y_z-1"),
        ("a" * 90, "a" * 80),
        ("/\u00e4/b", "b"),
    ],
)
def test_each_log_group_has_a_policy_of_its_own_name(log_group_name: str, readable: str) -> None:
    digest = hashlib.sha256(log_group_name.encode()).hexdigest()[:8]
    assert policy_name(log_group_name) == f"DeliverTo-{readable}-{digest}"


@pytest.mark.parametrize("tagged", [True, False])
def test_a_role_that_another_run_creates_at_the_same_moment_is_used(
    recorded: Recorded, tagged: bool
) -> None:
    stands(recorded, 1, TAGGED if tagged else None)
    found = recorded.iam.get_role.return_value
    recorded.iam.get_role.side_effect = [refusal("NoSuchEntity"), found]
    recorded.iam.create_role.side_effect = refusal("EntityAlreadyExists")
    recorded.iam.get_role_policy.side_effect = refusal("NoSuchEntity")
    assert recorded.outcome(TO_LOG_GROUP).result == "changed"
    assert recorded.iam.get_role.call_count == 2
    assert recorded.iam.get_role.call_args.kwargs == {"RoleName": "Own"}
    assert recorded.iam.put_role_policy.call_count == tagged


def test_a_role_that_can_not_be_created_is_told(recorded: Recorded) -> None:
    recorded.iam.create_role.side_effect = refusal("Refused")
    assert cause(recorded.outcome(TO_LOG_GROUP).message) == "iam:CreateRole failed: Refused: No."
    assert recorded.iam.get_role.call_count == 1


class Keeper:
    """The keeper of the roles of an account in which nothing stands."""

    def __init__(self, directory: Path) -> None:
        self.account = Recorded(directory, "eu-west-1")
        self.iam = self.account.iam
        self.roles = RoleKeeper(self.iam, ACCOUNT, "aws")

    def apply(self, name: str, log_group_name: str) -> Role:
        return self.roles.apply(name, log_group_name, "id", lambda resource: nullcontext())

    def calls(self) -> list[str]:
        names = [name.removeprefix("iam.") for name, _ in self.account.calls()]
        self.account.clients.reset_mock()
        return names


def test_a_role_is_looked_for_and_created_once(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path)
    planned, changes = keeper.roles.survey("Own", "/own")
    assert (planned.arn, [one.resource.kind for one in changes]) == (ROLE, ["role", "role-policy"])
    assert keeper.roles.survey("Own", "/own") == (planned, changes)
    role = keeper.apply("Own", "/own")
    assert role == Role(arn=ROLE, settling=True, managed=True, created=True)
    assert keeper.calls() == ["get_role", "create_role", "put_role_policy"]
    assert keeper.apply("Own", "/own") == role
    assert keeper.roles.survey("Own", "/own") == (role, [])
    assert keeper.calls() == []


def test_after_a_refusal_the_role_is_looked_for_again(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path)
    keeper.roles.survey("Own", "/own")
    keeper.iam.create_role.side_effect = [refusal("Refused"), {"Role": {"Arn": ROLE}}]
    with pytest.raises(AwsCallError):
        keeper.apply("Own", "/own")
    assert keeper.apply("Own", "/own").arn == ROLE
    assert keeper.iam.get_role.call_args.kwargs == {"RoleName": "Own"}
    policies = [one.kwargs["PolicyName"] for one in keeper.iam.put_role_policy.call_args_list]
    assert policies == [POLICY]
    looked_and_created = ["get_role", "create_role"]
    assert keeper.calls() == [*looked_and_created * 2, "put_role_policy"]


@pytest.mark.parametrize("other_role", [False, True])
def test_the_role_of_another_log_groups_turn_is_not_created_twice(
    tmp_path: Path, other_role: bool
) -> None:
    keeper = Keeper(tmp_path)
    name = "Other" if other_role else "Own"
    keeper.roles.survey("Own", "/own")
    keeper.roles.survey(name, "/other")
    keeper.apply("Own", "/own")
    keeper.calls()
    if not other_role:
        stands(keeper.account, 0, TAGGED)
    keeper.iam.get_role_policy.side_effect = refusal("NoSuchEntity")
    keeper.apply(name, "/other")
    put = keeper.iam.put_role_policy.call_args.kwargs
    assert (put["RoleName"], put["PolicyName"]) == (name, policy_name("/other"))
    assert "log-group:/other:" in put["PolicyDocument"]
    looked = ["get_role", "get_role_policy", "get_role_policy", "put_role_policy"]
    assert keeper.calls() == (["create_role", "put_role_policy"] if other_role else looked)
