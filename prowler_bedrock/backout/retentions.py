"""Put back the retention of log groups that the journal says was raised."""

from __future__ import annotations

from prowler_bedrock.account.access import Access
from prowler_bedrock.backout.chain import Chain
from prowler_bedrock.enable.log_group import find_log_group, retention_in_words
from prowler_bedrock.journal.change import Change, Resource
from prowler_bedrock.journal.record import Record


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
        now = restored = {"retentionInDays": group.get("retentionInDays")}
        raised = max(one.started_at for one in chain.records if resource in _touched(one))
        if (group.get("creationTime") or 0) > raised.timestamp() * 1000:
            kept = retention_in_words(now["retentionInDays"])
            left.append(
                f"Log group {resource.name} keeps its retention ({kept}): it was made again since."
            )
            continue
        for change in undone:
            restored = change.earlier if restored == change.later else restored
        if restored != now:
            changes.append(Change(resource=resource, earlier=now, later=restored))
        elif now != undone[-1].earlier:
            kept = retention_in_words(now["retentionInDays"])
            left.append(
                f"Log group {resource.name} keeps its retention ({kept}), which someone set since."
            )
    return changes


def _touched(record: Record) -> list[Resource]:
    return [change.resource for change in record.changes]
