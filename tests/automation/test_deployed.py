"""The deployed automation: from findings that Security Hub reports to what stands in the account."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from fixtures.automation import HOME, SECURITY, decisions
from fixtures.function_runtime.function import Function
from prowler_bedrock.automation.task import BACK_OUT_ACTION, FIX_ACTION
from prowler_bedrock.check_id import CHECK_ID
from tests.automation.conftest import CLOSED, EXEMPT, ORDERS, SANDBOX, WITHOUT_ROLES, World
from tests.automation.organization import batch, event, finding, pressed

MINE = "prowler-bedrock"


def told(world: World, account: str, region: str) -> tuple[str, str]:
    """The workflow status and the note of a finding."""
    held = world.automation.finding(account, region)
    return held["Workflow"]["Status"], held.get("Note", {}).get("Text", "")


def decided(found: list[dict[str, Any]], region: str) -> list[str]:
    return [one["decision"] for one in found if one.get("region") == region]


def invoke(world: World, request: Any) -> Any:
    found = world.automation.function.invoke(request)
    assert found.error is None
    return found.result


def test_a_failing_finding_is_fixed_and_resolved(world: World) -> None:
    region = world.region()
    world.fail(ORDERS, region)
    world.update(ORDERS, region, UserDefinedFields={"ticket": "SEC-1"})
    found = decisions(world.automation.work())
    assert decided(found, region).count("changed") == 1
    held = world.automation.finding(ORDERS, region)
    assert held["Workflow"]["Status"] == "RESOLVED"
    assert held["Note"]["UpdatedBy"] == MINE
    assert f"logging is on in {region}" in held["Note"]["Text"]
    assert held["UserDefinedFields"]["ticket"] == "SEC-1", "fields of others stay"
    (key,) = world.records(ORDERS, region)
    assert key in held["Note"]["Text"], "the note names the record"
    config = world.automation.configuration(ORDERS, region)
    assert config
    assert config["cloudWatchConfig"]["logGroupName"] == "/aws/bedrock/modelinvocations"
    assert f":{ORDERS}:role/" in config["cloudWatchConfig"]["roleArn"]
    assert world.automation.work() == [], "the events of our own update end in the first run"
    other = world.automation.client("iam", SANDBOX).list_roles()["Roles"]
    assert "BedrockModelInvocationLogging" not in {role["RoleName"] for role in other}


def test_the_record_is_encrypted_and_versioned(world: World) -> None:
    region = world.region()
    world.fail(ORDERS, region)
    world.automation.work()
    (key,) = world.records(ORDERS, region)
    s3 = world.automation.client("s3")
    bucket = world.automation.outputs["JournalPlace"].removeprefix("s3://").split("/")[0]
    held = s3.get_object(Bucket=bucket, Key=key)
    assert held["ServerSideEncryption"] == "aws:kms"
    record = json.loads(held["Body"].read())
    assert (record["account"], record["region"], record["result"]) == (ORDERS, region, "succeeded")
    versions = s3.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]
    assert len(versions) > 1, "its earlier states stay"


def test_the_same_finding_ten_times_at_once_makes_one_change(world: World) -> None:
    region = world.region()
    world.fail(ORDERS, region)
    (sent,) = [
        one["event"]
        for one in world.organization.events()
        if one["account"] == SECURITY and one["region"] == HOME
        and one["event"]["detail"]["findings"][0]["Region"] == region
    ]  # fmt: skip
    with ThreadPoolExecutor(max_workers=10) as pool:
        answers = list(pool.map(lambda _: invoke(world, batch(sent)), range(10)))
    assert answers == [{"batchItemFailures": []}] * 10
    assert world.puts(ORDERS, region) == 1
    assert len(world.records(ORDERS, region)) == 1
    assert told(world, ORDERS, region)[0] == "RESOLVED"
    found = decisions(world.automation.work())
    assert set(decided(found, region)) <= {"duplicate"}
    assert world.puts(ORDERS, region) == 1


def test_logging_that_is_on_by_now_is_resolved_without_a_change(world: World) -> None:
    world.fail("333333333333", "us-east-1")
    before = world.automation.configuration("333333333333", "us-east-1")
    assert decided(decisions(world.automation.work()), "us-east-1")[0] == "unchanged"
    workflow, text = told(world, "333333333333", "us-east-1")
    assert (workflow, "Nothing was changed." in text) == ("RESOLVED", True)
    assert world.automation.configuration("333333333333", "us-east-1") == before


def test_an_opted_out_account_is_untouched_and_told(world: World) -> None:
    region = world.region(EXEMPT)
    world.fail(EXEMPT, region)
    world.organization.clear_calls()
    assert decided(decisions(world.automation.work()), region)[0] == "excluded"
    assert [one for one in world.organization.calls() if one["account"] == EXEMPT] == []
    workflow, text = told(world, EXEMPT, region)
    assert workflow == "NEW"
    assert "has the tag prowler-bedrock-remediation=off. Nothing was changed; ask" in text


def test_a_person_backs_out_and_fixes_again(world: World) -> None:
    region = world.region()
    one = world.fail(ORDERS, region)
    world.automation.work()
    first = world.automation.configuration(ORDERS, region)
    assert first

    world.automation.press(BACK_OUT_ACTION, one["Id"])
    assert decided(decisions(world.automation.work()), region)[0] == "changed"
    assert world.automation.configuration(ORDERS, region) is None
    workflow, text = told(world, ORDERS, region)
    assert (workflow, "is as it was before the change" in text) == ("NOTIFIED", True)

    world.fail(ORDERS, region, UpdatedAt="2026-11-25T09:00:00Z")
    assert decided(decisions(world.automation.work()), region)[0] == "held"
    assert world.automation.configuration(ORDERS, region) is None
    assert "A person backed out" in told(world, ORDERS, region)[1]

    world.automation.press(FIX_ACTION, one["Id"])
    assert decided(decisions(world.automation.work()), region)[0] == "changed"
    assert world.automation.configuration(ORDERS, region) == first
    assert told(world, ORDERS, region)[0] == "RESOLVED"


@pytest.mark.parametrize(
    ("since", "why"),
    [
        ({"Workflow": {"Status": "SUPPRESSED"}}, "a person suppressed the finding"),
        ({"Compliance": {"Status": "PASSED"}}, "is ACTIVE and PASSED now"),
        ({"RecordState": "ARCHIVED"}, "is ARCHIVED and FAILED now"),
        ({}, "the finding was updated since"),
    ],
)
def test_a_stale_finding_is_left_alone(world: World, since: dict[str, Any], why: str) -> None:
    region = world.region()
    old = finding(ORDERS, region)
    world.fail(ORDERS, region, **{name: old[name] for name in ()})
    if "Workflow" in since:
        world.update(ORDERS, region, **since)
    elif since:
        world.fail(ORDERS, region, **since, UpdatedAt="2026-11-25T08:00:00.001Z")
        old["UpdatedAt"] = "2026-11-25T08:00:00.001Z"
    else:
        world.fail(
            ORDERS, region, UpdatedAt="2026-11-25T09:00:00Z", Compliance={"Status": "PASSED"}
        )
    found = world.automation.function.invoke(batch(world.message(event(old))))
    (line,) = map(json.loads, found.log)
    assert (line["decision"], why in line["message"]) == ("stale", True)
    assert found.result == {"batchItemFailures": []}
    assert world.puts(ORDERS, region) == 0
    world.update(ORDERS, region, Workflow={"Status": "SUPPRESSED"})
    world.automation.work()


def test_a_forged_finding_changes_nothing_and_says_what_to_look_at(world: World) -> None:
    region, other = world.region(), world.region(SANDBOX)
    arn = f"arn:aws:bedrock:{other}:{SANDBOX}:model-invocation-logging"
    world.fail(ORDERS, region, Resources=[{"Type": "Other", "Id": arn, "Region": other}])
    assert decided(decisions(world.automation.work()), region)[0] == "refused"
    workflow, text = told(world, ORDERS, region)
    assert (workflow, "Prowler did not make it" in text) == ("NOTIFIED", True)
    assert "look who may call securityhub:BatchImportFindings" in text
    assert world.automation.configuration(ORDERS, region) is None
    assert world.automation.configuration(SANDBOX, other) is None


def test_a_finding_that_security_hub_does_not_hold_changes_nothing(world: World) -> None:
    region = world.region(SANDBOX)
    found = world.automation.function.invoke(batch(world.message(event(finding(SANDBOX, region)))))
    (line,) = map(json.loads, found.log)
    assert line["decision"] == "refused"
    assert "Security Hub does not hold this finding" in line["message"]
    assert world.automation.configuration(SANDBOX, region) is None


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"account": "999999999999"}, "expected aws.securityhub in 111111111111"),
        ({"source": "evil"}, "is of evil"),
    ],
)
def test_an_event_of_others_is_one_line_and_nothing_else(
    world: World, changed: dict[str, Any], why: str
) -> None:
    world.organization.clear_calls()
    found = world.automation.function.invoke(batch({**world.message(event()), **changed}))
    (line,) = map(json.loads, found.log)
    assert (line["decision"], why in line["message"]) == ("refused", True)
    assert found.result == {"batchItemFailures": []}
    assert world.organization.calls() == []


def test_another_product_is_one_line_and_nothing_else(world: World) -> None:
    world.organization.clear_calls()
    macie = finding(ProductArn="arn:aws:securityhub:eu-west-1::product/aws/macie")
    found = world.automation.function.invoke(batch(world.message(pressed(FIX_ACTION, macie))))
    assert "expected the product prowler/prowler" in json.loads(found.log[0])["message"]
    assert world.organization.calls() == []


@pytest.mark.parametrize(
    ("account", "why"), [("999999999999", "is not of this organization"), (CLOSED, "is SUSPENDED")]
)
def test_an_account_outside_or_closed_is_refused(world: World, account: str, why: str) -> None:
    answer = invoke(world, {"Action": "Fix", "AccountId": account, "Region": "eu-west-1"})
    assert (answer["Result"], why in answer["Message"]) == ("refused", True)


def test_a_role_that_cannot_be_assumed_is_tried_again_and_given_up(world: World) -> None:
    world.fail(WITHOUT_ROLES, "eu-west-1")
    given_up = world.automation.given_up()
    found: list[dict[str, Any]] = []
    for _ in range(6):
        found += decisions(world.automation.work(visibility_timeout=0))
    assert decided(found, "eu-west-1").count("failed") == 5
    workflow, text = told(world, WITHOUT_ROLES, "eu-west-1")
    assert workflow == "NOTIFIED"
    assert text.startswith("Try 5 of 5 failed: arn:aws:iam::777777777777:role/ProwlerBedrockRem")
    held = world.automation.finding(WITHOUT_ROLES, "eu-west-1")
    assert held["UserDefinedFields"]["prowler-bedrock-outcome"] == "failed"
    assert world.automation.given_up() == given_up + 1


def test_a_poison_message_ends_in_the_dead_letter_queue(world: World) -> None:
    given_up = world.automation.given_up()
    world.automation.client("sqs").send_message(
        QueueUrl=world.automation.outputs["QueueUrl"], MessageBody='{"not": "an event"}\n{'
    )
    found: list[dict[str, Any]] = []
    for _ in range(6):
        found += decisions(world.automation.work(visibility_timeout=0))
    assert [one["decision"] for one in found] == ["failed"] * 5
    assert world.automation.given_up() == given_up + 1


def test_one_bad_message_does_not_hold_up_the_others(world: World) -> None:
    region = world.region()
    world.fail(ORDERS, region)
    (good,) = [
        one["event"] for one in world.organization.events()
        if one["account"] == SECURITY and one["region"] == HOME
        and one["event"]["detail"]["findings"][0]["Region"] == region
    ]  # fmt: skip
    unheld = world.message(event(finding(SANDBOX, "eu-west-1"), id="event-2"))
    answer = invoke(world, batch("no JSON", good, unheld))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert told(world, ORDERS, region)[0] == "RESOLVED"
    world.automation.work()


def test_a_region_without_bedrock_is_told(world: World) -> None:
    region = world.region()
    world.organization.set_faults({"kind": "unknown-operation", "region": region})
    try:
        answer = invoke(world, {"Action": "Fix", "AccountId": ORDERS, "Region": region})
    finally:
        world.organization.clear_faults()
    assert answer["Result"] == "failed"
    assert answer["Message"] == f"Bedrock is not offered in {region}. Nothing was changed."


def test_a_dry_run_only_writes_the_plan_on_the_finding(world: World) -> None:
    region = world.region()
    given = world.automation.function.description
    dry = replace(given, environment=given.environment | {"PROWLER_BEDROCK_DRY_RUN": "true"})
    world.fail(ORDERS, region)
    message = world.message(event(finding(ORDERS, region)))
    world.organization.clear_calls()
    with Function(world.organization, dry) as function:
        assert function.invoke(batch(message)).result == {"batchItemFailures": []}
    changing = {one["operation"] for one in world.organization.calls() if one["account"] == ORDERS}
    assert not {name for name in changing if name.startswith(("Put", "Create", "Delete", "Tag"))}
    assert world.records(ORDERS, region) == []
    workflow, text = told(world, ORDERS, region)
    assert workflow == "NEW"
    assert text.startswith(f"Dry run: model invocation logging in {region} would go to CloudWatch")
    world.update(ORDERS, region, Workflow={"Status": "SUPPRESSED"})
    world.automation.work()


def test_requests_of_a_runbook(world: World) -> None:
    region = world.region()
    request = {"AccountId": ORDERS, "Region": region, "CheckID": "", "Finding": ""}
    assert invoke(world, {"Action": "Fix", **request})["Result"] == "changed"
    assert world.automation.configuration(ORDERS, region)
    assert invoke(world, {"Action": "Fix", **request})["Result"] == "unchanged"
    assert invoke(world, {"Action": "BackOut", **request})["Result"] == "changed"
    assert world.automation.configuration(ORDERS, region) is None
    answer = invoke(world, {"Action": "Fix", "AccountId": "1", "Region": region})
    assert answer["Result"] == "refused"
    assert answer["Message"].endswith("Nothing was changed.")


def test_a_runbook_of_a_member_may_not_back_out(world: World) -> None:
    given = world.automation.function.description
    fix_only = replace(given, environment=given.environment | {"PROWLER_BEDROCK_ACTIONS": "Fix"})
    with Function(world.organization, fix_only) as function:
        found = function.invoke({"Action": "BackOut", "AccountId": ORDERS, "Region": "us-east-1"})
    assert found.result == {
        "Result": "refused",
        "Message": "BackOut may not be asked for here. Nothing was changed.",
    }


def test_wrong_settings_are_named_and_messages_stay(world: World) -> None:
    given = world.automation.function.description
    wrong = replace(given, environment=given.environment | {"PROWLER_BEDROCK_DRY_RUN": "maybe"})
    with Function(world.organization, wrong) as function:
        found = function.invoke(batch(world.message(event())))
        asked = function.invoke({"Action": "Fix", "AccountId": ORDERS, "Region": "us-east-1"})
    assert found.result == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert "PROWLER_BEDROCK_DRY_RUN: input should be" in json.loads(found.log[0])["message"]
    assert asked.result["Result"] == "failed"
    assert "PROWLER_BEDROCK_DRY_RUN" in asked.result["Message"]


def test_a_note_that_cannot_be_written_is_written_by_the_next_try(world: World) -> None:
    region = world.region()
    world.fail(ORDERS, region)
    world.organization.set_faults({"kind": "denied", "operation": "BatchUpdateFindings"})
    try:
        found = decisions(world.automation.work(visibility_timeout=0)[:1])
    finally:
        world.organization.clear_faults()
    assert decided(found, region) == ["failed"]
    assert "securityhub:BatchUpdateFindings failed" in found[0]["message"]
    assert world.puts(ORDERS, region) == 1
    assert decided(decisions(world.automation.work()), region)[0] == "unchanged"
    assert told(world, ORDERS, region)[0] == "RESOLVED"
    assert world.puts(ORDERS, region) == 1


def test_other_checks_are_fixed_by_their_own_fixers(world: World) -> None:
    check = "bedrock_model_invocation_logging_data_types_delivered"
    account, region = "333333333333", "us-east-1"
    one = world.fail(
        account, region, GeneratorId=f"prowler-{check}", Id=f"prowler-{check}-{account}-{region}-1"
    )
    assert world.automation.work() == [], "by itself only what AutomaticGenerators names"
    world.automation.press(FIX_ACTION, one["Id"])
    found = decisions(world.automation.work())
    assert [line["decision"] for line in found if line.get("check") == check] == ["changed"]
    config = world.automation.configuration(account, region)
    assert config
    assert config["imageDataDeliveryEnabled"]
    assert world.automation.finding(account, region, CHECK_ID)["Id"] != one["Id"]
