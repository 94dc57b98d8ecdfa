"""A stand-in for the AWS CLI: it runs one command through botocore, as strictly as the CLI does.

The AWS CLI can't be installed beside Prowler, whose pin of botocore conflicts with it. This script
knows service operations, their options with JSON, `file://`, number and string values, and the
global options region, query and output. Anything else is an error.
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
    values, parameters = {}, {}
    if len(rest) % 2:
        raise ValueError(f"option without a value: {rest}")
    for flag, value in zip(rest[::2], rest[1::2], strict=True):
        name = flag.removeprefix("--")
        if flag == name:
            raise ValueError(f"unknown argument {flag}")
        if name in GLOBAL_OPTIONS:
            values[name] = value
        elif name in options:
            member, shape = options[name]
            parameters[member] = convert(value, shape.type_name)
        else:
            raise ValueError(f"unknown option {flag}")
    missing = required - {flag.removeprefix("--") for flag in rest[::2]}
    if missing:
        raise ValueError(f"missing {sorted(missing)}")
    return service, operation, parameters, values


def convert(value, type_name):
    if value.startswith("file://"):
        value = Path(value.removeprefix("file://")).read_text(encoding="utf-8")
    if type_name in ("integer", "long"):
        return int(value)
    return value if type_name == "string" else json.loads(value)


def text(value):
    if isinstance(value, list):
        return "\t".join(text(item) for item in value)
    return str(value)


def main(arguments):
    try:
        service, operation, parameters, values = parse(arguments)
        client = botocore.session.get_session().create_client(
            service, region_name=values.get("region", "us-east-1")
        )
        answer = getattr(client, operation.replace("-", "_"))(**parameters)
    except ClientError as error:
        sys.stderr.write(f"{error}\n")
        return 254
    except (BotoCoreError, LookupError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 252
    answer.pop("ResponseMetadata")
    if "query" in values:
        answer = jmespath.search(values["query"], answer)
    if values.get("output") == "text":
        print(text(answer))
    elif answer != {}:
        print(json.dumps(answer, indent=4, default=str))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
