"""Connect to an account as the AWS CLI does: profile, environment, or a role to assume."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.loaders import create_loader
from botocore.session import Session

from prowler_bedrock import __version__
from prowler_bedrock.account.access import Access, made_once
from prowler_bedrock.errors import PluginError, SettingsError, aws_call, error_message

# Where global services are called when no Region is known.
_HOME = "us-east-1"
# Reading the services' models is a quarter of the work on an account: all accounts share them.
_LOADER = create_loader()

_CONFIGURATION = "The AWS configuration can't be used"

# A Region that does not answer must not hold up the others for long; seconds.
CONNECT_TIMEOUT, READ_TIMEOUT = 5, 20


def open_session(profile: str | None = None, region: str | None = None) -> boto3.Session:
    """Return a boto3 session with the usual AWS configuration.

    Args:
        profile: a profile of the AWS configuration files.
        region: a Region that will be worked on; global services are called there where the
            configured Region is of another partition.

    Raises:
        SettingsError: when there is no such profile, or a configuration file can't be read.
    """
    try:
        # The AWS CLI reads both variables, boto3 only AWS_DEFAULT_REGION.
        named = os.environ.get("AWS_REGION") or None
        session = boto3.Session(profile_name=profile, region_name=named)
        home = session.region_name or _HOME
        if region and partition_of(session, region) != partition_of(session, home):
            home = region
        if home != session.region_name:
            session = boto3.Session(profile_name=profile, region_name=home)
    except BotoCoreError as error:
        what = "--profile" if profile else _CONFIGURATION
        raise SettingsError([_refused(error, what)]) from error
    return session


def partition_of(session: boto3.Session, region: str) -> str | None:
    """Return the partition of a Region, or ``None`` where the name is none of a Region.

    Args:
        session: the session.
        region: the Region's name.
    """
    try:
        return str(session.get_partition_for_region(region))
    except BotoCoreError:
        return None


def client_config() -> Config:
    """Return botocore's settings: its own retries, and no Region that holds up the others."""
    given = {"AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE"} & os.environ.keys()
    return Config(
        retries=None if given else {"mode": "standard", "total_max_attempts": 5},
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        max_pool_connections=40,
        user_agent_extra=f"prowler-bedrock/{__version__}",
    )


def signed(config: Config, service: str) -> Config:
    """Return the settings of a service's client, whose calls the session's own credentials sign.

    botocore prefers the API key in ``AWS_BEARER_TOKEN_BEDROCK``, which may be another account's, to
    the credentials of a profile or a role, unless the settings name the signature. Source:
    https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html.

    Args:
        config: the client's other settings.
        service: the service's name, as boto3 has it.
    """
    return config.merge(Config(signature_version="v4")) if service == "bedrock" else config


def without_profile() -> boto3.Session:
    """Return a session for botocore's own lists: ``AWS_PROFILE`` may name what is not there."""
    return boto3.Session(
        botocore_session=Session(session_vars={"profile": (None, None, None, None)})
    )


def open_client(session: boto3.Session, service: str, region: str | None = None) -> Any:
    """Return a client with botocore's settings of ours.

    Args:
        session: the session.
        service: the service's name, as boto3 has it.
        region: the Region; by default the session's.

    Raises:
        PluginError: when botocore refuses the AWS configuration.
    """
    try:
        return session.client(  # type: ignore[call-overload]
            service,
            region_name=region or session.region_name,
            config=signed(client_config(), service),
        )
    except (BotoCoreError, ValueError, OSError) as error:
        # A ValueError is its answer to an endpoint or a number that is none, an OSError to a file
        # or program that is not there.
        raise PluginError(_refused(error)) from error


def _refused(error: Exception, what: str = _CONFIGURATION) -> str:
    message = error_message(error).rstrip(".")
    quoted = (
        name
        for name, value in sorted(os.environ.items())
        if name.startswith("AWS_") and name not in message and repr(value) in message
    )
    named = ", ".join(quoted)
    return f"{what}: {message}{f' ({named})' if named else ''}."


@contextmanager
def _reading_credentials() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # A file that the AWS configuration names, of which botocore says nothing else.
        raise PluginError(_refused(error)) from error


def connect(session: boto3.Session) -> Access:
    """Return the account that a session's credentials belong to.

    Args:
        session: the session.

    Raises:
        PluginError: when AWS does not accept the credentials, or there are none.
    """
    factory = made_once(partial(open_client, session))
    with _reading_credentials(), aws_call("sts:GetCallerIdentity"):
        identity = factory("sts", None).get_caller_identity()
        partition = str(identity["Arn"]).split(":")[1]
        return Access(str(identity["Account"]), partition, factory)


def assume(session: boto3.Session, role_arn: str, external_id: str | None = None) -> boto3.Session:
    """Return a session with the credentials of a role.

    Args:
        session: the session of the caller.
        role_arn: the role.
        external_id: what the role's trust policy may ask for.

    Raises:
        PluginError: when the role can't be assumed.
    """
    given = {"ExternalId": external_id} if external_id else {}
    sts = open_client(session, "sts")
    with _reading_credentials(), aws_call("sts:AssumeRole"):
        answer = sts.assume_role(RoleArn=role_arn, RoleSessionName="prowler-bedrock", **given)
        credentials = answer["Credentials"]
        # What the caller's profile says of endpoints and certificates holds here too.
        inner = Session(profile=session._session.profile)
        inner.register_component("data_loader", _LOADER)
        return boto3.Session(
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
            region_name=session.region_name,
            botocore_session=inner,
        )


def enter(
    session: boto3.Session, role_arn: str, account: str, external_id: str | None = None
) -> Access:
    """Return an account that is entered by one of its roles, once that has been verified.

    Args:
        session: the session of the caller.
        role_arn: the role.
        account: the 12-digit account id.
        external_id: what the role's trust policy may ask for.

    Raises:
        PluginError: when the role can't be assumed or is one of another account.
    """
    access = connect(assume(session, role_arn, external_id))
    if access.account != account:
        raise PluginError(f"{role_arn} led to account {access.account}, expected {account}.")
    return access
