"""Turn on the data types that a Region's configuration leaves out, and keep the rest."""

from __future__ import annotations

from prowler_bedrock.account.access import Access
from prowler_bedrock.enable.outcome import Outcome, failing_as_outcome
from prowler_bedrock.enable.replacement import replace_configuration
from prowler_bedrock.errors import PluginError, nothing_changed_on_error
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.logging_configuration.data_types import (
    delivery_flags,
    judge_data_types,
    named_flags,
)
from prowler_bedrock.logging_configuration.model import shape_of
from prowler_bedrock.logging_configuration.write import read_before_change


class DataTypesEnabler:
    """Turns all data types on in the Regions of one account.

    Args:
        access: the account.
        journal: where records are kept.
        dry_run: True plans and changes nothing.
    """

    def __init__(self, access: Access, journal: Journal, *, dry_run: bool = False) -> None:
        self._access, self._journal, self._dry_run = access, journal, dry_run

    @failing_as_outcome
    def enable(self, region: str) -> Outcome:
        """Turn on every data type that the API has, and verify by reading back.

        Args:
            region: the Region's name.

        Returns:
            The outcome; whatever went wrong is in it, nothing is raised for it.
        """
        bedrock = self._access.client("bedrock", region)
        with nothing_changed_on_error():
            observation = read_before_change(bedrock, region)
            known = delivery_flags(bedrock)
            verdict = judge_data_types(observation, region, known)
            if verdict is None:
                raise PluginError(
                    f"Model invocation logging has no destination in {region}: turn it on first."
                )
        if verdict.status == "PASS":
            return Outcome(
                result="unchanged", message=f"{verdict.status_extended} Nothing was changed."
            )
        earlier = shape_of(observation) or {}
        return replace_configuration(
            self._access,
            self._journal,
            region,
            "data-types",
            earlier=earlier,
            later=earlier | dict.fromkeys([*known, *named_flags(earlier)], True),
            done=f"Model invocation logging in {region} delivers every data type",
            planned=f"model invocation logging in {region} would deliver every data type.",
            dry_run=self._dry_run,
        )
