"""Send a finding to the Security Hub of its account and Region.

One call where all is well. What Security Hub says when it or the integration is not enabled is
looked at only after it has refused.

Source: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html.
"""

from __future__ import annotations

from typing import Any

from prowler_bedrock.account.access import Access
from prowler_bedrock.account.connection import without_profile
from prowler_bedrock.errors import AwsCallError, aws_call
from prowler_bedrock.sweep.asff import PRODUCT

IMPORT_ACTION = "securityhub:BatchImportFindings"
LIST_ACTION = "securityhub:ListEnabledProductsForImport"
NOT_ENABLED = "Security Hub is not enabled"
NOT_INTEGRATED = "Prowler's integration is not enabled in Security Hub"
NOT_OFFERED = "Security Hub is not offered"


def send(access: Access, region: str, finding: dict[str, Any]) -> str | None:
    """Send a finding.

    Args:
        access: the finding's account.
        region: its Region.
        finding: the finding.

    Returns:
        ``None`` once Security Hub has it, or why it takes none from Prowler here.

    Raises:
        AwsCallError: when it was not taken for another reason.
    """
    securityhub = access.client("securityhub", region)
    try:
        with aws_call(IMPORT_ACTION, region):
            answer = securityhub.batch_import_findings(Findings=[finding])
        if not answer["FailedCount"]:
            return None
        failed = answer["FailedFindings"][0]
        raise AwsCallError(IMPORT_ACTION, region, failed["ErrorCode"], failed["ErrorMessage"])
    except AwsCallError as refusal:
        why = _why_not(access, region, securityhub, refusal)
        if why is None:
            raise
        return why


def _why_not(access: Access, region: str, securityhub: Any, refusal: AwsCallError) -> str | None:
    if refusal.code == "EndpointConnectionError":
        offered = without_profile().get_available_regions("securityhub", access.partition)
        return None if region in offered else NOT_OFFERED
    if _not_subscribed(refusal):
        return NOT_ENABLED
    if not refusal.code.startswith(("InvalidAccess", "AccessDenied")):
        return None
    subscription = f":product-subscription/{PRODUCT}"
    try:
        with aws_call(LIST_ACTION, region):
            pages = securityhub.get_paginator("list_enabled_products_for_import").paginate()
            enabled = [arn for page in pages for arn in page["ProductSubscriptions"]]
    except AwsCallError as error:
        # What was refused first says more.
        return NOT_ENABLED if _not_subscribed(error) else None
    return None if any(arn.endswith(subscription) for arn in enabled) else NOT_INTEGRATED


def _not_subscribed(error: AwsCallError) -> bool:
    # The text that Prowler looks for, too.
    return error.code == "InvalidAccessException" and "not subscribed" in error.message
