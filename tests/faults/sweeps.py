"""Strike every call of the sweep's functions, and look at what Security Hub and the answer say."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple
from unittest.mock import patch

import boto3
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

from prowler_bedrock.logging_configuration.read import GET_OPERATION
from prowler_bedrock.sweep import function
from tests.faults.deliveries import THEIRS
from tests.faults.matrix import struck_calls
from tests.faults.organization import (
    BUCKET,
    EXTERNAL_ID,
    MEMBER,
    OTHER_REGION,
    Answer,
    Organization,
)
from tests.faults.strikes import KINDS, Kindness
from tests.faults.wire import REGION

# Logging is on in one of them.
ON, OFF = REGION, OTHER_REGION
REGIONS = (ON, OFF)
# In the order of the functions' own: what each finding says in the member's Security Hub.
Findings = dict[str, tuple[str, str]]


class Sweep(NamedTuple):
    """A function, and the account that it meets.

    Attributes:
        call: calls the handler.
        settings: its settings.
        regions: what stands in Regions, as an account file has it.
        sent: how many findings Security Hub has afterwards.
    """

    call: Callable[[], dict[str, Any]]
    settings: dict[str, str]
    regions: dict[str, dict[str, Any]] = {}
    sent: int = 2


def scan() -> dict[str, Any]:
    return function.scan_account({"AccountId": MEMBER}, None)


def scan_all_regions() -> dict[str, Any]:
    backend = RegionsAndZonesBackend
    enabled = [region for region in backend.regions if region.name in REGIONS]

    def few(session: boto3.Session, service: str, *more: str, **named: str) -> list[str]:
        return list(REGIONS)

    # Two of them: each costs as much as any other.
    with (
        patch.object(backend, "regions", enabled),
        patch.object(boto3.Session, "get_available_regions", few),
    ):
        return scan()


def list_accounts() -> dict[str, Any]:
    return function.list_accounts({}, None)


SCAN = {"EXTERNAL_ID": EXTERNAL_ID}
BOTH = {**SCAN, "REGIONS": ",".join(REGIONS)}
SWEEPS: dict[str, Sweep] = {
    "list accounts": Sweep(list_accounts, {"BUCKET": BUCKET}, sent=0),
    "scan the Regions of the account": Sweep(scan_all_regions, SCAN),
    "scan without Prowler's integration": Sweep(
        scan, BOTH, {OFF: {"prowler_integration": False}}, sent=1
    ),
    "scan without Security Hub": Sweep(
        scan, {**SCAN, "REGIONS": OFF}, {OFF: {"security_hub": False}}, sent=0
    ),
}


class Sweeps:
    """The cases of one function."""

    def __init__(self, organization: Organization, sweep: Sweep) -> None:
        self._organization, self._sweep = organization, sweep
        self._expected = Answer({}, [], [])
        self._findings: Findings = {}
        self._list = b""
        self._checked: set[str] = set()
        self.problems: list[str] = []
        self.size = 0

    def run(self) -> None:
        """Run every case."""
        one, given = self._organization, self._sweep
        one.fresh(regions=given.regions)
        one.put(THEIRS, ON)
        one.settings = given.settings
        self._organization.save()
        self._expected = one.invoke(given.call)
        assert self._expected.result["Result"] in ("scanned", "listed"), self._expected
        self._findings, self._list = self._held(), self._listed()
        assert len(self._findings) == given.sent
        for name, kind in KINDS.items():
            struck = struck_calls(one.wire, self._expected.calls, kind)
            self.size += len(struck)
            # What must not be noticed strikes all of them in one run.
            for number in [None] if kind.harmless else struck:
                operation = "every call" if number is None else self._expected.calls[number]
                found = self._case(number, kind)
                self.problems += [f"{operation} ({number}), {name}: {one}" for one in found]

    def _held(self) -> Findings:
        return {
            region: (held["Compliance"]["Status"], held["Description"])
            for region in REGIONS
            if (MEMBER, region) in self._organization.places
            for held in self._organization.findings(region)
        }

    def _listed(self) -> bytes:
        return self._organization.objects().get("accounts.json", b"")

    def _case(self, number: int | None, kind: Kindness) -> list[str]:
        one = self._organization
        one.load()
        try:
            answer = one.invoke(self._sweep.call, struck=lambda at: number in (None, at), kind=kind)
        except Exception:
            return [traceback.format_exc(limit=-3)]
        if number is None:
            same = (answer.result, self._held()) == (self._expected.result, self._findings)
            return [] if same else [f"noticed: {answer}"]
        operation = self._expected.calls[number]
        problems = self._told(answer, operation, kind) + self._sent(answer, operation, kind)
        left = json.dumps([self._held(), self._listed().decode()])
        if left in self._checked:
            return problems
        self._checked.add(left)
        again = one.invoke(self._sweep.call)
        held = {region: status for region, (status, _) in self._held().items()}
        wanted = {region: status for region, (status, _) in self._findings.items()}
        # An answer without members is how AWS says "off".
        if (operation, kind) == (GET_OPERATION, KINDS["hollow"]):
            held, wanted = {}, {}
        if (again.result, held, self._listed()) != (self._expected.result, wanted, self._list):
            problems.append(f"once more: {again}, {held}")
        return problems

    def _told(self, answer: Answer, operation: str, kind: Kindness) -> list[str]:
        result = answer.result
        text = json.dumps([result, answer.log])
        if result["Result"] == "failed":
            errors = [line for line in answer.log if line["level"] == "ERROR"]
            if not result["Cause"] or not errors:
                return [f"failed without a cause or a line: {answer}"]
        # What was refused before it was asked for says more.
        if result == self._expected.result or operation == "ListEnabledProductsForImport":
            return []
        action = self._organization.wire.action(operation)
        problems = []
        if kind.codes and not any(code in text for code in kind.codes):
            problems.append(f"no code: {answer}")
        if kind.codes and action not in text and "could not be read" not in text:
            problems.append(f"no {action}: {answer}")
        return problems

    def _sent(self, answer: Answer, operation: str, kind: Kindness) -> list[str]:
        held, result, problems = self._held(), answer.result, []
        if self._listed() not in (b"", self._list):
            problems.append(f"another list: {self._listed()!r}")
        if result["Result"] == "listed" and self._listed() != self._list:
            problems.append(f"listed, but it is {self._listed()!r}")
        named = json.dumps([result.get(n) for n in ("Unreadable", "Skipped", "Errors")])
        for region in REGIONS:
            status = held.get(region, ("", ""))[0]
            wanted = self._findings.get(region, ("", ""))[0]
            if status == "PASSED" and region != ON:
                problems.append(f"false PASSED of {region}: {answer}")
            if (operation, kind) == (GET_OPERATION, KINDS["hollow"]):
                continue
            if status not in ("", wanted):
                problems.append(f"{region} is {status} instead of {wanted}: {answer}")
            if status != wanted and result["Result"] != "failed" and region not in named:
                problems.append(f"silence about {region}: {answer}")
        if "Sent" in result and result["Sent"] > len(held):
            problems.append(f"{result['Sent']} sent, but {len(held)} arrived: {answer}")
        return problems
