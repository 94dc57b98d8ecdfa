"""Put back the retention of log groups that the journal says was raised."""

from __future__ import annotations

from prowler_bedrock.account.access import Access
from prowler_bedrock.backout.chain import Chain
from prowler_bedrock.enable.log_group import find_log_group
from prowler_bedrock.journal.change import Change


def survey_retentions(chain: Chain, access: Access, region: str) -> list[Change]:
    """Return the retentions to restore; reads only.

    One that someone changed after us, and that of a log group that is gone, stay as they are.

    Args:
        chain: the records to undo.
        access: the account.
        region: the Region's name.

    Raises:
        AwsCallError: when CloudWatch Logs refuses the call.
    """
    changes = []
    for undone in chain.changes("log-group-retention"):
        logs = access.client("logs", region)
        group = find_log_group(logs, undone.resource.name, region)
        if group and group.get("retentionInDays") == undone.later["retentionInDays"]:
            changes.append(
                Change(resource=undone.resource, earlier=undone.later, later=undone.earlier)
            )
    return changes
