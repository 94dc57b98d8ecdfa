"""What an event or a request asks for, and what is refused before anything is called."""

import json
from typing import Any

import pytest

from prowler_bedrock.automation.finding import parse_finding, refuse_contradiction
from prowler_bedrock.automation.refusal import LeftAloneError, RefusedError
from prowler_bedrock.automation.task import (
    HANDLED_FIELD,
    NotAnEventError,
    task_of_request,
    tasks_of_event,
)
from prowler_bedrock.check_id import CHECK_ID, RETENTION_CHECK_ID, TAMPER_CHECK_ID
from tests.automation.organization import MEMBER, PRODUCT, REGION, SECURITY, event, finding, pressed


def test_a_failing_finding_asks_for_a_fix() -> None:
    (task,) = tasks_of_event(event(), SECURITY)
    assert (task.action, task.automatic, task.task_id) == ("Fix", True, "event-1")
    assert (task.account, task.region, task.check_id) == (MEMBER, REGION, CHECK_ID)


@pytest.mark.parametrize(
    ("action", "asked"), [("BedrockLoggingFix", "Fix"), ("BedrockLoggingUndo", "BackOut")]
)
def test_a_custom_action_asks_in_a_persons_name(action: str, asked: str) -> None:
    passed = finding(Compliance={"Status": "PASSED"})
    (task,) = tasks_of_event(pressed(action, passed), SECURITY)
    assert (task.action, task.automatic) == (asked, False)


def test_each_finding_of_an_event_is_a_task() -> None:
    both = pressed("BedrockLoggingFix", finding(), finding(region="us-east-1"))
    assert [task.region for task in tasks_of_event(both, SECURITY)] == [REGION, "us-east-1"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"source": "custom.securityhub"}, "is of custom.securityhub"),
        ({"account": "999999999999"}, f"999999999999, expected {SECURITY} or the account of its"),
        ({"detail-type": "Findings Imported V2"}, "'Findings Imported V2' .* is not one of ours"),
    ],
)
def test_an_event_of_others_is_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(RefusedError, match=told):
        tasks_of_event(event(**changed), SECURITY)


def test_an_event_that_names_the_account_of_its_finding_is_taken() -> None:
    (task,) = tasks_of_event(event(account=MEMBER), SECURITY)
    assert task.account == MEMBER


def test_an_event_of_a_member_is_not_taken_about_another_ones_finding() -> None:
    for other in ("333333333333", SECURITY):
        both = pressed("BedrockLoggingFix", finding(), finding(other), account=MEMBER)
        with pytest.raises(RefusedError, match="or the account of its finding"):
            tasks_of_event(both, SECURITY)


def test_another_custom_action_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"\(Other\) is not one of ours"):
        tasks_of_event(pressed("Other", finding()), SECURITY)
    with pytest.raises(RefusedError, match=r"\(no action\)"):
        tasks_of_event(pressed("Other", finding(), resources=[]), SECURITY)


@pytest.mark.parametrize(
    "broken",
    [None, [], "text", {}, {"id": 1}, event(detail={}), event(detail={"findings": []}),
     event(detail={"findings": "x"}), event(detail=None), event(source=7)],
)  # fmt: skip
def test_what_is_no_event_is_for_the_dead_letter_queue(broken: Any) -> None:
    with pytest.raises(NotAnEventError):
        tasks_of_event(broken, SECURITY)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/macie"}, "product/aws/macie"),
        ({"ProductArn": "arn:aws:securityhub:x.evil/::product/prowler/prowler"}, "x.evil"),
        ({"GeneratorId": CHECK_ID}, "is not a check that"),
        ({"GeneratorId": f"prowler-{TAMPER_CHECK_ID}"}, "is not a check that"),
        ({"AwsAccountId": "12345678901"}, r"\(AwsAccountId\)"),
        ({"AwsAccountId": 222222222222}, r"\(AwsAccountId\)"),
        ({"AwsAccountId": "\u0662" * 12}, r"\(AwsAccountId\)"),
        ({"ProductArn": PRODUCT.replace("1", "\u0661")}, "expected the product"),
        ({"UpdatedAt": "2026-11-25T08:00:00"}, r"\(UpdatedAt\)"),
        ({"UpdatedAt": "yesterday"}, r"\(UpdatedAt\)"),
        ({"Compliance": None}, r"\(Compliance\)"),
        ({"Resources": [{}]}, r"\(Resources\)"),
        ({"Id": ""}, r"\(Id\)"),
    ],
)
def test_a_finding_that_is_not_ours_is_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(RefusedError, match=told):
        tasks_of_event(event(finding(**changed)), SECURITY)


def test_findings_of_every_check_with_a_fixer_are_taken() -> None:
    other = finding(
        GeneratorId=f"prowler-{RETENTION_CHECK_ID}",
        Id=f"prowler-{RETENTION_CHECK_ID}-{MEMBER}-{REGION}-5d1f",
    )
    (task,) = tasks_of_event(event(other), SECURITY)
    assert task.check_id == RETENTION_CHECK_ID
    refuse_contradiction(parse_finding(other))


