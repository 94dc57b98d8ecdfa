"""The settings of both functions, from environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from prowler_bedrock.enable.names import ROLE_NAME
from prowler_bedrock.enable.settings import LowerSeverity
from prowler_bedrock.errors import SettingsError, sentences

PREFIX = "PROWLER_BEDROCK_"
# Variables of other parts, which the environment may hold as well.
_OF_OTHERS = {f"{PREFIX}JOURNAL_DIRECTORY", f"{PREFIX}USE_BUILTIN"}
Model = TypeVar("Model", bound="SweepSettings")


def _words(value: Any) -> Any:
    return value.replace(",", " ").split() if isinstance(value, str) else value


RoleName = Annotated[str, Field(pattern=f"^{ROLE_NAME.pattern.pattern}$")]
Account = Annotated[str, Field(pattern=r"^[0-9]{12}$")]
Accounts = Annotated[list[Account], BeforeValidator(_words)]
Region = Annotated[str, Field(pattern=r"^[a-z]{2,4}(-[a-z]+)+-[0-9]+$")]
Regions = Annotated[list[Region], BeforeValidator(_words)]


class SweepSettings(BaseModel):
    """What both models share: a field's variable is its name in upper case after the prefix."""

    model_config = ConfigDict(
        alias_generator=lambda name: f"{PREFIX}{name.upper()}", extra="forbid", frozen=True
    )


class ListSettings(SweepSettings):
    """What `list_accounts` needs.

    Attributes:
        bucket: the bucket for the list; an event may name another.
        key: the object's key; an event may name another.
        excluded_accounts: accounts that are not scanned, separated by commas or spaces.
    """

    bucket: Annotated[str, Field(min_length=3)] | None = None
    key: Annotated[str, Field(min_length=1)] = "accounts.json"
    excluded_accounts: Accounts = []


class ScanSettings(SweepSettings):
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

    external_id: Annotated[str, Field(min_length=2, max_length=1224)]
    role_name: RoleName = "ProwlerBedrockScan"
    regions: Regions = []
    usage_window_in_days: Annotated[int, Field(ge=1, le=455)] = 30
    severity_in_unused_regions: LowerSeverity | None = None


def settings_of(model: type[Model], environment: Mapping[str, str]) -> Model:
    """Return the settings that environment variables hold; an empty one counts as not set.

    Args:
        model: what settings there are.
        environment: the environment variables.

    Raises:
        SettingsError: with one sentence per problem.
    """
    known = _names(model)
    others = _OF_OTHERS.union(*map(_names, SweepSettings.__subclasses__())) - set(known)
    given = {
        name: value.strip()
        for name, value in environment.items()
        if name.startswith(PREFIX) and name not in others and value.strip()
    }
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise SettingsError(sentences(error, known, "this function")) from error


def _names(model: type[SweepSettings]) -> list[str]:
    return [str(field.alias) for field in model.model_fields.values()]
