"""Send members of ``loggingConfig`` that are newer than the installed botocore.

botocore refuses to send them and drops them from what it reads. Prowler pins its botocore, so a
configuration that someone else put with a newer one would lose them with each change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def known_members(config: dict[str, Any], shape: Any) -> dict[str, Any]:
    """Return what a structure of botocore's model knows of a configuration.

    Args:
        config: the configuration, or a structure in it.
        shape: botocore's structure.
    """
    return {
        name: known_members(value, shape.members[name])
        if isinstance(value, dict) and shape.members[name].type_name == "structure"
        else value
        for name, value in config.items()
        if name in shape.members
    }


@contextmanager
def whole_body(bedrock: Any, operation: str, body: dict[str, Any]) -> Iterator[None]:
    """Let a client send this body, whatever its botocore makes of the parameters.

    Args:
        bedrock: a boto3 ``bedrock`` client.
        operation: the operation's name.
        body: the request's body.
    """
    event = f"before-call.bedrock.{operation}"

    def replace(params: dict[str, Any], **_: Any) -> None:
        params["body"] = json.dumps(body).encode()

    bedrock.meta.events.register(event, replace)
    try:
        yield
    finally:
        bedrock.meta.events.unregister(event, replace)
