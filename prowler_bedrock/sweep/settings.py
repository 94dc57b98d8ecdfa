"""The settings of both functions, from environment variables."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from prowler_bedrock.enable.names import RoleName
from prowler_bedrock.enable.settings import LowerSeverity
from prowler_bedrock.functions.environment import (
    AccountIds,
    EnvironmentSettings,
    ExternalId,
    RegionNames,
)


class ListSettings(EnvironmentSettings):
    """What `list_accounts` needs.

    Attributes:
        bucket: the bucket for the list; an event may name another.
        key: the object's key; an event may name another.
        excluded_accounts: accounts that are not scanned, separated by commas or spaces.
    """

    bucket: Annotated[str, Field(min_length=3)] | None = None
    key: Annotated[str, Field(min_length=1)] = "accounts.json"
    excluded_accounts: AccountIds = []


class ScanSettings(EnvironmentSettings):
    """What `scan_account` needs.

    Attributes:
        external_id: what the role's trust policy asks for.
        role_name: the role to assume in each account.
        regions: Regions to scan, separated by commas or spaces; by default all that have Bedrock
            and are enabled in the account.
        usage_window_in_days: a Region without an invocation in it is not in use.
        severity_in_unused_regions: of findings that fail in Regions that are not in use, where it
            is lower than the check's own.
    """

    external_id: ExternalId
    role_name: RoleName = "ProwlerBedrockScan"
    regions: RegionNames = []
    usage_window_in_days: Annotated[int, Field(ge=1, le=455)] = 30
    severity_in_unused_regions: LowerSeverity | None = None
