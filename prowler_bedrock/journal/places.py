"""Where the journal is: what the user says, the environment, or the user-state directory."""

from __future__ import annotations

import os
import re
from pathlib import Path

from prowler_bedrock.errors import PluginError, SettingsError
from prowler_bedrock.journal.bucket_store import BucketStore
from prowler_bedrock.journal.directory_store import DIRECTORY_VARIABLE
from prowler_bedrock.journal.journal import Journal

_S3_URL = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([^/].*?))?/?")


def check_place(place: str) -> str:
    """Return a place as written, once records could be there.

    Args:
        place: what a user wrote.

    Raises:
        ValueError: when it is neither a directory nor a bucket's URL.
    """
    if "://" in place or place.startswith("s3:"):
        if not _S3_URL.fullmatch(place):
            raise ValueError("expected a directory or s3://BUCKET/PREFIX")
    elif not place.isprintable():
        raise ValueError("expected a path without control characters")
    else:
        try:
            Path(place).expanduser()
        except RuntimeError as error:
            raise ValueError("expected a path; there is no such user's home") from error
    return place


def journal_at(place: str | None = None, region: str | None = None) -> Journal:
    """Return the journal of a place.

    Args:
        place: a directory or ``s3://<bucket>/<prefix>``; by default what the variable
            ``PROWLER_BEDROCK_JOURNAL_DIRECTORY`` names, or the user-state directory.
        region: a Region that is worked on; a bucket is looked for in its partition.

    Raises:
        SettingsError: when records can't be there.
        PluginError: when there is no place, or botocore refuses the AWS configuration.
    """
    place = place or os.environ.get(DIRECTORY_VARIABLE)
    if not place:
        # Imported here: where records go into a bucket, there is no such package.
        from platformdirs import user_state_path

        try:
            directory = user_state_path("prowler-bedrock") / "journal"
        except RuntimeError:
            directory = Path()
        if not directory.is_absolute():
            # Where the user has no home, records would lie wherever each command is started.
            raise PluginError(
                "There is no home directory for the journal: set JournalDirectory or "
                f"{DIRECTORY_VARIABLE}."
            )
        return Journal(directory)
    try:
        found = _S3_URL.fullmatch(check_place(place))
    except ValueError as error:
        raise SettingsError(
            [
                f"--journal-directory, JournalDirectory or {DIRECTORY_VARIABLE}: {error} "
                f"(got {place!r})."
            ]
        ) from error
    if not found:
        return Journal(Path(place).expanduser())
    # Imported here: connecting costs what a journal in a directory does not need.
    from prowler_bedrock.account.connection import open_client, open_session

    s3 = open_client(open_session(None, region), "s3")
    return Journal(BucketStore(s3, found[1], found[2] or ""))
