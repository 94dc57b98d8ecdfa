"""Everyone who is on any page of the account's users and roles is looked at."""

from __future__ import annotations

from typing import Any

import pytest

from prowler_bedrock.account.access import Access
from prowler_bedrock.errors import AwsCallError
from prowler_bedrock.tampering.principals import AccountPrincipals
from tests.core.account import ACCOUNT
from tests.core.paged import paged

ACTION = "bedrock:DeleteModelInvocationLoggingConfiguration"
ALLOWING = {"Statement": [{"Effect": "Allow", "Action": ACTION, "Resource": "*"}]}
ARN = f"arn:aws:iam::{ACCOUNT}:"


def inline() -> list[dict[str, Any]]:
    return [{"PolicyName": "p", "PolicyDocument": ALLOWING}]


def page(**found: list[dict[str, Any]]) -> dict[str, Any]:
    lists = ("UserDetailList", "RoleDetailList", "GroupDetailList", "Policies")
    return {**{name: [] for name in lists}, **found}


def user(name: str, **more: Any) -> dict[str, Any]:
    return {"Path": "/", "UserName": name, "Arn": f"{ARN}user/{name}", **more}


def role(name: str, **more: Any) -> dict[str, Any]:
    return {"Path": "/", "RoleName": name, "Arn": f"{ARN}role/{name}", **more}


def group(name: str, **more: Any) -> dict[str, Any]:
    return {"Path": "/", "GroupName": name, "Arn": f"{ARN}group/{name}", **more}


def managed(name: str) -> dict[str, Any]:
    version = {"Document": ALLOWING, "VersionId": "v1", "IsDefaultVersion": True}
    return {"PolicyName": name, "Arn": f"{ARN}policy/{name}", "PolicyVersionList": [version]}


def attached(name: str) -> dict[str, Any]:
    return {"AttachedManagedPolicies": [{"PolicyName": name, "PolicyArn": f"{ARN}policy/{name}"}]}


def suspects(*pages: dict[str, Any]) -> list[str]:
    """The names of those who may do it, by a listing of these pages."""
    operation = "get_account_authorization_details"
    iam = paged(operation, *pages)
    found = AccountPrincipals(Access(ACCOUNT, "aws", lambda *_: iam), (ACTION,)).read()
    filters = ["User", "Role", "Group", "LocalManagedPolicy"]
    iam.get_paginator(operation).paginate.assert_called_once_with(Filter=filters)
    return [one.arn.rsplit("/", 1)[-1] for one in found if one.suspects == {ACTION}]


EMPTY = page(UserDetailList=[user("nobody")])


@pytest.mark.parametrize(
    "found",
    [
        page(UserDetailList=[user("it", UserPolicyList=inline())]),
        page(RoleDetailList=[role("it", RolePolicyList=inline())]),
        page(UserDetailList=[user("it", **attached("q"))], Policies=[managed("q")]),
        page(RoleDetailList=[role("it", **attached("q"))], Policies=[managed("q")]),
        page(
            UserDetailList=[user("it", GroupList=["g"])],
            GroupDetailList=[group("g", GroupPolicyList=inline())],
        ),
        page(
            UserDetailList=[user("it", GroupList=["g"])],
            GroupDetailList=[group("g", **attached("q"))],
            Policies=[managed("q")],
        ),
    ],
)
def test_every_policy_on_every_page_counts(found: dict[str, Any]) -> None:
    assert suspects(found, EMPTY) == ["it"]
    assert suspects(EMPTY, found) == ["it"]


def test_only_roles_can_be_those_of_aws_services() -> None:
    linked = {"Path": "/aws-service-role/x.amazonaws.com/"}
    found = page(
        UserDetailList=[user("it", UserPolicyList=inline(), **linked)],
        RoleDetailList=[role("linked", RolePolicyList=inline(), **linked)],
    )
    assert suspects(found) == ["it"]


def test_what_belongs_together_may_be_on_different_pages() -> None:
    users = page(UserDetailList=[user("it", GroupList=["g"])])
    groups = page(GroupDetailList=[group("g", **attached("q"))])
    assert suspects(users, groups, page(Policies=[managed("q")]), EMPTY) == ["it"]
    assert suspects(page(Policies=[managed("q")]), groups, users) == ["it"]


@pytest.mark.parametrize("pages", [[], [page()]])
def test_nobody_at_all_does_not_pass_for_nobody_who_can(pages: list[dict[str, Any]]) -> None:
    with pytest.raises(AwsCallError, match="iam:GetAccountAuthorizationDetails failed: Unpars"):
        suspects(*pages)
