"""Who may delete a bucket of logs by its policy, and whom the policy keeps from it."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import Mock

import pytest

from prowler_bedrock.account.access import Access
from prowler_bedrock.enable.standing_bucket import StandingBucket
from prowler_bedrock.tampering.bucket_policy import BucketPolicy
from prowler_bedrock.tampering.judge import CONFIGURATION_ACTIONS
from tests.core.people import ACCOUNT, REGION, People, allow

DELETE = CONFIGURATION_ACTIONS[0]
BUCKET = "arn:aws:s3:::theirs"
OTHER = "arn:aws:iam::999999999999:root"
THIRD = "arn:aws:iam::888888888888:root"
USER = f"arn:aws:iam::{ACCOUNT}:user/app"
MFA = "aws:MultiFactorAuthPresent"
UNLESS = {"StringNotEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/logging"}}


def statement(principal: Any, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    named = {} if "NotPrincipal" in more else {"Principal": principal}
    made = {"Effect": effect, **named, "Resource": BUCKET, **more}
    return made if "NotAction" in made else {"Action": "s3:DeleteBucket", **made}


@pytest.fixture
def people(people: People) -> People:
    people.user("app", allow("s3:ListBucket"))
    return people


@pytest.mark.parametrize(
    ("made", "grantee"),
    [
        (statement({"AWS": USER}), USER),
        (statement({"AWS": f"arn:aws:iam::{ACCOUNT}:role/gone"}), "role/gone"),
        (statement("*"), "*"),
        (statement({"AWS": "*"}), "*"),
        (statement(None, NotPrincipal={"AWS": OTHER}), "*"),
        (statement({"AWS": OTHER}), OTHER),
        (statement({"AWS": "999999999999"}), "999999999999"),
        (statement({"AWS": OTHER}, Action="s3:*", Resource="*"), OTHER),
        (statement({"AWS": OTHER}, NotAction="s3:GetObject"), OTHER),
        (statement({"CanonicalUser": "79a59df9"}), "79a59df9"),
        (
            statement({"AWS": OTHER}, Condition={"StringEquals": {"aws:RequestedRegion": REGION}}),
            OTHER,
        ),
        (
            statement(
                {"AWS": OTHER}, Condition={"StringEquals": {"aws:PrincipalAccount": "9" * 12}}
            ),
            OTHER,
        ),
        (
            statement(
                {"AWS": USER},
                Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/app"}},
            ),
            "user/app",
        ),
    ],
)
def test_whom_the_policy_allows_it_is_named(
    people: People, made: dict[str, Any], grantee: str
) -> None:
    people.bucket(made)
    found = people.verdict()
    assert found.status == "FAIL"
    told = found.status_extended.partition("the policy of bucket theirs allows s3:DeleteBucket to ")
    assert told[2].partition(": take that out of the policy, or name them")[0].endswith(grantee)


@pytest.mark.parametrize(
    "statements",
    [
        # The account as a whole: its users' own policies decide.
        [statement({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})],
        [statement({"AWS": ACCOUNT})],
        # A user that was deleted; a service.
        [statement({"AWS": ["AIDACKCEVSQ6C2EXAMPLE", "AROACKCEVSQ6C2EXAMPLE"]})],
        [statement({"Service": "bedrock.amazonaws.com"})],
        [statement({"AWS": OTHER}, Action="s3:GetObject")],
        [statement({"AWS": OTHER}, Action="s3:*", Resource=f"{BUCKET}/*")],
        [statement({"AWS": OTHER}), statement("*", "Deny")],
        [statement({"AWS": OTHER}), statement({"AWS": OTHER}, "Deny")],
        [statement({"AWS": f"{OTHER[:-4]}user/x"}), statement({"AWS": OTHER}, "Deny")],
        [statement({"AWS": "999999999999"}), statement({"AWS": OTHER}, "Deny")],
        [statement({"AWS": OTHER}), statement({"AWS": "999999999999"}, "Deny")],
        [statement({"AWS": OTHER}), statement(None, "Deny", NotPrincipal={"AWS": THIRD})],
        # Only its own account's users, by their own policies.
        [statement("*"), statement(None, "Deny", NotPrincipal={"AWS": ACCOUNT})],
        [statement({"AWS": ACCOUNT}), statement(None, "Deny", NotPrincipal={"AWS": USER})],
        [
            statement(
                {"AWS": OTHER}, Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
            )
        ],
        [
            statement({"AWS": USER}),
            statement("*", "Deny", Condition=UNLESS),
        ],
    ],
)
def test_whom_it_does_not_allow_it_is_not(people: People, statements: list[dict[str, Any]]) -> None:
    people.bucket(*statements)
    found = people.verdict()
    assert found.status == "PASS", found.status_extended


@pytest.mark.parametrize(
    ("principal", "spared", "grantees"),
    [
        ("*", OTHER, {OTHER}),
        ("*", [OTHER, f"{OTHER[:-4]}role/one"], {OTHER, f"{OTHER[:-4]}role/one"}),
        ("*", [ACCOUNT, USER], {USER}),
        (OTHER, "999999999999", {OTHER, "999999999999"}),
        ("999999999999", OTHER, {OTHER, "999999999999"}),
        # What is denied to its account may be denied to it too, or not.
        (OTHER, f"{OTHER[:-4]}role/one", {f"{OTHER[:-4]}role/one"}),
    ],
)
def test_whom_a_denial_leaves_out_is_named(
    people: People, principal: str, spared: Any, grantees: set[str]
) -> None:
    people.bucket(
        statement({"AWS": principal}), statement(None, "Deny", NotPrincipal={"AWS": spared})
    )
    found = people.verdict()
    assert found.status == "FAIL"
    told = found.status_extended.partition("allows s3:DeleteBucket to ")[2].partition(": take")[0]
    assert set(told.split(", ")) == grantees


def test_a_denial_to_all_but_a_canonical_user_is_manual(people: People) -> None:
    denial = statement(None, "Deny", NotPrincipal={"CanonicalUser": "79a59df9"})
    people.bucket(statement({"AWS": OTHER}), denial)
    assert people.verdict().status == "MANUAL"


def test_of_several_each_is_judged(people: People) -> None:
    names = [OTHER, USER]
    people.bucket(statement({"AWS": names}), statement({"AWS": OTHER}, "Deny"))
    found = people.verdict()
    assert (found.status, found.status_extended.partition(" Whether")[0]) == (
        "FAIL",
        "Bedrock Model Invocation Logging: the policy of bucket theirs allows s3:DeleteBucket to "
        f"{names[1]}: take that out of the policy, or name them in ExpectedPrincipals.",
    )
    assert people.verdict(ExpectedPrincipals=["arn:aws:iam::*:user/app"]).status == "PASS"


def test_what_one_is_allowed_is_not_told_of_another(people: People) -> None:
    elsewhere = {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
    people.bucket(statement({"AWS": USER}), statement({"AWS": OTHER}, Condition=elsewhere))
    told = people.verdict().status_extended
    assert f"allows s3:DeleteBucket to {USER}: take" in told


@pytest.mark.parametrize(
    ("given", "version"), [({"Version": "2012-10-17"}, "2012-10-17"), ({}, "2008-10-17")]
)
def test_the_statements_are_evaluated_as_of_the_policys_version(
    given: dict[str, str], version: str
) -> None:
    made = statement({"AWS": OTHER}, Sid="Theirs: 1")
    iam = Mock()
    result = {"EvalActionName": "s3:DeleteBucket", "EvalDecision": "allowed"}
    iam.simulate_custom_policy.return_value = {"EvaluationResults": [result]}
    access = Access(ACCOUNT, "aws", lambda service, region: iam)
    policy = BucketPolicy(access, BUCKET, json.dumps({**given, "Statement": made}))
    assert policy.grant(OTHER, {"aws:RequestedRegion": REGION}).allowed
    asked = iam.simulate_custom_policy.call_args.kwargs
    (document,) = map(json.loads, asked["PolicyInputList"])
    kept = {"Effect": "Allow", "Action": "s3:DeleteBucket", "Resource": BUCKET}
    assert document == {"Version": version, "Statement": [kept]}
    assert (asked["ActionNames"], asked["ResourceArns"]) == (["s3:DeleteBucket"], [BUCKET])


def test_administrators_may_by_the_policy_too(people: People) -> None:
    arn = people.user("root-like", allow("*"))
    people.bucket(statement({"AWS": arn}))
    assert people.verdict().status == "PASS"
    people.s3.delete_bucket_policy(Bucket="theirs")
    people.s3.delete_bucket(Bucket="theirs")
    people.bucket(statement({"AWS": arn}), statement({"AWS": OTHER}))
    assert f"allows s3:DeleteBucket to {OTHER}: take" in people.verdict().status_extended


@pytest.mark.parametrize(("effect", "status"), [("Deny", "PASS"), ("Allow", "FAIL")])
def test_what_a_users_own_policy_denies_no_bucket_gives(
    people: People, effect: str, status: str
) -> None:
    arn = people.user("bound", {"Effect": effect, "Action": "s3:DeleteB*", "Resource": BUCKET})
    people.bucket(statement({"AWS": arn}))
    assert people.verdict().status == status


@pytest.mark.parametrize(("within", "status"), [(False, "PASS"), (True, "FAIL")])
def test_what_the_organization_denies_no_bucket_gives(
    people: People, within: bool, status: str
) -> None:
    people.bucket(statement({"AWS": USER}))
    people.answer = {"OrganizationsDecisionDetail": {"AllowedByOrganizations": within}}
    assert people.verdict().status == status


@pytest.mark.parametrize("principal", ["*", {"AWS": OTHER}])
def test_a_condition_whose_key_is_not_known_is_manual(people: People, principal: Any) -> None:
    more = {"Bool": {MFA: "true"}, "StringEquals": {"aws:SourceVpce": "vpce-1"}}
    people.bucket(statement(principal, Condition=more))
    found = people.verdict()
    name = "*" if principal == "*" else OTHER
    assert (found.status, found.status_extended.partition(" Whether")[0]) == (
        "MANUAL",
        "Bedrock Model Invocation Logging: it is not known whether the policy of bucket theirs "
        f"allows s3:DeleteBucket to {name} (depending on {MFA}, aws:SourceVpce).",
    )


@pytest.mark.parametrize("principal", ["*", {"AWS": OTHER}])
def test_who_an_account_or_everyone_is_is_not_known(people: People, principal: Any) -> None:
    condition = {"ArnEquals": {"aws:PrincipalArn": f"{OTHER[:-4]}role/one"}}
    people.bucket(statement(principal, Condition=condition))
    found = people.verdict()
    assert found.status == "MANUAL"
    assert "(depending on aws:PrincipalArn)" in found.status_extended


@pytest.mark.parametrize(
    "made",
    [
        statement("*", "Deny"),
        statement({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Deny"),
        statement({"AWS": ACCOUNT}, "Deny"),
        statement({"AWS": f"arn:aws:iam::{ACCOUNT}:user/broad"}, "Deny", Action="s3:*"),
        statement(None, "Deny", NotPrincipal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
        statement("*", "Deny", Condition=UNLESS),
    ],
)
def test_whom_the_policy_denies_it_can_not(people: People, made: dict[str, Any]) -> None:
    people.user("broad", allow("s3:*"))
    assert people.verdict().status == "FAIL"
    people.bucket(made)
    found = people.verdict()
    assert found.status == "PASS", found.status_extended


@pytest.mark.parametrize(
    "made",
    [
        statement({"AWS": f"arn:aws:iam::{ACCOUNT}:user/another"}, "Deny"),
        statement({"AWS": OTHER}, "Deny"),
        statement(None, "Deny", NotPrincipal={"AWS": f"arn:aws:iam::{ACCOUNT}:user/broad"}),
        statement("*", "Deny", Resource=f"{BUCKET}/*"),
        statement("*", "Deny", Action="s3:DeleteObject"),
        statement("*", "Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}),
    ],
)
def test_whom_it_does_not_deny_it_can(people: People, made: dict[str, Any]) -> None:
    arn = people.user("broad", allow("s3:*"))
    people.bucket(made)
    found = people.verdict()
    assert found.status == "FAIL"
    assert f"can tamper with it: {arn} (s3:DeleteBucket)" in found.status_extended


def test_a_denial_whose_key_is_not_known_is_manual(people: People) -> None:
    arn = people.user("broad", allow("s3:*"))
    people.bucket(statement("*", "Deny", Condition={"BoolIfExists": {MFA: "false"}}))
    found = people.verdict()
    assert found.status == "MANUAL"
    assert f"can tamper with it: {arn} (depending on {MFA})" in found.status_extended


def test_a_denial_of_the_bucket_protects_nothing_else(people: People) -> None:
    people.user("broad", allow("s3:*", "logs:*"))
    people.bucket(statement("*", "Deny"))
    found = people.verdict()
    assert found.status == "FAIL"
    assert "user/broad (logs:DeleteLogGroup)" in found.status_extended


def test_service_control_policies_are_told_beside_a_denial(people: People) -> None:
    people.user("root-like", allow("*"))
    people.bucket(statement("*", "Deny"))
    people.answer = {"OrganizationsDecisionDetail": {"AllowedByOrganizations": True}}
    told = people.verdict().status_extended
    assert told.endswith("No service control policy that IAM's simulator knows protects it.")


def test_a_policy_that_can_not_be_read_is_manual_and_may_deny(people: People) -> None:
    people.bucket(statement({"AWS": OTHER}))
    people.account.set_faults({"kind": "denied", "service": "s3", "operation": "GetBucketPolicy"})
    found = people.verdict()
    assert found.status == "MANUAL"
    assert "whom the policy of bucket theirs lets delete it could not be read: " in (
        found.status_extended
    )
    assert f"s3:GetBucketPolicy failed in {REGION}: AccessDenied" in found.status_extended
    assert "allow s3:GetBucketPolicy to this principal" in found.status_extended
    arn = people.user("broad", allow("s3:*"))
    found = people.verdict()
    assert found.status == "MANUAL", "the policy may deny it"
    assert f"{arn} (depending on the policy of bucket theirs)" in found.status_extended
    people.user("another", allow(DELETE))
    assert people.verdict().status == "FAIL"


def test_a_simulator_that_does_not_answer_is_manual(people: People) -> None:
    people.bucket(statement({"AWS": OTHER}))
    fault = {"kind": "denied", "service": "iam", "operation": "SimulateCustomPolicy"}
    people.account.set_faults(fault)
    found = people.verdict()
    assert found.status == "MANUAL"
    told = found.status_extended
    assert "Logging: whom the policy of bucket theirs lets delete it could not be read: " in told
    assert "allow iam:SimulateCustomPolicy to this principal" in told


def test_a_bucket_without_a_policy_asks_nothing_more(people: People) -> None:
    people.bucket(statement("*"))
    people.s3.delete_bucket_policy(Bucket="theirs")
    people.account.clear_calls()
    assert people.verdict().status == "PASS"
    assert "SimulateCustomPolicy" not in {call["operation"] for call in people.account.calls()}


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"Statement": ["x"]}'])
def test_a_policy_of_another_shape_is_manual(
    people: People, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StandingBucket, "policy", lambda _: text)
    found = people.verdict()
    assert found.status == "MANUAL"
    told = "whom the policy of bucket theirs lets delete it could not be read: UnparsableAnswer"
    assert told in found.status_extended
