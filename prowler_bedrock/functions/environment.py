"""Settings from a function's environment variables, where a template puts them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from prowler_bedrock.account.access import AccountId
from prowler_bedrock.errors import SettingsError, sentences

PREFIX = "PROWLER_BEDROCK_"
# Variables of other parts, which the environment may hold as well.
_OF_OTHERS = frozenset({f"{PREFIX}JOURNAL_DIRECTORY", f"{PREFIX}USE_BUILTIN"})
# An external id is no credential to AWS, but the templates keep it out of sight.
_SECRET = frozenset({f"{PREFIX}EXTERNAL_ID"})
Model = TypeVar("Model", bound="EnvironmentSettings")


def words(value: Any) -> Any:
    """Return the parts of a text, where it is one, that commas or spaces separate.

    Args:
        value: what a variable or a caller gave.
    """
    return value.replace(",", " ").split() if isinstance(value, str) else value


AccountIds = Annotated[list[AccountId], BeforeValidator(words)]
RegionName = Annotated[str, Field(pattern=r"^[a-z]{2,4}(-[a-z]+)+-[0-9]+$")]
RegionNames = Annotated[list[RegionName], BeforeValidator(words)]
# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
ExternalId = Annotated[
    str, Field(pattern=r"^[a-zA-Z0-9_+=,.@:/-]+$", min_length=2, max_length=1224)
]


class EnvironmentSettings(BaseModel):
    """A field's variable is its name in upper case after the prefix ``PROWLER_BEDROCK_``."""

    model_config = ConfigDict(
        alias_generator=lambda name: f"{PREFIX}{name.upper()}", extra="forbid", frozen=True
    )


def settings_of(model: type[Model], environment: Mapping[str, str]) -> Model:
    """Return the settings that environment variables hold; an empty one counts as not set.

    Args:
        model: what settings there are.
        environment: the environment variables.

    Raises:
        SettingsError: with one sentence per problem, each naming the variable.
    """
    known = _names(model)
    others = _OF_OTHERS.union(*map(_names, EnvironmentSettings.__subclasses__())) - set(known)
    given = {
        name: value.strip()
        for name, value in environment.items()
        if name.startswith(PREFIX) and name not in others and value.strip()
    }
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise SettingsError(sentences(error, known, "this function", _SECRET)) from error


def _names(model: type[EnvironmentSettings]) -> list[str]:
    return [str(field.alias) for field in model.model_fields.values()]
