"""The findings that a page shows, from the OCSF files that Prowler writes.

Source: https://schema.ocsf.io/1.5.0/classes/detection_finding, as Prowler fills it in
``prowler/lib/outputs/ocsf/ocsf.py``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import AliasPath, AwareDatetime, BaseModel, Field, ValidationError, field_validator

from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.errors import SettingsError

# The checks of this project, and Prowler's own on encryption.
CHECKS = "bedrock_model_invocation_log"


class Finding(BaseModel):
    """What a check says of a Region.

    Attributes:
        check: its CheckID.
        account: the account's number.
        region: the Region's name.
        status: ``PASS``, ``FAIL`` or ``MANUAL``.
        muted: whether the mutelist silences it.
        severity: Prowler's severity.
        reason: the status sentence.
        found_at: when the scan ran.
    """

    check: str = Field(validation_alias=AliasPath("metadata", "event_code"))
    account: str = Field(validation_alias=AliasPath("cloud", "account", "uid"))
    region: str = Field(validation_alias=AliasPath("cloud", "region"))
    status: str = Field(validation_alias="status_code", pattern="^(PASS|FAIL|MANUAL)$")
    muted: bool = Field(default=False, validation_alias="status")
    severity: str
    reason: str = Field(validation_alias="status_detail")
    found_at: AwareDatetime = Field(validation_alias=AliasPath("finding_info", "created_time"))

    @field_validator("muted", mode="before")
    @classmethod
    def _suppressed(cls, value: Any) -> bool:
        return bool(value == "Suppressed")


class Scan(BaseModel):
    """What is shown.

    Attributes:
        findings: by account, Region and check; the newest where a scan was repeated, and none
            of before logging was found to be off.
        left_out: how many findings are about something else.
    """

    findings: dict[tuple[str, str, str], Finding]
    left_out: int

    @property
    def last(self) -> datetime:
        """When the newest finding was found."""
        return max(one.found_at for one in self.findings.values())


def read_findings(paths: Iterable[Path]) -> Scan:
    """Return the findings of one or more scans.

    Args:
        paths: files that Prowler wrote with ``-M json-ocsf``.

    Raises:
        SettingsError: where a file can't be read, or none holds a finding of these checks.
    """
    found: dict[tuple[str, str, str], Finding] = {}
    left_out, names = 0, []
    for path in paths:
        names.append(str(path))
        for number, item in enumerate(_items(path), start=1):
            event = item.get("metadata") if isinstance(item, dict) else None
            code = event.get("event_code") if isinstance(event, dict) else None
            if not str(code).startswith(CHECKS):
                left_out += 1
                continue
            try:
                one = Finding.model_validate(item)
            except ValidationError as error:
                where = ".".join(str(part) for part in error.errors()[0]["loc"])
                raise SettingsError(
                    [f"{path}: finding {number} has no valid {where}; expected Prowler's OCSF."]
                ) from error
            key = (one.account, one.region, one.check)
            if key not in found or found[key].found_at <= one.found_at:
                found[key] = one
    if not found:
        raise SettingsError(
            [
                f"{', '.join(names)}: no finding of a {CHECKS}* check; scan with "
                "prowler aws --compliance cis_1.0_bedrock_aws -M json-ocsf."
            ]
        )
    return Scan(findings=_still_true(found), left_out=left_out)


def _still_true(found: dict[tuple[str, str, str], Finding]) -> dict[tuple[str, str, str], Finding]:
    # Where logging is off, or can't be read, the other checks may find nothing: what they said of
    # an earlier scan is not the state of this one.
    kept = {}
    for (account, region, check), one in found.items():
        newest = found.get((account, region, CHECK_ID))
        overtaken = newest and newest.status != "PASS" and newest.found_at > one.found_at
        if not overtaken:
            kept[account, region, check] = one
    return kept


def _items(path: Path) -> list[Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError([f"{path} can't be read ({error.strerror})."]) from error
    except (ValueError, RecursionError) as error:
        why = " ".join(str(error).split())
        raise SettingsError([f"{path} is not JSON ({why}); expected Prowler's OCSF."]) from error
    if not isinstance(content, list):
        raise SettingsError([f"{path} holds no list of findings; expected Prowler's OCSF."])
    return content
