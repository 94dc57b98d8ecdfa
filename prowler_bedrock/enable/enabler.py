"""Turn logging on in the Regions of one account, one journal record each."""

from __future__ import annotations

from typing import Any

from prowler_bedrock.account.access import Access
from prowler_bedrock.enable.outcome import Outcome, failing_as_outcome
from prowler_bedrock.enable.plan import settle_plan
from prowler_bedrock.enable.region_work import RegionWork
from prowler_bedrock.enable.role import RoleKeeper
from prowler_bedrock.enable.settings import EnableSettings
from prowler_bedrock.errors import NotOfferedError, nothing_changed_on_error
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.logging_configuration.compare import differences
from prowler_bedrock.logging_configuration.judge import judge
from prowler_bedrock.logging_configuration.model import (
    Configured,
    Observation,
    SwitchedOff,
    shape_of,
)
from prowler_bedrock.logging_configuration.write import read_before_change

SETTLE_SECONDS = 120.0


class Enabler:
    """Enables logging in the Regions of one account; several Regions may run at once.

    Args:
        access: the account.
        settings: the user's settings.
        journal: where records are kept.
        settle_seconds: how long to retry while a young role is not usable yet.
        regions_named: False where nobody named the Regions, so that one without Bedrock is skipped
            and has not failed.
    """

    def __init__(
        self,
        access: Access,
        settings: EnableSettings,
        journal: Journal,
        settle_seconds: float = SETTLE_SECONDS,
        *,
        regions_named: bool = True,
    ) -> None:
        self._access, self._settings, self._journal = access, settings, journal
        self._settle_seconds, self._regions_named = settle_seconds, regions_named
        self._roles = RoleKeeper(access.client("iam", None), access.account, access.partition)

    @failing_as_outcome
    def enable(self, region: str, *, redirect: bool = False, keep: bool = False) -> Outcome:
        """Enable logging in a Region unless it already passes, and verify by reading back.

        Args:
            region: the Region's name.
            redirect: True replaces the destinations of a Region that already passes.
            keep: True keeps the role and the prefixes of destinations that stand already.

        Returns:
            The outcome; whatever went wrong is in it, nothing is raised for it.
        """
        bedrock = self._access.client("bedrock", region)
        with nothing_changed_on_error():
            try:
                observation = self._observation(bedrock, region)
            except NotOfferedError as error:
                if self._regions_named:
                    raise
                return Outcome(result="skipped", message=f"{error} Nothing was changed.")
            verdict = judge(observation, region)
            if not redirect and verdict and verdict.status == "PASS":
                return Outcome(
                    result="unchanged", message=f"{verdict.status_extended} Nothing was changed."
                )
            plan = settle_plan(
                self._settings,
                account=self._access.account,
                partition=self._access.partition,
                region=region,
                bedrock=bedrock,
            )
            if keep and isinstance(observation, Configured):
                plan = plan.keeping(observation.configuration)
            work = RegionWork(self._access, region, plan, self._roles, self._journal)
            record = work.survey(
                "redirect" if redirect else "enable",
                shape_of(observation),
                thorough=self._settings.dry_run,
            )
            doubt = None
            if self._settings.dry_run and plan.cloud_watch and plan.cloud_watch.role_arn:
                doubt = self._roles.doubt_about(plan.cloud_watch.role_arn)
        if not differences(record.later_configuration, record.earlier_configuration):
            return Outcome(
                result="unchanged",
                message=f"Model invocation logging in {region} already goes to "
                f"{plan.destinations}. Nothing was changed.",
            )
        if self._settings.dry_run:
            told = [
                f"Dry run: model invocation logging in {region} would go to {plan.destinations}.",
                *([doubt] if doubt else []),
                "Nothing was changed.",
            ]
            return Outcome(result="planned", message=" ".join(told), changes=record.all_changes)
        with self._journal.making(record):
            notes = work.apply(record, bedrock, self._settle_seconds)
        message = " ".join(
            [
                f"Model invocation logging is on in {region}, to {plan.destinations}; "
                "read back and verified.",
                *notes,
                f"Record: {self._journal.location(record)}",
            ]
        )
        message += self._journal.end(record, "succeeded", message)
        # Whether the log group stood before, only the try to create it told.
        changes = [
            change
            for change in record.all_changes
            if change.resource.kind != "log-group" or change.resource in record.created
        ]
        return Outcome(result="changed", message=message, changes=changes)

    def _observation(self, bedrock: Any, region: str) -> Observation:
        # What is off is read again right before the put; of the rest, nothing would be confirmed.
        known = self._access.lately_observed(region)
        return known if isinstance(known, SwitchedOff) else read_before_change(bedrock, region)
