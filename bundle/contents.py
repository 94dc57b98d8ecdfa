"""What of the installed distributions gets into the artifact."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from prowler_bedrock.check_id import CHECK_ID

# Every service that the core calls, by boto3's names; botocore has the models of 400 more.
SERVICES = (
    "bedrock", "cloudwatch", "ec2", "iam", "kms", "logs", "organizations", "s3", "securityhub",
    "sts",
)  # fmt: skip
_MODELS = "botocore/data/"
_UNUSED = (
    "boto3/data/",  # of boto3's resources, which the core does not use
    "boto3/examples/",
    "bin/",
    "prowler_bedrock/__main__.py",
    "prowler_bedrock/command_line/",
    "prowler_bedrock/page/",
    "prowler_bedrock/prowler_adapter/",
    "prowler_bedrock/settings_file.py",
)
# Of these folders only what is named below.
_MOSTLY_UNUSED = ("prowler_bedrock/checks/", "prowler_bedrock/metadata/")
_DATA = (
    "prowler_bedrock/checks/__init__.py",
    "prowler_bedrock/checks/bedrock/__init__.py",
    f"prowler_bedrock/checks/bedrock/{CHECK_ID}/__init__.py",
    f"prowler_bedrock/checks/bedrock/{CHECK_ID}/{CHECK_ID}.metadata.json",
    "prowler_bedrock/metadata/__init__.py",
    "prowler_bedrock/metadata/asff/",
)


def needed(names: Iterable[str]) -> list[str]:
    """Return the files that the functions need, sorted.

    Args:
        names: the paths of all installed files, with slashes.
    """
    found = sorted(names)
    newest: dict[str, str] = {}
    for service, version in filter(None, map(_model, found)):
        # botocore takes the newest version of an API.
        newest[service] = max(version, newest.get(service, ""))
    return [name for name in found if _needed(name, newest)]


def _needed(name: str, newest: dict[str, str]) -> bool:
    path = PurePosixPath(name)
    if name.startswith(_UNUSED) or path.suffix in (".pyc", ".pyi"):
        return False
    if name.startswith(_MOSTLY_UNUSED):
        return name.startswith(_DATA)
    if path.parts[0].endswith(".dist-info"):
        # pip's own notes name paths and times of the machine.
        return path.name == "METADATA" or "LICEN" in name.upper() or "NOTICE" in path.name
    model = _model(name)
    if model:
        service, version = model
        return (
            service in SERVICES
            and version == newest[service]
            and not path.name.startswith("examples-")
        )
    return path.parts[-1] not in ("RECORD", ".lock")


def _model(name: str) -> tuple[str, str] | None:
    """Return service and API version of one of botocore's models."""
    parts = PurePosixPath(name.removeprefix(_MODELS)).parts
    return (parts[0], parts[1]) if name.startswith(_MODELS) and len(parts) == 3 else None
