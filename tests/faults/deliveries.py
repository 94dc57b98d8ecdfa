"""Strike every call of the automation with a fault, deliver the event again, and undo it."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

from prowler_bedrock.automation import function
from prowler_bedrock.automation.task import BACK_OUT_ACTION, OUTCOME_FIELD
from prowler_bedrock.backout.chain import UNDOABLE
from prowler_bedrock.enable.enabler import Enabler
from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.enable.settings import parse_settings
from prowler_bedrock.logging_configuration.read import GET_OPERATION
from tests.automation.organization import batch, event, finding, pressed
from tests.core.account import ACCOUNT
from tests.faults.matrix import struck_calls, unlike
from tests.faults.organization import BUCKET, EXTERNAL_ID, MEMBER, Answer, Organization
from tests.faults.state import State, configuration, without_field, without_ids
from tests.faults.strikes import KINDS, Kindness
from tests.faults.wire import REGION

ROLE = f"arn:aws:iam::{MEMBER}:role/ProwlerBedrockDelivery"
THEIRS = {
    "cloudWatchConfig": {"logGroupName": "/theirs", "roleArn": ROLE},
    "textDataDeliveryEnabled": True,
}
SETTINGS = {
    "JOURNAL_BUCKET": BUCKET,
    "EXTERNAL_ID": EXTERNAL_ID,
    "DELIVERY_ROLE_NAME": "ProwlerBedrockDelivery",
}
OPT_OUTS = {"EXCLUDED_ORGANIZATIONAL_UNITS": "ou-abcd-abcdefgh", "EXCLUSION_TAG": "fixing=off"}
CHANGES = (
    "PutModelInvocationLoggingConfiguration", "DeleteModelInvocationLoggingConfiguration",
    "CreateLogGroup", "PutRetentionPolicy", "CreateRole", "PutRolePolicy", "CreateBucket",
)  # fmt: skip
UNTOUCHED = ("planned", "excluded", "held")
# Another event than the ones that undo: what is left of a lease must not hold it up.
LATER = timedelta(minutes=20)
Put = Callable[[Organization], Any]


def nothing(_: Organization) -> None:
    pass


class Delivery(NamedTuple):
    """An event, what stands before it comes, and how it ends.

    Attributes:
        decision: how it ends.
        stands: makes what stands before.
        action: the custom action that was chosen; none where the scan reports a finding.
        settings: further settings.
        tags: of the member in AWS Organizations.
        since: the first call that is struck; those before it are the fix's own.
    """

    decision: str
    stands: Put = nothing
    action: str | None = None
    settings: dict[str, str] = {}
    tags: dict[str, str] = {}
    since: str = "GetFindings"


def scanned(organization: Organization, at: str) -> None:
    """Import a failing finding as Prowler does."""
    failing = finding(MEMBER, REGION, UpdatedAt=at)
    for name in ("Region", "Workflow", "RecordState"):
        failing.pop(name)
    hub = organization.client("securityhub", MEMBER)
    assert hub.batch_import_findings(Findings=[failing])["SuccessCount"] == 1


def enable(organization: Organization, redirect: bool = False, **settings: str) -> Outcome:
    access = organization.wire.access._replace(
        account=MEMBER,
        client=lambda service, region: organization.wire.client(service, region, MEMBER),
    )
    given = {"RoleArn": ROLE, **settings}
    enabler = Enabler(access, parse_settings(given), organization.journal, settle_seconds=0)
    outcome = enabler.enable(REGION, redirect=redirect)
    assert outcome.result == "changed", outcome
    return outcome


def changed_twice(organization: Organization) -> None:
    enable(organization)
    enable(organization, redirect=True, LogGroupName="/second")


def undone(organization: Organization) -> None:
    enable(organization)
    answer = press(organization, BACK_OUT_ACTION, "earlier")
    assert answer.log[-1]["decision"] == "changed", answer


def held_by_another(organization: Organization) -> None:
    until = (organization.now() + timedelta(minutes=5)).isoformat()
    organization.client("s3").put_object(
        Bucket=BUCKET,
        Key=f"leases/{MEMBER}/{REGION}.json",
        Body=json.dumps({"holder": "another", "until": until, "handled": {}}).encode(),
    )


def context() -> Any:
    return SimpleNamespace(
        aws_request_id="request",
        invoked_function_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:remediation",
        # A delivery does not wait for another one's lease.
        get_remaining_time_in_millis=lambda: 0,
    )


def deliver(organization: Organization, body: Any, count: int = 1, **strike: Any) -> Answer:
    """Hand an event to the function, in a new environment."""
    function._automation.cache_clear()
    return organization.invoke(
        lambda: function.handler(batch(body, count=count), context()), **strike
    )


def press(organization: Organization, action: str, name: str) -> Answer:
    """Choose a custom action on the member's finding."""
    (held,) = organization.findings()
    return deliver(organization, pressed(action, held, id=name, account=ACCOUNT))


