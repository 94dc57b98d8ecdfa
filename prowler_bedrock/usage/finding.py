"""What a failing finding says about the use of its Region."""

from __future__ import annotations

from prowler_bedrock.errors import AwsCallError
from prowler_bedrock.logging_configuration.judge import Verdict
from prowler_bedrock.usage.usage import Usage


def with_usage(verdict: Verdict, usage: Usage | AwsCallError) -> Verdict:
    """Return a verdict that also says whether the Region is in use.

    Args:
        verdict: the verdict.
        usage: the Region's usage, or why it could not be read: such a Region is never unused.
    """
    if isinstance(usage, AwsCallError):
        told, unused = f"Whether the Region is in use could not be read: {usage}", False
    else:
        told, unused = usage.sentence, not usage.in_use
    text = f"{verdict.status_extended} {told}"
    return verdict.model_copy(update={"status_extended": text, "region_unused": unused})
