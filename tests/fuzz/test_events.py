"""Whatever comes as an event or a request: an answer, text for logs, no call for what is wrong."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from prowler_bedrock.automation import function
from prowler_bedrock.automation.refusal import LeftAloneError, RefusedError
from prowler_bedrock.automation.security_hub import LONGEST_NOTE, note_text
from prowler_bedrock.automation.settings import settings_from_environment
from prowler_bedrock.automation.task import NotAnEventError, tasks_of_event
from prowler_bedrock.automation.work import Automation
from prowler_bedrock.errors import PluginError, SettingsError
from prowler_bedrock.fixes import FIXES
from prowler_bedrock.functions.environment import settings_of
from prowler_bedrock.functions.log import log
from prowler_bedrock.sweep import function as sweep
from prowler_bedrock.sweep.settings import ListSettings, ScanSettings
from tests.automation.organization import SECURITY, batch, context, event, finding, pressed
from tests.fuzz.test_output import evil
from tests.fuzz.values import json_values, texts

PRODUCT = "arn:{}:securityhub:{}::product/prowler/prowler"
NEEDED = {"PROWLER_BEDROCK_JOURNAL_BUCKET": "a-bucket", "PROWLER_BEDROCK_EXTERNAL_ID": "an-id"}
deep: Any = []
for _ in range(700):
    deep = [deep]
hostile = st.one_of(
    json_values,
    evil,
    st.sampled_from(
        [
            "x" * 100_000, "\ud800", "\u0661" * 12, "222222222222\n", deep, 10**400, "\x7f",
            PRODUCT.format("aws-cn", "cn-north-1"), PRODUCT.format("aws", "eu-west-\u0661"),
            "prowler-" + "\x1b[2J", {"Status": "FAILED"}, [{"Id": "arn:aws:bedrock:::x"}],
        ]
    ),
)  # fmt: skip


@st.composite
def changed(draw: st.DrawFn, document: dict[str, Any]) -> Any:
    """A document with members that are missing, of other types, or unknown."""
    found = dict(document)
    for name in draw(st.lists(st.sampled_from(sorted(found)), max_size=3)):
        if draw(st.booleans()):
            found.pop(name, None)
        else:
            found[name] = draw(hostile)
    if draw(st.booleans()):
        found[draw(texts)] = draw(json_values)
    return found


findings = st.one_of(changed(finding()), changed(finding()), hostile)


@st.composite
def events(draw: st.DrawFn) -> Any:
    """An event, or something like one, with none, one or several findings."""
    found = draw(st.lists(findings, max_size=3))
    found += found[: draw(st.integers(0, 1))]
    made = pressed("BedrockLoggingFix") if draw(st.booleans()) else event()
    made["detail"]["findings"] = found
    return draw(st.one_of(st.just(made), st.just(made), changed(made), json_values))


class Clients:
    """A session whose every call is noted: Security Hub holds some findings, nobody an account."""

    region_name = "eu-west-1"

    def __init__(self, held: list[Any]) -> None:
        self.called: list[str] = []
        self.notes: list[str] = []
        self._held = held

    def client(self, service: str, **_: Any) -> Any:
        return _Client(service, self)

    def answer(self, operation: str, given: dict[str, Any]) -> Any:
        self.called.append(operation)
        if operation == "get_findings":
            return [{"Findings": self._held}]
        if operation == "batch_update_findings":
            self.notes.append(given["Note"]["Text"])
            return {"UnprocessedFindings": []}
        raise ClientError({"Error": {"Code": "AccountNotFoundException"}}, operation)  # type: ignore[typeddict-item]


class _Client:
    def __init__(self, service: str, clients: Clients) -> None:
        self._service, self._clients = service, clients

    def __getattr__(self, operation: str) -> Any:
        if operation == "get_paginator":
            return lambda name: _Client(name, self._clients)
        name = self._service if operation == "paginate" else operation
        return lambda **given: self._clients.answer(name, given)


@contextmanager
def deployed(held: list[Any]) -> Iterator[Clients]:
    clients = Clients(held)
    made = Automation(clients, settings_from_environment(NEEDED), SECURITY, "aws")  # type: ignore[arg-type]
    with patch.object(function, "_automation", lambda _: made):
        yield clients


@contextmanager
def logged() -> Iterator[list[dict[str, Any]]]:
    """Gather the lines of the log, each of which holds texts for any terminal."""
    out, lines = io.StringIO(), []  # type: io.StringIO, list[dict[str, Any]]
    with redirect_stdout(out):
        yield lines
    for line in out.getvalue().splitlines():
        assert line.isprintable() and len(line) < 100_000
        lines.append(json.loads(line))
        assert all(_printable(value) for value in lines[-1].values())


def _printable(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_printable(one) for pair in value.items() for one in pair)
    return not isinstance(value, str) or value.isprintable()


def refused(raw: Any) -> bool:
    try:
        tasks = tasks_of_event(raw, SECURITY)
    except (NotAnEventError, RefusedError, LeftAloneError, RecursionError):
        return True
    for task in tasks:
        assert re.fullmatch("[0-9]{12}", task.account)
        assert re.fullmatch("[a-z]{2}(-[a-z]+)+-[0-9]+", task.region)
        assert task.check_id in FIXES
    return False


@given(events(), st.lists(changed(finding()), max_size=2))
def test_an_event_is_answered_and_nothing_is_called_for_a_wrong_one(
    raw: Any, held: list[Any]
) -> None:
    with deployed(held) as clients, logged() as lines:
        answer = function.handler(batch(raw), context())
    assert answer.keys() == {"batchItemFailures"}
    assert lines
    assert not any("Unexpected" in line["message"] for line in lines), lines
    again = any(line["level"] == "ERROR" for line in lines)
    assert bool(answer["batchItemFailures"]) == again
    if refused(json.loads(json.dumps(raw))):
        assert clients.called == []
    # No account is entered, no lease taken, nothing changed.
    assert set(clients.called) <= {"get_findings", "describe_account", "batch_update_findings"}
    assert all(note.isprintable() and len(note) <= LONGEST_NOTE for note in clients.notes)


@given(changed({"UserDefinedFields": {"ticket": "1"}, "Workflow": {}, "Compliance": {}}))
def test_what_security_hub_holds_of_a_finding_may_be_anything(held: Any) -> None:
    with deployed([finding() | held]) as clients, logged() as lines:
        function.handler(batch(event()), context())
    assert len(lines) == 1 and "Unexpected" not in lines[0]["message"], lines
    assert set(clients.called) <= {"get_findings", "describe_account", "batch_update_findings"}


@given(
    st.one_of(
        json_values,
        findings.map(lambda one: {"Action": "Fix", "Finding": one}),
        changed({"Action": "Fix", "AccountId": "222222222222", "Region": "eu-west-1"}),
        hostile.map(lambda one: {"Records": [one]}),
        st.sampled_from([1200, 5000]).map(lambda n: {"Action": "Fix", "Finding": "[" * n}),
        st.just({"Action": "Fix", "Finding": deep}),
    )
)
def test_a_request_is_answered(raw: Any) -> None:
    with deployed([finding()]) as clients, logged() as lines:
        answer = function.handler(raw, context())
    assert answer.keys() in ({"Result", "Message"}, {"batchItemFailures"})
    assert lines and not any("Unexpected" in line["message"] for line in lines), lines
    assert answer.get("Result", "failed") in ("failed", "refused", "stale", "excluded")
    assert set(clients.called) <= {"get_findings", "describe_account", "batch_update_findings"}


@given(st.one_of(json_values, hostile, hostile.map(lambda one: {"AccountId": one}),
                 st.lists(hostile, max_size=3).map(lambda one: {"Items": one})))  # fmt: skip
def test_the_sweep_answers_whatever_it_is_given(raw: Any) -> None:
    entered = []

    def enter(_: Any, role: str, account: str, *more: Any) -> Any:
        entered.append(account)
        raise PluginError("It can't be entered.")

    def connect(_: Any) -> Any:
        entered.append("connected")
        raise PluginError("Nobody is there.")

    with (
        patch.dict("os.environ", {**NEEDED, "PROWLER_BEDROCK_BUCKET": "a-bucket"}),
        patch.object(sweep, "enter", enter),
        patch.object(sweep, "connect", connect),
        logged(),
    ):
        scanned = sweep.scan_account(raw, None)
        assert all(re.fullmatch("[0-9]{12}", account) for account in entered)
        listed = sweep.list_accounts(raw, None)
    for answer in (scanned, listed):
        text = json.dumps(answer)
        assert "unexpected" not in text and len(text) < 200_000
        assert answer["Result"] == "failed" or answer == {"Result": "scanned", "Accounts": []}


@pytest.mark.parametrize("model", [None, ListSettings, ScanSettings])
@given(st.data())
def test_an_environment_is_taken_or_refused(model: Any, data: st.DataObject) -> None:
    names = ["SETTING", "CHECK_SETTINGS", "DRY_RUN", "EXCLUDED_REGIONS", "EXCLUSION_TAG", "REGIONS"]
    names += ["EXCLUDED_ORGANIZATIONAL_UNITS", "MAX_RECEIVE_COUNT", "ROLE_NAME", "BUCKET", "KEY"]
    values = st.one_of(
        texts,
        evil,
        json_values.map(lambda one: json.dumps(one)),
        json_values.map(lambda one: json.dumps({name: one for name in FIXES})),
        st.sampled_from(["true", "5", "eu-west-1", "[" * 5000, "9" * 5000, "\u0661" * 12]),
    )
    given = data.draw(st.dictionaries(st.sampled_from(names), values, max_size=3))
    environment = NEEDED | {f"PROWLER_BEDROCK_{name}": value for name, value in given.items()}
    try:
        if model:
            settings_of(model, environment)
        else:
            settings = settings_from_environment(environment)
            assert all(settings.of_check(check) for check in FIXES)
    except SettingsError as error:
        assert error.problems and all(error.problems)
        with logged() as lines:
            log("ERROR", str(error))
        assert len(lines) == 1


@given(evil, json_values)
def test_a_line_of_the_log_is_text_only(text: str, value: Any) -> None:
    with logged() as lines:
        log("INFO", text, finding=value, summary={text: [text]})
    assert len(lines) == 1


@given(evil)
def test_a_note_is_text_only(text: str) -> None:
    assert note_text(text).isprintable()
    assert len(note_text(text * 50)) <= LONGEST_NOTE
