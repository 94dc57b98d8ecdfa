"""Whether an account is one of the organization's, and whether it is left out.

Source: https://docs.aws.amazon.com/organizations/latest/APIReference/ (``DescribeAccount``,
``ListParents``, ``ListTagsForResource``: the management account and delegated administrators may
call them; of an account, ``State`` replaces ``Status`` since September 2026).
"""

from __future__ import annotations

from typing import Any, Literal

from prowler_bedrock.account.listing import state_of
from prowler_bedrock.automation.kept import Kept
from prowler_bedrock.automation.refusal import LeftAloneError, RefusedError
from prowler_bedrock.automation.settings import AutomationSettings
from prowler_bedrock.errors import PluginError, answer_or_none, aws_call

_DESCRIBE = "organizations:DescribeAccount"
_PARENTS = "organizations:ListParents"
_TAGS = "organizations:ListTagsForResource"

# As many accounts as AWS gives an organization at the utmost; an answer is small. Source:
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html.
_MOST = 50_000


class Membership:
    """Which accounts may be worked on; an answer is good for some minutes.

    Organizations allows few calls a second, and a scan reports an account's Regions together.

    Args:
        organizations: a boto3 ``organizations`` client.
        settings: who is left out.
        keep_seconds: how long an answer is good.
    """

    def __init__(
        self, organizations: Any, settings: AutomationSettings, keep_seconds: float = 300
    ) -> None:
        self._organizations, self._settings = organizations, settings
        self._answers: Kept[PluginError | Literal[True]] = Kept(keep_seconds, _MOST)

    def check(self, account: str) -> None:
        """Let an account pass that is active, of the organization and not left out.

        Args:
            account: the 12-digit account id.

        Raises:
            RefusedError: when it is not an active account of the organization.
            LeftAloneError: when the settings leave it out.
            AwsCallError: when AWS Organizations refuses a call.
        """

        def ask() -> PluginError | Literal[True]:
            try:
                _check(self._organizations, self._settings, account)
            except (RefusedError, LeftAloneError) as reason:
                return reason
            return True

        answer = self._answers.get(account, ask)
        if isinstance(answer, PluginError):
            raise answer


def check_region(settings: AutomationSettings, region: str) -> None:
    """Let a Region pass that is not left out.

    Args:
        settings: what is left out.
        region: the Region's name.

    Raises:
        LeftAloneError: when the settings leave it out.
    """
    if region in settings.excluded_regions:
        raise _excluded(f"{region} is in EXCLUDED_REGIONS.")


def _check(organizations: Any, settings: AutomationSettings, account: str) -> None:
    if account in settings.excluded_accounts:
        raise _excluded(f"Account {account} is in EXCLUDED_ACCOUNTS.")

    def read() -> str:
        return state_of(organizations.describe_account(AccountId=account)["Account"])

    state = answer_or_none(_DESCRIBE, None, {"AccountNotFoundException"}, read)
    if state is None:
        text = f"Account {account} is not of this organization. Nothing was changed."
        raise RefusedError(text, tell=True)
    if state != "ACTIVE":
        text = f"Account {account} is {state}, not ACTIVE. Nothing was changed."
        raise RefusedError(text, tell=True)
    if settings.excluded_organizational_units:
        _check_units(organizations, settings, account)
    if settings.exclusion_tag:
        _check_tag(organizations, settings, account)


def _check_units(organizations: Any, settings: AutomationSettings, account: str) -> None:
    child = account
    while True:
        with aws_call(_PARENTS):
            (parent,) = organizations.list_parents(ChildId=child)["Parents"]
            child = parent["Id"]
        if child in settings.excluded_organizational_units:
            raise _excluded(
                f"Account {account} is below {child}, one of EXCLUDED_ORGANIZATIONAL_UNITS."
            )
        if parent["Type"] == "ROOT":
            return


def _check_tag(organizations: Any, settings: AutomationSettings, account: str) -> None:
    key, _, value = settings.exclusion_tag.partition("=")
    with aws_call(_TAGS):
        pages = organizations.get_paginator("list_tags_for_resource").paginate(ResourceId=account)
        tags = {one["Key"]: one["Value"] for page in pages for one in page["Tags"]}
    if tags.get(key) == value:
        raise _excluded(f"Account {account} has the tag {settings.exclusion_tag}.")


def _excluded(why: str) -> LeftAloneError:
    text = f"{why} Nothing was changed; ask the security team to take it out there."
    return LeftAloneError("excluded", text, tell=True)
