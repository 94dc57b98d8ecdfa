"""The settings of the automation, which a template puts into the function's environment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from prowler_bedrock.account.access import AccountId
from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.enable.names import BucketName, RoleName
from prowler_bedrock.enable.settings import ChangeSettings, parse
from prowler_bedrock.errors import SettingsError
from prowler_bedrock.fixes import FIXES
from prowler_bedrock.functions.environment import (
    PREFIX,
    EnvironmentSettings,
    ExternalId,
    RegionName,
    settings_of,
    words,
)

# What the automation sets by itself, so a user can't in the settings of a check.
_OWN = ("DryRun", "JournalDirectory")


def _mapping(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        found = json.loads(value) if value.strip() else {}
    except (ValueError, RecursionError) as error:
        raise ValueError(f"expected JSON ({error})") from error
    if not isinstance(found, dict):
        raise ValueError("expected a JSON object with a CheckID as each key")
    return found


Action = Literal["Fix", "BackOut"]
Unit = Annotated[str, Field(pattern=r"^(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})$")]


class AutomationSettings(EnvironmentSettings):
    """The settings of the automation.

    Attributes:
        journal_bucket: ``JOURNAL_BUCKET``, the bucket of the records and leases.
        role_name: ``ROLE_NAME`` of the role to assume in each member account.
        external_id: ``EXTERNAL_ID`` that this role asks for.
        delivery_role_name: ``DELIVERY_ROLE_NAME``, the role in each member account that Bedrock
            assumes; with none, the fixer makes one, for which the member role has no permission.
        excluded_accounts: ``EXCLUDED_ACCOUNTS``, comma-separated account ids.
        excluded_organizational_units: ``EXCLUDED_ORGANIZATIONAL_UNITS``, comma-separated ids of
            units (or of the root), each with all that is below it.
        excluded_regions: ``EXCLUDED_REGIONS``, comma-separated names.
        exclusion_tag: ``EXCLUSION_TAG`` of accounts, ``KEY=VALUE``; empty reads no tags.
        dry_run: ``DRY_RUN``: only write the plan on the finding.
        check_settings: ``CHECK_SETTINGS``, JSON: CheckID to the settings of its fixer.
        actions: ``ACTIONS`` that may be asked for, comma-separated.
        max_receive_count: ``MAX_RECEIVE_COUNT`` of the queue, after which it gives a message up.
    """

    journal_bucket: BucketName
    role_name: RoleName = "ProwlerBedrockRemediation"
    external_id: ExternalId
    delivery_role_name: RoleName | None = None
    excluded_accounts: Annotated[frozenset[AccountId], BeforeValidator(words)] = frozenset()
    excluded_organizational_units: Annotated[frozenset[Unit], BeforeValidator(words)] = frozenset()
    excluded_regions: Annotated[frozenset[RegionName], BeforeValidator(words)] = frozenset()
    exclusion_tag: Annotated[str, Field(pattern=r"^([^=]+=[^=]*)?$", max_length=385)] = ""
    dry_run: bool = False
    check_settings: Annotated[dict[str, dict[str, Any]], BeforeValidator(_mapping)] = {}
    actions: Annotated[frozenset[Action], BeforeValidator(words)] = frozenset({"Fix", "BackOut"})
    max_receive_count: Annotated[int, Field(ge=1)] = 5

    def of_check(self, check_id: str, partition: str = "aws") -> ChangeSettings:
        """Return the settings of a check's fixer.

        Args:
            check_id: a CheckID of `FIXES`.
            partition: the AWS partition.

        Raises:
            SettingsError: with one sentence per problem.
        """
        raw: dict[str, Any] = {**self.check_settings.get(check_id, {}), "DryRun": self.dry_run}
        named = raw.keys() & {"RoleArn", "RoleName"} or raw.get("Destination") == "s3"
        if check_id == CHECK_ID and self.delivery_role_name and not named:
            raw["RoleArn"] = f"arn:{partition}:iam::{{account}}:role/{self.delivery_role_name}"
        return parse(FIXES[check_id].settings, raw, check_id)


def settings_from_environment(environment: Mapping[str, str]) -> AutomationSettings:
    """Return the settings of the automation.

    Args:
        environment: the environment variables.

    Raises:
        SettingsError: with one sentence per problem, each naming the variable.
    """
    settings = settings_of(AutomationSettings, environment)
    problems = []
    for check_id, given in settings.check_settings.items():
        if check_id not in FIXES:
            problems.append(f"{check_id} has no fixer; expected one of {', '.join(FIXES)}.")
        for name in sorted(given.keys() & set(_OWN)):
            variable = "DRY_RUN" if name == "DryRun" else "JOURNAL_BUCKET"
            problems.append(f"{name} is set by {PREFIX}{variable}; leave it out of {check_id}.")
    if problems:
        raise SettingsError([f"{PREFIX}CHECK_SETTINGS: {problem}" for problem in problems])
    for check_id in {CHECK_ID, *settings.check_settings}:
        try:
            settings.of_check(check_id)
        except SettingsError as error:
            raise SettingsError(
                [f"{PREFIX}CHECK_SETTINGS: {problem}" for problem in error.problems]
            ) from error
    return settings
