"""Find AWS CLI commands and IAM actions in prose and scripts, and judge commands by botocore."""

import re
from functools import cache
from typing import NamedTuple

import botocore.session
from botocore import xform_name

COMMAND = re.compile(r"(?<![\w/.-])aws ([a-z][a-z0-9-]*) ([a-z][a-z0-9-]*)")
OPTION = re.compile(r"(?<!\S)--([a-z][a-z0-9-]*)")
IAM_NAME = re.compile(r"(?<![\w:.-])([a-z][a-z0-9-]*):([A-Z][A-Za-z]+)\b")
GLOBAL_OPTIONS = {"region", "query", "output"}


class Command(NamedTuple):
    service: str
    operation: str
    options: frozenset

    def __str__(self):
        return f"aws {self.service} {self.operation} {sorted(self.options)}"


def commands_in(text):
    """Every `aws <service> <operation>` of a text, with the options that follow it."""
    for line in text.replace("\\\n", " ").splitlines():
        starts = list(COMMAND.finditer(line))
        ends = [match.start() for match in starts] + [len(line)]
        for match, end in zip(starts, ends[1:], strict=True):
            # a closing backtick ends a command that stands in prose
            rest = line[match.end() : end].split("`")[0]
            yield Command(match[1], match[2], frozenset(OPTION.findall(rest)))


def iam_names_in(text):
    """Every `service:Name` of a text that is an IAM action or a service's condition key."""
    return {(service, name) for service, name in IAM_NAME.findall(text) if service != "aws"}


@cache
def service_model(service):
    return botocore.session.get_session().get_service_model(service)


@cache
def options_of(service, operation):
    """Map option names to shapes, and name the required ones, of an existing operation."""
    session = botocore.session.get_session()
    # The AWS CLI calls S3's API operations by another name than botocore.
    service = {"s3api": "s3"}.get(service, service)
    if service not in session.get_available_services():
        raise LookupError(f"no service {service}")
    model = service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in operations:
        raise LookupError(f"no operation {service} {operation}")
    shape = model.operation_model(operations[operation]).input_shape
    members = shape.members if shape else {}
    required = shape.required_members if shape else []
    return (
        {xform_name(name, "-"): (name, member) for name, member in members.items()},
        {xform_name(name, "-") for name in required},
    )


def problems_of(command):
    """Why a command can't run, as sentences; empty if it can."""
    try:
        options, required = options_of(command.service, command.operation)
    except LookupError as error:
        return [str(error)]
    unknown = command.options - set(options) - GLOBAL_OPTIONS
    missing = required - command.options
    return [f"{command}: no option {name}" for name in sorted(unknown)] + [
        f"{command}: requires {name}" for name in sorted(missing)
    ]