DELIVERIES: dict[str, Delivery] = {
    "fix": Delivery("changed"),
    "fix what is on": Delivery(
        "unchanged",
        stands=lambda one: one.put(THEIRS),
        since="GetModelInvocationLoggingConfiguration",
    ),
    "undo": Delivery(
        "changed", stands=changed_twice, action=BACK_OUT_ACTION, since="ListObjectsV2"
    ),
    "dry run": Delivery(
        "planned", settings={"DRY_RUN": "true"}, since="GetModelInvocationLoggingConfiguration"
    ),
    "left out by a tag": Delivery("excluded", settings=OPT_OUTS, tags={"fixing": "off"}),
    "held after an undo": Delivery("held", stands=undone, since="ListObjectsV2"),
    "busy": Delivery("failed", stands=held_by_another, since="GetObject"),
}


class Deliveries:
    """The cases of one event."""

    def __init__(self, organization: Organization, delivery: Delivery) -> None:
        self._organization, self._delivery = organization, delivery
        self._checked: set[str] = set()
        self._before = self._after = {}  # type: State
        self._calls: list[str] = []
        self._event: dict[str, Any] = {}
        self._again = ""
        self.problems: list[str] = []
        self.size = 0

    def run(self) -> None:
        """Run every case."""
        self._record()
        for name, kind in KINDS.items():
            struck = [
                at
                for at in struck_calls(self._organization.wire, self._calls, kind)
                if at >= self._calls.index(self._delivery.since)
            ]
            self.size += len(struck)
            # What must not be noticed strikes all of them in one run.
            for number in [None] if kind.harmless else struck:
                operation = "every call" if number is None else self._calls[number]
                found = self._case(number, kind)
                self.problems += [f"{operation} ({number}), {name}: {one}" for one in found]

    def _record(self) -> None:
        one, given = self._organization, self._delivery
        one.fresh(tags=given.tags)
        one.settings = SETTINGS | given.settings
        scanned(one, "2026-11-25T08:00:00Z")
        given.stands(one)
        scanned(one, "2026-11-25T09:00:00Z")
        (held,) = one.findings()
        self._event = event(held, account=ACCOUNT)
        if given.action:
            self._event = pressed(given.action, held, account=ACCOUNT)
        self._before = self._state()
        one.save()
        answer = deliver(one, self._event)
        self._calls = answer.calls
        assert self._decision(answer) == given.decision, answer
        self._after = self._state()
        if given.decision == "failed":
            return
        one.passed += LATER
        again = deliver(one, self._event, count=2)
        self._again = self._decision(again)
        assert self._done(again), again
        assert self._state() == self._after
        assert not set(again.calls) & set(CHANGES)

    def _state(self) -> State:
        one = self._organization
        state = without_ids(one.observe())
        (held,) = one.findings()
        # That a second delivery finds nothing left to change is the same end.
        outcome = held.get("UserDefinedFields", {}).get(OUTCOME_FIELD, "")
        same = self._delivery.decision == "changed" and outcome == "unchanged"
        return state | {
            "finding": [held["Workflow"]["Status"], "changed" if same else outcome],
            "undone": [
                bool(record.restored_by) for record in one.records() if record.operation in UNDOABLE
            ],
        }

    @staticmethod
    def _done(answer: Answer) -> bool:
        return not answer.result["batchItemFailures"]

    @staticmethod
    def _decision(answer: Answer) -> str:
        return str(answer.log[-1]["decision"])

    def _case(self, number: int | None, kind: Kindness) -> list[str]:
        one = self._organization
        one.load()
        try:
            answer = deliver(one, self._event, struck=lambda at: number in (None, at), kind=kind)
        except Exception:
            return [traceback.format_exc(limit=-3)]
        left = self._state()
        problems = self._told(answer, number, kind, left) + self._nothing_lost(left)
        mark = self._fingerprint(left)
        if mark in self._checked or self._delivery.decision == "failed":
            return problems
        self._checked.add(mark)
        # An answer without members is how AWS says "off", and is acted on.
        off = kind is KINDS["hollow"] and number and self._calls[number] == GET_OPERATION
        return problems + self._delivered_again(left, bool(off)) + self._undone()

    def _told(self, answer: Answer, number: int | None, kind: Kindness, left: State) -> list[str]:
        *aside, line = answer.log
        if any("lapses by itself" not in one["message"] for one in aside):
            return [f"also said: {aside}"]
        text, done = line["message"], self._done(answer)
        ended = f"{line['decision']}: {text}"
        if done != (line["decision"] != "failed") or done != (line["level"] == "INFO"):
            return [f"{line['level']}, again {not done}, {ended}"]
        config, expected = configuration(left), configuration(self._after)
        workflow, outcome = left["finding"]
        problems = []
        if workflow == "RESOLVED" and not config:
            problems.append(f"resolved, but off: {ended}")
        if outcome in ("changed", "unchanged") and config != expected:
            problems.append(f"the finding says {outcome}, but {config} stands: {ended}")
        touched = _without_telling(left) != _without_telling(self._before)
        if touched and self._delivery.decision not in ("changed", "unchanged"):
            problems.append(f"something was changed: {ended}")
        if done:
            if left != self._after:
                problems.append(f"false end, {unlike(left, self._after)}: {ended}")
            return problems
        if number is None and self._delivery.decision != "failed":
            problems.append(f"noticed: {ended}")
        if number is not None and kind.codes:
            problems += self._says_why(text, number, kind)
        return problems

    def _says_why(self, text: str, number: int, kind: Kindness) -> list[str]:
        if self._delivery.decision == "failed" and "Another run" in text:
            return []
        problems = []
        if not any(code in text for code in kind.codes):
            problems.append(f"no code: {text}")
        action = self._organization.wire.action(self._calls[number])
        if action not in text and "could not be read" not in text:
            problems.append(f"no {action}: {text}")
        (held,) = self._organization.findings()
        security_hub = self._calls[number] in ("GetFindings", "BatchUpdateFindings")
        note = held.get("Note", {}).get("Text", "")
        if not security_hub and not any(code in note for code in kind.codes):
            problems.append(f"not on the finding: {text}")
        return problems

    def _nothing_lost(self, left: State) -> list[str]:
        stood = configuration(self._before)
        if configuration(left) == stood:
            return []
        sent = [one for one in self._organization.records() if one.sent]
        kept = [without_field(one.earlier_configuration) or None for one in sent]
        return [] if stood in kept else [f"{stood} is in no record"]

    def _fingerprint(self, left: State) -> str:
        one = self._organization
        records = [
            record.model_dump(
                mode="json",
                exclude={"record_id", "started_at", "message", "restores", "restored_by"},
            )
            for record in one.records()
        ]
        lease = json.loads(one.objects().get(f"leases/{MEMBER}/{REGION}.json", b"{}"))
        lease = [bool(lease.get("holder")), lease.get("handled")]
        return json.dumps([left, records, lease], default=str)

    def _delivered_again(self, left: State, off: bool) -> list[str]:
        one, problems = self._organization, []
        one.passed += LATER
        again = deliver(one, self._event, count=2)
        ended = f"delivered again: {again.log}"
        if not self._done(again):
            return [ended]
        wanted = self._comparable(self._after)
        if off:
            wanted = self._comparable(self._state()) | {
                name: wanted[name] for name in ("configuration", "finding")
            }
        if self._comparable(self._state()) != wanted:
            problems.append(f"{unlike(self._state(), self._after)}, {ended}")
        if left["configuration"] == self._after["configuration"] and self._puts(again):
            problems.append(f"a second change, {ended}")
        state, third = self._state(), deliver(one, self._event, count=3)
        if (self._decision(third), self._state()) != (self._again, state):
            problems.append(f"a third time: {third.log}, {unlike(self._state(), state)}")
        if set(third.calls) & set(CHANGES):
            problems.append(f"a third time: {third.calls}")
        return problems

    def _comparable(self, state: State) -> State:
        workflow, outcome = state["finding"]
        same: State = {}
        if self._delivery.decision in UNTOUCHED:
            # That a try failed was told, and what changes nothing leaves it told.
            same["finding"] = [workflow == "RESOLVED", outcome]
        if self._delivery.action != BACK_OUT_ACTION:
            # A broken-off attempt has a record of its own.
            same["undone"] = None
        return state | same

    @staticmethod
    def _puts(answer: Answer) -> list[str]:
        return [name for name in answer.calls if name in CHANGES[:2]]

    def _undone(self) -> list[str]:
        if self._delivery.decision != "changed" or self._delivery.action == BACK_OUT_ACTION:
            return []
        answer = press(self._organization, BACK_OUT_ACTION, "undo")
        left = configuration(self._organization.observe())
        if left != configuration(self._before) or self._decision(answer) != "changed":
            return [f"undone: {left} instead of {self._before['configuration']}, {answer.log}"]
        return []


def _without_telling(state: State) -> State:
    return {name: value for name, value in state.items() if name != "finding"}
