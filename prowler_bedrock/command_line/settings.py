"""The fixer's settings as options and as the file that Prowler's ``--fixer-config`` takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.command_line.options import given_path
from prowler_bedrock.enable.settings import (
    DataType,
    Destination,
    EnableSettings,
    parse_settings,
    setting_names,
)
from prowler_bedrock.errors import SettingsError
from prowler_bedrock.settings_file import settings_of_file

Command = TypeVar("Command", bound=Callable[..., Any])

# Marks the parameters that are settings: --role-arn is none of them.
SETTING = "setting_"
DESTINATIONS = get_args(Destination)
# The settings' fields and what an option says about them.
_HELP = {
    "log_group_name": "CloudWatch log group; created when it is missing.",
    "retention_in_days": "Retention of a log group that is created.",
    "kms_key_id": "KMS key ARN for a log group that is created.",
    "role_name": "Role that Bedrock assumes; created once per account when it is missing.",
    "role_arn": "Existing role that Bedrock assumes, instead.",
    "bucket_name": "S3 bucket; created when it is missing.",
    "key_prefix": "Prefix of the objects in it.",
    "large_data_bucket_name": "Bucket for what does not fit into a log event.",
    "large_data_key_prefix": "Prefix of the objects in that one.",
    "bucket_kms_key_id": "KMS key ARN for buckets that are created.",
    "data_types": "Data type to deliver; may be given several times. Default: all.",
}
# --role-arn is the role that the command assumes, as in the AWS configuration files.
_NAMES = {
    "role_name": "--delivery-role-name",
    "role_arn": "--delivery-role-arn",
    "data_types": "--data-type",
    "dry_run": "--dry-run",
}
# Two ways to name one role.
_ROLE = ("role_name", "role_arn")


def settings_options(command: Command) -> Command:
    """Add an option for each setting, and ``--settings`` for a file of them.

    Args:
        command: the click command's function; it gets the options as keyword arguments.
    """
    for field in reversed(_HELP):
        extra: dict[str, Any] = {"metavar": "TEXT"}
        if field == "retention_in_days":
            extra = {"type": int, "metavar": "DAYS"}
        elif field == "data_types":
            extra = {"type": click.Choice(get_args(DataType)), "multiple": True}
        command = click.option(_option(field), f"{SETTING}{field}", help=_HELP[field], **extra)(
            command
        )
    return click.option(
        "--settings",
        "settings_file",
        metavar="FILE",
        callback=given_path,
        help="YAML file in the form of Prowler's --fixer-config; options win over it.",
    )(command)


def setting_fields(options: dict[str, Any]) -> dict[str, Any]:
    """Take the settings out of a command's options.

    Args:
        options: the options by name; those that are settings are removed from it.
    """
    names = [name for name in options if name.startswith(SETTING)]
    return {name.removeprefix(SETTING): options.pop(name) for name in names}


def settings_from(
    options: Mapping[str, Any], settings_file: Path | None, destination: str = "--destination"
) -> EnableSettings:
    """Return the settings of a command.

    Args:
        options: field of `EnableSettings` to value; ``None``, an empty tuple and False are unset.
        settings_file: the file, where one was given.
        destination: what the command calls the option of the destination.

    Raises:
        SettingsError: with one sentence per problem.
    """
    raw = _in_file_of(settings_file) if settings_file else {}
    given = {
        field: value
        for field, value in options.items()
        if not (value is None or value is False or value == ())
    }
    if not given.keys().isdisjoint(_ROLE):
        for field in _ROLE:
            raw.pop(_in_file(field), None)
    for field, value in given.items():
        raw[_in_file(field)] = list(value) if isinstance(value, tuple) else value
    try:
        return parse_settings(raw)
    except SettingsError as error:
        if settings_file:
            raise
        raise SettingsError(
            [_in_options(problem, destination) for problem in error.problems]
        ) from error


def _in_file_of(path: Path) -> dict[str, Any]:
    found = settings_of_file(path, "--settings").get(CHECK_ID)
    if not isinstance(found, dict | None):
        # It says what was expected.
        parse_settings(found)
    return dict(found or {})


def _option(field: str) -> str:
    return _NAMES.get(field) or "--" + field.replace("_", "-")


def _in_file(field: str) -> str:
    return str(EnableSettings.model_fields[field].alias)


def _in_options(problem: str, destination: str) -> str:
    options = {_in_file(field): _option(field) for field in EnableSettings.model_fields}
    options["Destination"] = destination
    names = "|".join(sorted(setting_names(), key=len, reverse=True))
    text = problem.removeprefix(f"{CHECK_ID}: ")
    return re.sub(rf"\b({names})\b", lambda found: options[found[0]], text)