@pytest.mark.parametrize(
    "changed",
    [
        {"AwsAccountId": "333333333333"},
        {"Region": "us-east-1"},
        {"Id": f"prowler-{CHECK_ID}-333333333333-{REGION}-5d1f"},
        {"Id": "forged"},
        {"ProductArn": "arn:aws:securityhub:us-east-1::product/prowler/prowler"},
        {"ProductArn": f"arn:aws-cn:securityhub:{REGION}::product/prowler/prowler"},
        {"Resources": []},
        {"Resources": [{"Id": f"arn:aws:bedrock:{REGION}:333333333333:x", "Region": REGION}]},
        {"Resources": [{"Id": f"arn:aws:bedrock:{REGION}:{MEMBER}:x", "Region": "us-east-1"}]},
    ],
)
def test_a_finding_that_contradicts_itself_was_not_made_by_prowler(
    changed: dict[str, Any],
) -> None:
    refuse_contradiction(parse_finding(finding()))
    with pytest.raises(RefusedError, match="Prowler did not make it"):
        refuse_contradiction(parse_finding(finding(**changed)))


@pytest.mark.parametrize(
    ("changed", "tell"),
    [
        ({"Resources": []}, True),
        # Findings are updated by their id, which may be that of another account's.
        ({"Id": f"prowler-{CHECK_ID}-333333333333-{REGION}-5d1f"}, False),
        ({"AwsAccountId": "333333333333"}, False),
    ],
)
def test_a_contradiction_is_told_only_under_the_accounts_own_id(
    changed: dict[str, Any], tell: bool
) -> None:
    with pytest.raises(RefusedError) as caught:
        refuse_contradiction(parse_finding(finding(**changed)))
    assert caught.value.tell is tell


def test_findings_of_every_partition_are_taken() -> None:
    for partition, region in (
        ("aws-us-gov", "us-gov-west-1"),
        ("aws-cn", "cn-north-1"),
        ("aws-eusc", "eusc-de-east-1"),
    ):
        arn = f"arn:{partition}:securityhub:{region}::product/prowler/prowler"
        (task,) = tasks_of_event(event(finding(MEMBER, region, ProductArn=arn)), SECURITY)
        assert task.region == region


def test_the_event_of_our_own_update_is_left_alone() -> None:
    marked = finding(UserDefinedFields={HANDLED_FIELD: "2026-11-25T08:00:00+00:00"})
    with pytest.raises(LeftAloneError, match="own update"):
        tasks_of_event(event(marked), SECURITY)
    again = marked | {"UpdatedAt": "2026-11-25T09:00:00Z"}
    assert tasks_of_event(event(again), SECURITY), "a later scan's finding is news"
    assert tasks_of_event(pressed("BedrockLoggingFix", marked), SECURITY), "a person may insist"


def test_requests() -> None:
    named = {"Action": "Fix", "AccountId": MEMBER, "Region": REGION}
    task = task_of_request(named, "request-1")
    assert (task.account, task.region, task.check_id) == (MEMBER, REGION, CHECK_ID)
    assert (task.finding, task.automatic, task.task_id) == (None, False, "request-1")
    assert task_of_request({**named, "CheckID": "", "Finding": ""}, "request-1") == task
    for given in (finding(), json.dumps(finding())):
        task = task_of_request({"Action": "BackOut", "Finding": given, "Region": ""}, "r")
        assert (task.action, task.account, task.region) == ("BackOut", MEMBER, REGION)
        assert task.finding


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (None, "the request: input should be"),
        ({}, "Action is not set"),
        ({"Action": "Delete"}, "Action: input should be 'Fix' or 'BackOut'"),
        ({"Action": "Fix"}, "AccountId and Region: both are needed"),
        ({"Action": "Fix", "AccountId": MEMBER}, "AccountId and Region: both are needed"),
        ({"Action": "Fix", "AccountId": "1", "Region": REGION}, "AccountId: String should match"),
        ({"Action": "Fix", "AccountId": MEMBER, "Region": "x/../y"}, "Region: String should"),
        ({"Action": "Fix", "Acount": MEMBER}, "Acount is not .* did you mean AccountId"),
        ({"Action": "Fix", "Finding": "{"}, "Finding: expected a finding as JSON"),
        ({"Action": "Fix", "Finding": "[]"}, "not in ASFF"),
        ({"Action": "Fix", "Finding": finding(), "Region": REGION}, "either Finding or AccountId"),
        (
            {"Action": "Fix", "AccountId": MEMBER, "Region": REGION, "CheckID": "s3_bucket"},
            "CheckID: expected one of",
        ),
    ],
)
def test_a_wrong_request_is_refused_by_its_member(request_: Any, told: str) -> None:
    with pytest.raises(RefusedError, match=told):
        task_of_request(request_, "request-1")
