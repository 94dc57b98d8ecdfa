"""Put back the retention of log groups that the journal says was raised."""

from __future__ import annotations

from prowler_bedrock.account.access import Access
from prowler_bedrock.backout.chain import Chain
from prowler_bedrock.enable.log_group import find_log_group, retention_in_words
from prowler_bedrock.journal.change import Change
from prowler_bedrock.retention.raiser import retention_state


def survey_retentions(chain: Chain, access: Access, region: str, left: list[str]) -> list[Change]:
    """Return the retentions to restore; reads only.

    One that someone changed after us, and that of a log group that is gone or was made again since,
    stay as they are.

    Args:
        chain: the records to undo.
        access: the account.
        region: the Region's name.
        left: gets a sentence for each one that stays as someone left it.

    Raises:
        AwsCallError: when CloudWatch Logs refuses the call.
    """
    changes = []
    for resource, undone in chain.by_resource("log-group-retention").items():
        group = find_log_group(access.client("logs", region), resource.name, region)
        if group is None:
            continue
        now = restored = group.get("retentionInDays")
        if group.get("creationTime") != undone[0].later.get("creationTime"):
            kept = retention_in_words(now)
            left.append(
                f"Log group {resource.name} keeps its retention ({kept}): it was made again since."
            )
            continue
        for change in undone:
            if restored == change.later["retentionInDays"]:
                restored = change.earlier["retentionInDays"]
        if restored != now:
            states = [retention_state(group, days) for days in (now, restored)]
            changes.append(Change(resource=resource, earlier=states[0], later=states[1]))
        elif now != undone[-1].earlier["retentionInDays"]:
            kept = retention_in_words(now)
            left.append(
                f"Log group {resource.name} keeps its retention ({kept}), which someone set since."
            )
    return changes
