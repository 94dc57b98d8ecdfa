"""A stand-in for the AWS CLI: it runs one command through botocore, as strictly as the CLI does.

The AWS CLI can't be installed beside Prowler, whose pin of botocore conflicts with it. This script
knows service operations, their options with JSON, `file://`, number, string and time values and
lists of strings, and the global options region, query and output. Anything else is an error.
"""

import json
import sys
from pathlib import Path

import botocore.session
import jmespath
from botocore.exceptions import BotoCoreError, ClientError

from tests.metadata.documented_commands import GLOBAL_OPTIONS, options_of


def parse(arguments):
    service, operation, *rest = arguments
    options, required = options_of(service, operation)
    values, parameters, flags = {}, {}, set()
    while rest:
        flag = rest.pop(0)
        name = flag.removeprefix("--")
        if flag == name:
            raise ValueError(f"unknown argument {flag}")
        flags.add(name)
        given = []
        # A list takes every value up to the next option, all others take one.
        while rest and not (given and rest[0].startswith("--")):
            given.append(rest.pop(0))
            if name not in options or not is_list_of_strings(options[name][1]):
                break
        if not given:
            raise ValueError(f"option without a value: {flag}")
        if name in GLOBAL_OPTIONS:
            values[name] = given[0]
        elif name in options:
            member, shape = options[name]
            listed = is_list_of_strings(shape)
            parameters[member] = given if listed else convert(given[0], shape.type_name)
        else:
            raise ValueError(f"unknown option {flag}")
    missing = required - flags
    if missing:
        raise ValueError(f"missing {sorted(missing)}")
    return service, operation, parameters, values


def is_list_of_strings(shape):
    return shape.type_name == "list" and shape.member.type_name == "string"


def convert(value, type_name):
    if value.startswith("file://"):
        value = Path(value.removeprefix("file://")).read_text(encoding="utf-8")
    if type_name in ("integer", "long"):
        return int(value)
    return value if type_name in ("string", "timestamp") else json.loads(value)


def text(value):
    if isinstance(value, list):
        if any(isinstance(item, list) for item in value):
            return "\n".join(text(item) for item in value)
        return "\t".join(text(item) for item in value)
    return str(value)


def main(arguments):
    try:
        service, operation, parameters, values = parse(arguments)
        client = botocore.session.get_session().create_client(
            {"s3api": "s3"}.get(service, service),
            region_name=values.get("region", "us-east-1"),
        )
        answer = getattr(client, operation.replace("-", "_"))(**parameters)
    except ClientError as error:
        sys.stderr.write(f"{error}\n")
        return 254
    except (BotoCoreError, LookupError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 252
    answer.pop("ResponseMetadata")
    # Times are text to a query.
    answer = json.loads(json.dumps(answer, default=str))
    if "query" in values:
        answer = jmespath.search(values["query"], answer)
    if values.get("output") == "text":
        print(text(answer))
    elif answer != {}:
        print(json.dumps(answer, indent=4))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
