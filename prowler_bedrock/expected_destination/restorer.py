"""Put the expected destination of a Region back."""

from __future__ import annotations

from prowler_bedrock.account.access import Access
from prowler_bedrock.enable.enabler import Enabler
from prowler_bedrock.enable.outcome import Outcome, failing_as_outcome
from prowler_bedrock.enable.replacement import replace_configuration
from prowler_bedrock.errors import PluginError, nothing_changed_on_error
from prowler_bedrock.expected_destination.judge import judge_expected, recorded_configuration
from prowler_bedrock.expected_destination.settings import ExpectedSettings
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.logging_configuration.model import Configured, shape_of
from prowler_bedrock.logging_configuration.write import read_before_change


class ExpectedRestorer:
    """Puts expected destinations back in the Regions of one account.

    Args:
        access: the account.
        settings: where logs are expected; without any destination the journal says it.
        journal: where records are kept.
    """

    def __init__(self, access: Access, settings: ExpectedSettings, journal: Journal) -> None:
        self._access, self._settings, self._journal = access, settings, journal
        self._enabler = Enabler(access, settings.enabling(), journal) if settings.named else None

    @failing_as_outcome
    def restore(self, region: str) -> Outcome:
        """Make the expected destination that of a Region again, and verify it.

        Args:
            region: the Region's name.

        Returns:
            The outcome; whatever went wrong is in it, nothing is raised for it.
        """
        if self._enabler:
            return self._enabler.enable(region, redirect=True, keep=True)
        account = self._access.account
        with nothing_changed_on_error():
            observation = read_before_change(self._access.client("bedrock", region), region)
            verdict = judge_expected(account, region, observation, self._settings)
            if verdict is None or not isinstance(observation, Configured):
                raise PluginError(f"Model invocation logging is off in {region}: turn it on first.")
            recorded = recorded_configuration(
                self._journal, account, region, observation.configuration
            )
            if verdict.status != "FAIL" or recorded is None:
                passes = verdict.status == "PASS"
                return Outcome(
                    result="unchanged" if passes else "failed",
                    message=f"{verdict.status_extended} Nothing was changed.",
                    for_a_person=not passes,
                )
        return replace_configuration(
            self._access,
            self._journal,
            region,
            "redirect",
            earlier=shape_of(observation) or {},
            later=recorded,
            done=f"Model invocation logging in {region} is as the journal recorded it",
            planned=f"model invocation logging in {region} would be as the journal recorded it.",
            dry_run=self._settings.dry_run,
        )
