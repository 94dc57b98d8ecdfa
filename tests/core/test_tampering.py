"""Who can turn logging off or delete its log group or buckets, and who is expected to."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from prowler_bedrock.account.access import Access
from prowler_bedrock.destination.simulation import Decision, simulate_principal
from prowler_bedrock.enable.settings import parse
from prowler_bedrock.errors import AwsCallError, SettingsError
from prowler_bedrock.logging_configuration.model import SwitchedOff, Unreadable
from prowler_bedrock.logging_configuration.read import parse_answer
from prowler_bedrock.tampering.judge import ACTIONS, judge_tampering
from prowler_bedrock.tampering.principals import AccountPrincipals, matching
from prowler_bedrock.tampering.settings import TamperSettings
from tests.core.people import ACCOUNT, CONFIG, REGION, People, allow

DELETE = "bedrock:DeleteModelInvocationLoggingConfiguration"
MANAGED = "arn:aws:iam::aws:policy/"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
        ],
    }
)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (allow("bedrock:*"), DELETE),
        (allow("bedrock:putmodel*"), "bedrock:PutModelInvocationLoggingConfiguration"),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, DELETE),
        (allow("logs:Delete*"), "logs:DeleteLogGroup"),
        (allow("s3:DeleteBucket", resource="arn:aws:s3:::theirs"), "s3:DeleteBucket"),
    ],
)
def test_who_can_tamper_is_named_with_the_actions(
    people: People, statement: dict[str, Any], named: str
) -> None:
    arn = people.user("app", statement)
    found = people.verdict()
    assert found.status == "FAIL"
    told = found.status_extended.partition(f"{arn} (")[2].partition(")")[0]
    assert named in told.split(", ")


@pytest.mark.parametrize(
    "statements",
    [
        [allow("bedrock:InvokeModel")],
        [allow("bedrock:*"), {"Effect": "Deny", "Action": "bedrock:*Logging*", "Resource": "*"}],
        [allow("bedrock:*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}})],
        [allow("logs:*", resource="arn:aws:logs:*:*:log-group:/another:*")],
        [allow("s3:*", resource="arn:aws:s3:::another")],
    ],
)
def test_who_can_not_is_not(people: People, statements: list[dict[str, Any]]) -> None:
    people.user("app", *statements)
    found = people.verdict()
    assert found.status == "PASS", found.status_extended
    assert "none of the other users and roles (1) is allowed" in found.status_extended


@pytest.mark.parametrize("everything", ["*", "*:*"])
def test_administrators_and_expected_principals_may(people: People, everything: str) -> None:
    people.user("root-like", allow(everything))
    assert people.verdict().status == "PASS"
    people.user("logging-team", allow("bedrock:*"))
    assert people.verdict().status == "FAIL"
    expected = ["arn:aws:iam::{account}:user/logging-*"]
    assert people.verdict(ExpectedPrincipals=expected).status == "PASS"


def test_every_action_under_a_condition_makes_no_administrator(people: People) -> None:
    people.user("nearly", allow("*", Condition={"StringEquals": {"aws:RequestedRegion": REGION}}))
    assert "user/nearly (" in people.verdict().status_extended


def test_of_many_the_first_are_named_and_the_others_counted(people: People) -> None:
    for number in range(12):
        people.user(f"app-{number:02}", allow(DELETE))
        if number == 9:
            told = people.verdict().status_extended
            assert f"user/app-09 ({DELETE}): take these actions away" in told
        if number == 10:
            assert ", 1 more: take these actions away" in people.verdict().status_extended
    told = people.verdict().status_extended
    assert "12 users or roles that are no administrators can tamper with it" in told
    assert "user/app-09 (bedrock:" in told
    assert "user/app-10" not in told
    assert ", 2 more: take these actions away" in told


def test_the_policies_of_groups_count(people: People) -> None:
    people.user("member", allow("s3:ListBucket"))
    people.iam.create_group(GroupName="g")
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow(DELETE)]})
    people.iam.put_group_policy(GroupName="g", PolicyName="p", PolicyDocument=document)
    people.iam.add_user_to_group(GroupName="g", UserName="member")
    assert "user/member (bedrock:Delete" in people.verdict().status_extended


@pytest.mark.parametrize("default", [False, True])
def test_of_a_policy_the_default_version_counts(people: People, default: bool) -> None:
    people.user("app", allow("s3:ListBucket"))
    arn = people.policy("grown", "app", allow("s3:ListBucket"))
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow(DELETE)]})
    people.iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=default)
    found = people.verdict()
    assert found.status == ("FAIL" if default else "PASS")
    assert (f"user/app ({DELETE})" in found.status_extended) == default


@pytest.mark.parametrize(
    ("key", "value", "another"),
    [
        ("aws:PrincipalAccount", ACCOUNT, "999999999999"),
        ("aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:user/app", "arn:aws:iam::1:user/app"),
        ("aws:RequestedRegion", REGION, "us-east-1"),
        ("aws:SecureTransport", "true", "false"),
    ],
)
def test_conditions_that_are_known_are_evaluated(
    people: People, key: str, value: str, another: str
) -> None:
    people.user("app", allow(DELETE, Condition={"StringEquals": {key: value}}))
    assert people.verdict().status == "FAIL"
    people.iam.delete_user_policy(UserName="app", PolicyName="p")
    people.iam.delete_user(UserName="app")
    people.user("app", allow(DELETE, Condition={"StringEquals": {key: another}}))
    assert people.verdict().status == "PASS"


@pytest.mark.parametrize(("region", "status"), [(REGION, "FAIL"), ("us-east-1", "PASS")])
def test_the_log_group_is_the_one_of_the_region(people: People, region: str, status: str) -> None:
    group = f"arn:aws:logs:{region}:{ACCOUNT}:log-group:/theirs:*"
    people.user("app", allow("logs:*", resource=group))
    assert people.verdict().status == status


def test_what_is_denied_does_not_depend_on_a_condition(people: People) -> None:
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    deny = {"Effect": "Deny", "Action": "bedrock:*", "Resource": "*"}
    people.user("app", allow("bedrock:*", Condition=condition), deny)
    assert people.verdict().status == "PASS"


WITHOUT_MFA = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}


@pytest.mark.parametrize(
    "deny",
    [
        {"NotAction": ["iam:ListMFADevices", "sts:GetSessionToken"], "Resource": "*"},
        {"Action": "bedrock:*", "Resource": "*"},
    ],
)
def test_a_denial_that_depends_on_a_condition_is_none(people: People, deny: dict[str, Any]) -> None:
    arn = people.user(
        "app", allow("bedrock:*"), {"Effect": "Deny", "Condition": WITHOUT_MFA, **deny}
    )
    found = people.verdict()
    assert found.status == "MANUAL"
    assert f"{arn} (depending on aws:MultiFactorAuthPresent)" in found.status_extended


@pytest.mark.parametrize(
    "denying",
    [
        {"Action": "logs:*", "Resource": "*"},
        {"NotAction": "bedrock:*", "Resource": "*"},
        {"Action": "bedrock:*", "Resource": "arn:aws:bedrock:*:*:*"},
        {"Action": "bedrock:*", "Resource": "*", "Effect": "Allow"},
    ],
)
def test_another_denial_leaves_it_unknown(people: People, denying: dict[str, Any]) -> None:
    deny = {"Effect": "Deny", "Action": "bedrock:*", "Resource": "*", "Condition": WITHOUT_MFA}
    people.user("app", allow("bedrock:*"), deny, {"Effect": "Deny", **denying})
    assert people.verdict().status == "MANUAL"


UNKNOWN_COVERAGE = (
    "Whether service control policies protect it is not known: "
    "there is no administrator to simulate."
)


def test_the_whole_sentence_where_nobody_can(people: People) -> None:
    people.user("app", allow("bedrock:InvokeModel"))
    assert people.verdict().status_extended == (
        "Bedrock Model Invocation Logging: besides administrators and expected principals, none of "
        f"the other users and roles (1) is allowed {', '.join(ACTIONS)}. "
        f"{UNKNOWN_COVERAGE}"
    )


def test_the_whole_sentence_where_one_or_two_can_and_two_may(people: People) -> None:
    first = people.user("app-1", allow(DELETE))
    told = (
        "Bedrock Model Invocation Logging: 1 user or role that is no administrator can tamper with "
        f"it: {first} ({DELETE}): take these actions away from them, or name them in "
        "ExpectedPrincipals."
    )
    assert people.verdict().status_extended == f"{told} {UNKNOWN_COVERAGE}"
    second = people.user("app-2", allow(DELETE))
    keys = {"aws:MultiFactorAuthPresent": "true", "aws:ViaAWSService": "true"}
    third = people.user("app-3", allow(DELETE, Condition={"Bool": keys}))
    assert people.verdict().status_extended == (
        "Bedrock Model Invocation Logging: 2 users or roles that are no administrators can tamper "
        f"with it: {first} ({DELETE}), {second} ({DELETE}): take these actions away from them, or "
        "name them in ExpectedPrincipals; it is not known whether these can tamper with it: "
        f"{third} (depending on aws:MultiFactorAuthPresent, aws:ViaAWSService). {UNKNOWN_COVERAGE}"
    )


def test_the_whole_sentence_where_users_can_not_be_read(people: People) -> None:
    operation = "GetAccountAuthorizationDetails"
    people.account.set_faults({"kind": "denied", "service": None, "operation": operation})
    found = people.verdict()
    assert found.status_extended.startswith(
        "Bedrock Model Invocation Logging: who can change Bedrock Model Invocation Logging could "
        f"not be read: iam:{operation} failed: AccessDenied"
    )
    assert found.status_extended.endswith(f"allow iam:{operation} to this principal.")


def test_a_region_that_can_not_be_read_is_named(people: People) -> None:
    access = Access(ACCOUNT, "aws", people.client)
    unreadable = Unreadable(code="AccessDenied", message="No.")
    principals = AccountPrincipals(access, ACTIONS)
    found = judge_tampering(access, principals, REGION, unreadable, TamperSettings())
    assert found is not None
    assert found.status == "MANUAL"
    assert f"could not be read in {REGION}: AccessDenied" in found.status_extended


@pytest.mark.parametrize("actions", ["bedrock:*", "logs:*", "s3:*"])
def test_an_unknown_condition_key_is_manual(people: People, actions: str) -> None:
    people.user("app", allow(actions, Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))
    found = people.verdict()
    assert found.status == "MANUAL"
    assert "user/app (depending on aws:MultiFactorAuthPresent)" in found.status_extended


@pytest.mark.parametrize(
    ("within", "said"),
    [
        (False, f"Service control policies deny {', '.join(ACTIONS)} to administrators too."),
        (True, "No service control policy that IAM's simulator knows protects it."),
    ],
)
def test_service_control_policies_are_told(people: People, within: bool, said: str) -> None:
    people.user("root-like", allow("*"))
    assert "simulator says nothing of an organization." in people.verdict().status_extended
    people.answer = {"OrganizationsDecisionDetail": {"AllowedByOrganizations": within}}
    assert people.verdict().status_extended.endswith(said)


@pytest.mark.parametrize("operation", ["GetAccountAuthorizationDetails", "SimulatePrincipalPolicy"])
def test_what_can_not_be_read_is_manual(people: People, operation: str) -> None:
    people.user("app", allow("bedrock:*"))
    people.account.set_faults({"kind": "denied", "service": None, "operation": operation})
    found = people.verdict()
    assert found.status == "MANUAL"
    assert f"allow iam:{operation}" in found.status_extended


def refuse_to_simulate(monkeypatch: pytest.MonkeyPatch, refused: dict[str, str]) -> None:
    """IAM answers an error for some users and roles, by name."""

    def simulate(iam: Any, arn: str, actions: list[str], *_: Any) -> list[Decision]:
        code = refused.get(arn.split("/")[-1])
        if code:
            raise AwsCallError("iam:SimulatePrincipalPolicy", None, code, "No.")
        return simulate_principal(iam, arn, actions, *_)

    monkeypatch.setattr("prowler_bedrock.tampering.permissions.simulate_principal", simulate)


def test_one_that_can_not_be_simulated_hides_no_other(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("app-1", "app-2", "app-3", "app-4", "app-5"):
        people.user(name, allow(DELETE))
    codes = {"app-1": "NoSuchEntity", "app-2": "PolicyEvaluation", "app-4": "InvalidInput"}
    refuse_to_simulate(monkeypatch, codes | {"app-5": "UnparsableAnswer"})
    found = people.verdict()
    arns = {number: f"arn:aws:iam::{ACCOUNT}:user/app-{number}" for number in range(6)}
    assert (found.status, found.status_extended) == (
        "FAIL",
        "Bedrock Model Invocation Logging: 1 user or role that is no administrator can tamper with "
        f"it: {arns[3]} ({DELETE}): take these actions away from them, or name them in "
        f"ExpectedPrincipals; what {arns[2]}, {arns[4]}, {arns[5]} may do could not be read: "
        f"iam:SimulatePrincipalPolicy failed: PolicyEvaluation: No. {UNKNOWN_COVERAGE}",
    )
    refuse_to_simulate(monkeypatch, codes | {"app-3": "InvalidInput", "app-5": "NoSuchEntity"})
    assert people.verdict().status == "MANUAL"
    refuse_to_simulate(monkeypatch, dict.fromkeys((*codes, "app-3", "app-5"), "NoSuchEntity"))
    assert people.verdict().status == "PASS"


def test_where_nobody_can_be_simulated_iam_is_asked_once(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.user("app-1", allow(DELETE))
    people.user("app-2", allow(DELETE))
    people.user("app-3", allow(DELETE))
    refuse_to_simulate(monkeypatch, {"app-2": "Throttling", "app-3": "InternalFailure"})
    said = people.verdict().status_extended
    assert "can tamper with it: " in said
    assert said.count("could not be read: ") == 1
    assert (
        "; who can change Bedrock Model Invocation Logging could not be read: "
        "iam:SimulatePrincipalPolicy failed: Throttling: No." in said
    )


def test_why_service_control_policies_are_not_known_is_said(people: People) -> None:
    people.user("root-like", allow("*"))
    fault = {"kind": "denied", "service": None, "operation": "SimulatePrincipalPolicy"}
    people.account.set_faults(fault)
    found = people.verdict()
    assert found.status == "PASS", "nobody else is in question"
    assert "protect it is not known: service control policies could not be" in found.status_extended
    assert "allow iam:SimulatePrincipalPolicy" in found.status_extended


def attach(policy: str, refused: str | None = None) -> AccountPrincipals:
    """A role with a policy of AWS, in a mocked account that has those policies."""

    def client(service: str, region: str | None) -> Any:
        made: Any = boto3.client("iam", "us-east-1")
        if refused:
            made.meta.events.register(f"before-call.iam.{refused}", refuse)
        return made

    def refuse(model: Any, **_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "No."}}, model.name)

    iam = boto3.client("iam", region_name="us-east-1")
    iam.create_role(RoleName="with-policy", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(RoleName="with-policy", PolicyArn=f"{MANAGED}{policy}")
    iam.create_role(
        RoleName="linked", Path="/aws-service-role/x.amazonaws.com/", AssumeRolePolicyDocument=TRUST
    )
    return AccountPrincipals(Access(ACCOUNT, "aws", client), ACTIONS)


@pytest.mark.parametrize(
    ("policy", "administrator", "suspects"),
    [
        ("AdministratorAccess", True, frozenset(ACTIONS)),
        ("AmazonBedrockFullAccess", False, frozenset(ACTIONS[:2])),
        ("ReadOnlyAccess", False, frozenset()),
    ],
)
@mock_aws(config={"iam": {"load_aws_managed_policies": True}})
def test_policies_of_aws_are_looked_into(
    policy: str, administrator: bool, suspects: frozenset[str]
) -> None:
    (found,) = attach(policy).read()
    assert found.arn.endswith("role/with-policy"), "only AWS can assume service-linked roles"
    assert (found.administrator, found.suspects) == (administrator, suspects)


@pytest.mark.parametrize("refused", ["GetPolicy", "GetPolicyVersion"])
@mock_aws(config={"iam": {"load_aws_managed_policies": True}})
def test_a_policy_of_aws_that_can_not_be_read_is_an_error(refused: str) -> None:
    with pytest.raises(AwsCallError) as told:
        attach("ReadOnlyAccess", refused).read()
    assert str(told.value) == (
        f"iam:{refused} failed: AccessDenied: No; allow iam:{refused} to this principal."
    )


def test_brackets_mean_themselves() -> None:
    assert matching("bedrock:[a]", ["bedrock:[a]*"])
    assert not matching("bedrock:a", ["bedrock:[a]*"])
    assert matching("arn:x[", ["arn:?[", "other"])


def test_the_account_is_read_once_and_only_suspects_are_simulated(people: People) -> None:
    people.user("app", allow("bedrock:*"))
    people.user("reader", allow("s3:GetObject"))
    access = Access(ACCOUNT, "aws", people.client)
    principals = AccountPrincipals(access, ACTIONS)
    observation = parse_answer({"loggingConfig": CONFIG})
    people.account.clear_calls()
    for region in (REGION, "us-east-1"):
        judge_tampering(access, principals, region, observation, TamperSettings())
    assert [call["operation"] for call in people.account.calls()] == [
        "GetBucketPolicy",
        "GetAccountAuthorizationDetails",
        "SimulatePrincipalPolicy",
        "GetBucketPolicy",
        "SimulatePrincipalPolicy",
    ]


def test_where_logging_is_off_there_is_no_finding(people: People) -> None:
    access = Access(ACCOUNT, "aws", people.client)
    principals = AccountPrincipals(access, ACTIONS)
    assert judge_tampering(access, principals, REGION, SwitchedOff(), TamperSettings()) is None


@pytest.mark.parametrize("wrong", ["role/x", "arn:aws:iam::1:role/x", 7])
def test_wrong_principals_are_named(wrong: Any) -> None:
    with pytest.raises(SettingsError, match="ExpectedPrincipals"):
        parse(TamperSettings, {"ExpectedPrincipals": [wrong]}, "the check")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"ExpectedPrincipals": ["arn:aws:iam::{acount}:role/x"]}, "{acount} is not known"),
        ({"ExpectedPrincipals": ["arn:aws:iam::1:role/x"]}, "expected the ARN of users or roles"),
        ({"DryRun": True}, "DryRun is not a setting of the check"),
    ],
)
def test_a_wrong_setting_says_what_is_expected(given: Any, told: str) -> None:
    with pytest.raises(SettingsError) as error:
        parse(TamperSettings, given, "the check")
    assert told in str(error.value)
