"""The deployed automation: from findings in Security Hub to what stands in the account."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fixtures.automation import SECURITY, decisions
from prowler_bedrock.automation import work
from prowler_bedrock.automation.lease import BusyError, Leases
from prowler_bedrock.automation.task import BACK_OUT_ACTION, FIX_ACTION
from prowler_bedrock.check_id import CHECK_ID, DATA_TYPES_CHECK_ID, EXPECTED_CHECK_ID
from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.fixes import Fix
from prowler_bedrock.journal.bucket_store import BucketStore
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.record import Record
from tests.automation.conftest import (
    CLOSED,
    EXEMPT,
    ORDERS,
    SANDBOX,
    WITHOUT_ROLES,
    Invoke,
    World,
)
from tests.automation.organization import batch, event, finding, pressed
from tests.automation.test_templates import actions, properties

MINE = "prowler-bedrock"


def told(world: World, account: str, region: str) -> tuple[str, str]:
    """The workflow status and the note of a finding."""
    held = world.automation.finding(account, region)
    return held["Workflow"]["Status"], held.get("Note", {}).get("Text", "")


def decided(found: list[dict[str, Any]], region: str) -> list[str]:
    return [one["decision"] for one in found if one.get("region") == region]


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
    held = s3.get_object(Bucket=world.journal_bucket, Key=key)
    assert held["ServerSideEncryption"] == "aws:kms"
    record = json.loads(held["Body"].read())
    assert (record["account"], record["region"], record["result"]) == (ORDERS, region, "succeeded")
    versions = s3.list_object_versions(Bucket=world.journal_bucket, Prefix=key)["Versions"]
    assert len(versions) > 1, "its earlier states stay"


def test_the_same_finding_ten_times_at_once_makes_one_change(world: World) -> None:
    region = world.region()
    world.fail(ORDERS, region)
    sent = world.sent(region)
    with ThreadPoolExecutor(max_workers=2) as pool:
        # Two environments, each with five deliveries that it works on at once.
        found = list(pool.map(world.automation.function.invoke, [batch(*[sent] * 5)] * 2))
    assert [one.result for one in found] == [{"batchItemFailures": []}] * 2
    lines = [json.loads(line)["decision"] for one in found for line in one.log]
    assert sorted(lines) == ["changed"] + ["duplicate"] * 9
    assert world.puts(ORDERS, region) == 1
    assert len(world.records(ORDERS, region)) == 1
    assert told(world, ORDERS, region)[0] == "RESOLVED"
    assert set(decided(decisions(world.automation.work()), region)) <= {"duplicate"}
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


def _text_only(world: World, region: str) -> dict[str, Any]:
    """Logging is on and delivers text alone."""
    bedrock = world.automation.client("bedrock", ORDERS, region)
    config = world.automation.configuration(ORDERS, region)
    assert config
    flags = {name: name.startswith("text") for name in config if name.endswith("Enabled")}
    bedrock.put_model_invocation_logging_configuration(loggingConfig=config | flags)
    return config | flags


def test_an_undo_undoes_the_change_of_its_findings_own_check(world: World, invoke: Invoke) -> None:
    region = world.region()
    data_types = {"GeneratorId": f"prowler-{DATA_TYPES_CHECK_ID}"}
    data_types["Id"] = f"prowler-{DATA_TYPES_CHECK_ID}-{ORDERS}-{region}-1"
    on, types = world.fail(ORDERS, region), world.fail(ORDERS, region, **data_types)
    assert decided(invoke(batch(pressed(FIX_ACTION, on, id="1"))).log, region) == ["changed"]
    text_only = _text_only(world, region)
    assert decided(invoke(batch(pressed(FIX_ACTION, types, id="2"))).log, region) == ["changed"]

    (line,) = invoke(batch(pressed(BACK_OUT_ACTION, on, id="3"))).log
    assert line["decision"] == "skipped"
    assert (
        f"The newest change of {region} that is not undone yet is data-types of" in line["message"]
    )
    assert "not this check's: undo that one first. Nothing was changed." in line["message"]
    both = [pressed(BACK_OUT_ACTION, types, id="4"), pressed(BACK_OUT_ACTION, types, id="5")]
    assert decided(invoke(batch(both[0])).log, region) == ["changed"]
    assert world.automation.configuration(ORDERS, region) == text_only
    assert decided(invoke(batch(both[1])).log, region) == ["skipped"], "enable is not its own"
    assert world.automation.configuration(ORDERS, region) == text_only

    # A person left logging on, so who turns it off is answered; the data types stay as they are.
    bedrock = world.automation.client("bedrock", ORDERS, region)
    bedrock.delete_model_invocation_logging_configuration()
    later = {"UpdatedAt": "2026-11-25T09:00:00Z"}
    automatic = event(world.fail(ORDERS, region, **data_types, **later), id="6")
    assert decided(invoke(batch(automatic)).log, region) == ["held"]
    automatic = event(world.fail(ORDERS, region, **later), id="7")
    assert decided(invoke(batch(automatic)).log, region) == ["changed"]
    world.drop_messages()


def test_an_undo_that_was_refused_holds_nothing_back(world: World, invoke: Invoke) -> None:
    region = world.region()
    one = world.fail(ORDERS, region)
    assert decided(invoke(batch(event(one, id="1"))).log, region) == ["changed"]
    denied = {"kind": "denied", "operation": "DeleteModelInvocationLoggingConfiguration"}
    world.organization.set_faults({**denied, "region": region})
    try:
        refused = invoke(batch(pressed(BACK_OUT_ACTION, one, id="2")))
    finally:
        world.organization.clear_faults()
    assert decided(refused.log, region) == ["failed"]
    bedrock = world.automation.client("bedrock", ORDERS, region)
    bedrock.delete_model_invocation_logging_configuration()
    later = event(world.fail(ORDERS, region, UpdatedAt="2026-11-25T09:00:00Z"), id="3")
    assert decided(invoke(batch(later)).log, region) == ["changed"]
    world.drop_messages()


def test_a_request_acts_on_what_security_hub_holds_alone(world: World, invoke: Invoke) -> None:
    region = world.region()
    bucket = {"GeneratorId": "prowler-s3_bucket_public_access"}
    bucket["Id"] = f"prowler-s3_bucket_public_access-{ORDERS}-{region}-1"
    world.fail(ORDERS, region, **bucket)
    hub = world.automation.client("securityhub")
    key = {"Id": bucket["Id"], "ProductArn": finding(ORDERS, region)["ProductArn"]}
    note = {"Text": "Accepted.", "UpdatedBy": "a person"}
    hub.batch_update_findings(
        FindingIdentifiers=[key], Note=note, Workflow={"Status": "SUPPRESSED"}
    )

    def held() -> Any:
        filters = {"Id": [{"Value": bucket["Id"], "Comparison": "EQUALS"}]}
        return hub.get_findings(Filters=filters)["Findings"]

    before = held()
    for account in (ORDERS, SANDBOX):
        forged = finding(account, region, Id=bucket["Id"])
        answer = invoke({"Action": "Fix", "Finding": forged}).result
        assert answer["Result"] == "refused"
        pushed = invoke(batch(pressed(FIX_ACTION, forged, id=account)))
        assert [one["decision"] for one in pushed.log] == ["refused"]
    assert held() == before

    ours = world.fail(ORDERS, region)
    another = finding(ORDERS, region, GeneratorId=f"prowler-{DATA_TYPES_CHECK_ID}")
    answer = invoke({"Action": "Fix", "Finding": another}).result
    assert answer["Result"] == "refused"
    assert f"holds this finding for {CHECK_ID}, not for {DATA_TYPES_CHECK_ID}" in answer["Message"]
    assert invoke({"Action": "BackOut", "Finding": ours}, ACTIONS="Fix").result["Message"] == (
        "BackOut may not be asked for here. Nothing was changed."
    )
    assert told(world, ORDERS, region) == ("NEW", "")

    # A time of its own making must not make later findings count as handled.
    ahead = finding(ORDERS, region, UpdatedAt="2999-01-01T00:00:00Z")
    assert invoke({"Action": "Fix", "Finding": ahead}).result["Result"] == "changed"
    world.automation.client(
        "bedrock", ORDERS, region
    ).delete_model_invocation_logging_configuration()
    later = world.fail(ORDERS, region, UpdatedAt="2026-11-25T09:00:00Z")
    assert decided(invoke(batch(event(later, id="later"))).log, region) == ["changed"]
    world.drop_messages()


def test_what_a_person_suppressed_stays_suppressed(world: World, invoke: Invoke) -> None:
    region = world.region()
    one = world.fail(ORDERS, region)
    world.update(ORDERS, region, Workflow={"Status": "SUPPRESSED"})
    assert decided(invoke(batch(pressed(FIX_ACTION, one))).log, region) == ["changed"]
    workflow, text = told(world, ORDERS, region)
    assert (workflow, f"logging is on in {region}" in text) == ("SUPPRESSED", True)
    world.drop_messages()


def test_what_a_person_does_while_it_is_fixed_stays(
    world: World, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = world.region()
    one = world.fail(ORDERS, region)
    fix_of = work.fix_of

    def taking_long(*given: Any) -> Fix:
        def fix(where: str) -> Outcome:
            status = {"Status": "SUPPRESSED"}
            fields = {"ticket": "SEC-9"}
            world.update(ORDERS, region, Workflow=status, UserDefinedFields=fields)
            return fix_of(*given)(where)

        return fix

    monkeypatch.setattr(work, "fix_of", taking_long)
    monkeypatch.setattr(work, "_FRESH_SECONDS", 0.0)
    assert decided(invoke(batch(event(one))).log, region) == ["changed"]
    held = world.automation.finding(ORDERS, region)
    assert held["Workflow"]["Status"] == "SUPPRESSED"
    assert held["UserDefinedFields"]["ticket"] == "SEC-9"
    assert f"logging is on in {region}" in held["Note"]["Text"]
    world.drop_messages()


def test_a_persons_wish_that_is_delivered_again_overrules_no_later_one(
    world: World, invoke: Invoke
) -> None:
    region = world.region()
    one = world.fail(ORDERS, region)
    fix, undo = (pressed(FIX_ACTION, one, id="1"), pressed(BACK_OUT_ACTION, one, id="2"))
    for wish in (fix, undo, pressed(FIX_ACTION, one, id="3")):
        assert decided(invoke(batch(wish)).log, region) == ["changed"]
    on = world.automation.configuration(ORDERS, region)
    assert on
    for wish in (undo, fix):
        assert decided(invoke(batch(wish, count=2)).log, region) == ["duplicate"]
    assert world.automation.configuration(ORDERS, region) == on
    assert told(world, ORDERS, region)[0] == "RESOLVED"
    world.drop_messages()


def test_a_finding_of_another_id_hides_none_that_follows(world: World, invoke: Invoke) -> None:
    region = world.region()
    forged = f"prowler-{CHECK_ID}-{ORDERS}-{region}-forged"
    ahead = world.fail(ORDERS, region, Id=forged, UpdatedAt="2999-01-01T00:00:00Z")
    assert decided(invoke(batch(event(ahead, id="1"))).log, region) == ["changed"]
    bedrock = world.automation.client("bedrock", ORDERS, region)
    bedrock.delete_model_invocation_logging_configuration()
    follows = world.fail(ORDERS, region)
    assert decided(invoke(batch(event(follows, id="2"))).log, region) == ["changed"]
    assert world.automation.configuration(ORDERS, region)
    world.drop_messages()


def test_what_only_a_person_can_do_is_told_and_not_tried_again(
    world: World, invoke: Invoke
) -> None:
    region = world.region()
    # A person turned it on, so nothing says what is expected.
    logs = world.automation.client("logs", ORDERS, region)
    logs.create_log_group(logGroupName="/aws/bedrock/modelinvocations")
    role = f"arn:aws:iam::{ORDERS}:role/ProwlerBedrockDelivery"
    theirs = {"logGroupName": "/aws/bedrock/modelinvocations", "roleArn": role}
    bedrock = world.automation.client("bedrock", ORDERS, region)
    bedrock.put_model_invocation_logging_configuration(loggingConfig={"cloudWatchConfig": theirs})
    unknown = f"prowler-{EXPECTED_CHECK_ID}"
    one = world.fail(ORDERS, region, GeneratorId=unknown, Id=f"{unknown}-{ORDERS}-{region}-1")
    answer = invoke(batch(pressed(FIX_ACTION, one)))
    assert decided(answer.log, region) == ["refused"]
    assert answer.result == {"batchItemFailures": []}
    (held,) = [
        one
        for one in world.automation.client("securityhub").get_findings()["Findings"]
        if one["Id"].startswith(f"{unknown}-{ORDERS}-{region}")
    ]
    assert held["Workflow"]["Status"] == "NOTIFIED"
    assert "whether that is expected is not known" in held["Note"]["Text"]
    world.drop_messages()


def test_who_waited_in_vain_for_another_run_does_not_write_over_its_words(
    world: World, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = world.region()
    one = world.fail(ORDERS, region)

    def busy(*_: Any, **__: Any) -> Any:
        raise BusyError("Another run works on it.")

    monkeypatch.setattr(Leases, "hold", busy)
    answer = invoke(batch(event(one)))
    assert answer.result["batchItemFailures"]
    assert told(world, ORDERS, region) == ("NEW", "")
    invoke(batch(event(one), count=5))
    workflow, text = told(world, ORDERS, region)
    assert (workflow, "Try 5 of 5 failed: Another run works on it." in text) == ("NOTIFIED", True)
    world.drop_messages()


def test_a_finding_without_room_for_our_fields_gets_the_note_alone(
    world: World, invoke: Invoke
) -> None:
    region = world.region()
    one = world.fail(ORDERS, region)
    fields = {f"field-{number}": "theirs" for number in range(49)}
    world.update(ORDERS, region, UserDefinedFields=fields)
    sent = batch(event(one))
    denied = {"kind": "denied", "operation": "PutModelInvocationLoggingConfiguration"}
    world.organization.set_faults({**denied, "region": region})
    try:
        assert invoke(sent).result["batchItemFailures"]
    finally:
        world.organization.clear_faults()
    assert told(world, ORDERS, region) == ("NEW", ""), "its event would come back without a mark"
    assert decided(invoke(sent).log, region) == ["changed"]
    held = world.automation.finding(ORDERS, region)
    assert held["Workflow"]["Status"] == "RESOLVED"
    assert f"logging is on in {region}" in held["Note"]["Text"]
    assert held["UserDefinedFields"] == fields
    again = event(one | {"Workflow": held["Workflow"], "Note": held["Note"]}, id="its own update")
    assert decided(invoke(batch(again)).log, region) == ["duplicate"]
    world.drop_messages()


@pytest.mark.parametrize(
    ("since", "why"),
    [
        ({"Compliance": {"Status": "PASSED"}}, "is ACTIVE and PASSED now"),
        ({"RecordState": "ARCHIVED"}, "is ARCHIVED and FAILED now"),
        ({"UpdatedAt": "2026-11-25T09:00:00Z"}, "the finding was updated since"),
        ({"Workflow": {"Status": "SUPPRESSED"}}, "a person suppressed the finding"),
    ],
)
def test_a_stale_finding_is_left_alone(
    world: World, invoke: Invoke, since: dict[str, Any], why: str
) -> None:
    region = world.region()
    if "Workflow" in since:
        world.fail(ORDERS, region)
        world.update(ORDERS, region, **since)
    else:
        world.fail(ORDERS, region, **since)
    found = invoke(batch(event(finding(ORDERS, region))))
    (line,) = found.log
    assert (line["decision"], why in line["message"]) == ("stale", True)
    assert found.result == {"batchItemFailures": []}
    assert world.puts(ORDERS, region) == 0
    assert told(world, ORDERS, region)[1] == ""
    world.drop_messages()


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


def test_a_finding_that_security_hub_does_not_hold_changes_nothing(
    world: World, invoke: Invoke
) -> None:
    region = world.region(SANDBOX)
    (line,) = invoke(batch(event(finding(SANDBOX, region)))).log
    assert line["decision"] == "refused"
    assert "Security Hub does not hold this finding" in line["message"]
    assert world.automation.configuration(SANDBOX, region) is None


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (event(account="999999999999"), "expected 111111111111 or the account of its finding"),
        (event(source="evil"), "is of evil"),
        (
            pressed(
                FIX_ACTION, finding(ProductArn="arn:aws:securityhub:eu-west-1::product/aws/macie")
            ),
            "expected the product prowler/prowler",
        ),
    ],
)
def test_an_event_of_others_is_one_line_and_nothing_else(
    world: World, invoke: Invoke, sent: dict[str, Any], why: str
) -> None:
    world.organization.clear_calls()
    found = invoke(batch(sent))
    (line,) = found.log
    assert (line["decision"], why in line["message"]) == ("refused", True)
    assert found.result == {"batchItemFailures": []}
    assert world.organization.calls() == []


@pytest.mark.parametrize(
    ("account", "why"), [("999999999999", "is not of this organization"), (CLOSED, "is SUSPENDED")]
)
def test_an_account_outside_or_closed_is_refused(invoke: Invoke, account: str, why: str) -> None:
    answer = invoke({"Action": "Fix", "AccountId": account, "Region": "eu-west-1"}).result
    assert (answer["Result"], why in answer["Message"]) == ("refused", True)


def test_a_role_that_cannot_be_assumed_is_tried_again_and_given_up(world: World) -> None:
    world.fail(WITHOUT_ROLES, "eu-west-1")
    given_up = world.automation.given_up()
    found = decisions(world.automation.work(visibility_timeout=0))
    failed = [one for one in found if one.get("account") == WITHOUT_ROLES]
    assert [one["decision"] for one in failed] == ["failed"] * 5
    workflow, text = told(world, WITHOUT_ROLES, "eu-west-1")
    assert workflow == "NOTIFIED"
    assert text.startswith(
        f"Try 5 of 5 failed: Account {WITHOUT_ROLES} could not be entered: sts:As"
    )
    held = world.automation.finding(WITHOUT_ROLES, "eu-west-1")
    assert held["UserDefinedFields"]["prowler-bedrock-outcome"] == "failed"
    assert world.automation.given_up() == given_up + 1


def test_a_poison_message_ends_in_the_dead_letter_queue(world: World) -> None:
    given_up = world.automation.given_up()
    world.automation.client("sqs").send_message(
        QueueUrl=world.automation.outputs["QueueUrl"], MessageBody='{"not": "an event"}\n{'
    )
    found = decisions(world.automation.work(visibility_timeout=0))
    assert [one["decision"] for one in found] == ["failed"] * 5
    assert world.automation.given_up() == given_up + 1


def test_one_bad_message_does_not_hold_up_the_others(world: World, invoke: Invoke) -> None:
    region = world.region()
    world.fail(ORDERS, region)
    unheld = event(finding(SANDBOX, "eu-west-1"), id="event-2")
    found = invoke(batch("no JSON", event(finding(ORDERS, region)), unheld))
    assert found.result == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert [one["decision"] for one in found.log] == ["failed", "changed", "refused"]
    assert told(world, ORDERS, region)[0] == "RESOLVED"
    world.drop_messages()


def test_a_region_without_bedrock_is_told(world: World, invoke: Invoke) -> None:
    region = world.region()
    world.organization.set_faults({"kind": "unknown_operation", "region": region})
    try:
        answer = invoke({"Action": "Fix", "AccountId": ORDERS, "Region": region}).result
    finally:
        world.organization.clear_faults()
    assert answer["Result"] == "failed"
    assert answer["Message"] == f"Bedrock is not offered in {region}. Nothing was changed."


def test_a_dry_run_only_writes_the_plan_on_the_finding(world: World, invoke: Invoke) -> None:
    region = world.region()
    world.fail(ORDERS, region)
    world.organization.clear_calls()
    found = invoke(batch(event(finding(ORDERS, region))), DRY_RUN="true")
    assert found.result == {"batchItemFailures": []}
    called = {one["operation"] for one in world.organization.calls() if one["account"] == ORDERS}
    assert "GetModelInvocationLoggingConfiguration" in called
    assert not {name for name in called if name.startswith(("Put", "Create", "Delete", "Tag"))}
    assert world.records(ORDERS, region) == []
    workflow, text = told(world, ORDERS, region)
    assert workflow == "NEW"
    assert text.startswith(f"Dry run: model invocation logging in {region} would go to CloudWatch")
    world.drop_messages()


def test_requests_of_a_runbook(world: World, invoke: Invoke) -> None:
    region = world.region()
    request = {"AccountId": ORDERS, "Region": region, "CheckID": "", "Finding": ""}
    assert invoke({"Action": "Fix", **request}).result["Result"] == "changed"
    assert world.automation.configuration(ORDERS, region)
    assert invoke({"Action": "Fix", **request}).result["Result"] == "unchanged"
    assert invoke({"Action": "BackOut", **request}).result["Result"] == "changed"
    assert world.automation.configuration(ORDERS, region) is None
    answer = invoke({"Action": "Fix", "AccountId": "1", "Region": region}).result
    assert answer["Result"] == "refused"
    assert answer["Message"].endswith("Nothing was changed.")


def test_an_undo_passes_over_what_failed_before_it_changed_anything(
    world: World, invoke: Invoke
) -> None:
    region = world.region()
    request = {"AccountId": ORDERS, "Region": region, "CheckID": "", "Finding": ""}
    assert invoke({"Action": "Fix", **request}).result["Result"] == "changed"
    on = world.automation.configuration(ORDERS, region)
    refused = Record(
        account=ORDERS, region=region, operation="redirect", earlier_configuration=on,
        later_configuration=None, result="failed",
    )  # fmt: skip
    Journal(BucketStore(world.automation.client("s3"), world.journal_bucket, "journal")).write(
        refused
    )
    assert invoke({"Action": "BackOut", **request}).result["Result"] == "changed"
    assert world.automation.configuration(ORDERS, region) is None


def test_a_runbook_of_a_member_may_not_back_out(invoke: Invoke) -> None:
    request = {"Action": "BackOut", "AccountId": ORDERS, "Region": "us-east-1"}
    assert invoke(request, ACTIONS="Fix").result == {
        "Result": "refused",
        "Message": "BackOut may not be asked for here. Nothing was changed.",
    }


def test_wrong_settings_are_named_and_messages_stay(invoke: Invoke) -> None:
    found = invoke(batch(event()), DRY_RUN="maybe")
    assert found.result == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert "PROWLER_BEDROCK_DRY_RUN: input should be" in found.log[0]["message"]
    request = {"Action": "Fix", "AccountId": ORDERS, "Region": "us-east-1"}
    asked = invoke(request, DRY_RUN="maybe").result
    assert asked["Result"] == "failed"
    assert "PROWLER_BEDROCK_DRY_RUN" in asked["Message"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AWS_ENDPOINT_URL_SECURITYHUB", "no address"),
        ("AWS_MAX_ATTEMPTS", "many"),
        ("AWS_PROFILE", "nope"),
        ("AWS_STS_REGIONAL_ENDPOINTS", "bogus"),
    ],
)
def test_a_refused_aws_configuration_is_named_and_messages_stay(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    found = invoke(batch(event()))
    assert found.result == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert found.log[0]["message"].startswith("The AWS configuration can't be used: ")
    asked = invoke({"Action": "Fix", "AccountId": ORDERS, "Region": "us-east-1"}).result
    assert asked["Result"] == "failed"
    assert asked["Message"] == found.log[0]["message"]


def test_a_note_that_cannot_be_written_is_written_by_the_next_try(
    world: World, invoke: Invoke
) -> None:
    region = world.region()
    world.fail(ORDERS, region)
    sent = batch(event(finding(ORDERS, region)))
    fault = {"kind": "denied", "service": "securityhub", "operation": "BatchUpdateFindings"}
    world.organization.set_faults(fault)
    try:
        first = invoke(sent)
    finally:
        world.organization.clear_faults()
    assert first.result["batchItemFailures"]
    assert [one["decision"] for one in first.log] == ["failed"]
    assert "securityhub:BatchUpdateFindings failed" in first.log[0]["message"]
    assert world.puts(ORDERS, region) == 1
    assert [one["decision"] for one in invoke(sent).log] == ["unchanged"]
    assert told(world, ORDERS, region)[0] == "RESOLVED"
    assert world.puts(ORDERS, region) == 1
    world.drop_messages()


def test_an_unexpected_error_is_one_line_and_the_message_stays(
    world: World, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = world.region()
    world.fail(ORDERS, region)
    monkeypatch.setattr("prowler_bedrock.automation.work.fix_of", lambda *_: 1 / 0)
    found = invoke(batch(event(finding(ORDERS, region))))
    assert found.result["batchItemFailures"]
    assert "unexpected ZeroDivisionError" in found.log[0]["message"]
    assert told(world, ORDERS, region)[0] == "NOTIFIED"
    world.drop_messages()


def test_other_checks_are_fixed_by_their_own_fixers(world: World) -> None:
    check = DATA_TYPES_CHECK_ID
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


def test_the_functions_role_allows_just_what_it_calls(world: World, invoke: Invoke) -> None:
    region = world.region()
    one = world.fail(ORDERS, region)
    world.organization.clear_calls()
    assert decided(decisions(world.automation.work()), region)[0] == "changed"
    # In a new environment, which knows neither the account nor its credentials.
    found = invoke(batch(pressed(BACK_OUT_ACTION, one)))
    assert decided(found.log, region) == ["changed"]
    names = {"ListObjectsV2": "ListBucket"}
    called = {
        f"{call['service']}:{names.get(call['operation'], call['operation'])}"
        for call in world.organization.calls()
        if call["account"] == SECURITY
    }
    allowed = actions(properties("remediation.yaml", "FunctionRole")["Policies"])
    # Written by Lambda itself; units are read only where some are left out; KMS by S3.
    of_others = {
        "logs:CreateLogStream", "logs:PutLogEvents", "organizations:ListParents",
        "kms:Decrypt", "kms:GenerateDataKey",
    }  # fmt: skip
    assert allowed - called == of_others
    world.drop_messages()
