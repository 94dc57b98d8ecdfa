"""What stands on a later page of an answer counts as what is on the first."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from prowler_bedrock.account.access import Access
from prowler_bedrock.automation.finding import Finding
from prowler_bedrock.automation.organization import Membership
from prowler_bedrock.automation.refusal import LeftAloneError
from prowler_bedrock.automation.security_hub import current_findings
from prowler_bedrock.automation.settings import AutomationSettings
from prowler_bedrock.errors import AwsCallError
from prowler_bedrock.sweep.security_hub import NOT_INTEGRATED, send
from tests.core.account import ACCOUNT
from tests.core.paged import paged

REGION = "us-east-1"


@pytest.mark.parametrize("last", [True, False])
def test_a_tag_on_any_page_keeps_an_account_out(last: bool) -> None:
    tagged = {"Tags": [{"Key": "logging", "Value": "own"}]}
    other = {"Tags": [{"Key": "a", "Value": "b"}]}
    pages = [other, tagged] if last else [tagged, other]
    organizations = paged("list_tags_for_resource", *pages)
    organizations.describe_account.return_value = {"Account": {"State": "ACTIVE"}}
    settings = AutomationSettings.model_validate(
        {
            "PROWLER_BEDROCK_JOURNAL_BUCKET": "bucket",
            "PROWLER_BEDROCK_EXTERNAL_ID": "external-id",
            "PROWLER_BEDROCK_EXCLUSION_TAG": "logging=own",
        }
    )
    with pytest.raises(LeftAloneError, match="has the tag logging=own"):
        Membership(organizations, settings).check(ACCOUNT)


@pytest.mark.parametrize(("product", "told"), [("prowler/prowler", False), ("a/b", True)])
def test_an_integration_on_a_later_page_is_enabled(product: str, told: bool) -> None:
    arn = f"arn:aws:securityhub:{REGION}:{ACCOUNT}:product-subscription/"
    hub = paged(
        "list_enabled_products_for_import",
        {"ProductSubscriptions": [f"{arn}c/d"]},
        {"ProductSubscriptions": [f"{arn}{product}"]},
    )
    error = {"Error": {"Code": "AccessDeniedException", "Message": "No."}}
    hub.batch_import_findings.side_effect = ClientError(error, "BatchImportFindings")
    access = Access(ACCOUNT, "aws", lambda *_: hub)
    if told:
        assert send(access, REGION, {}) == NOT_INTEGRATED
    else:
        with pytest.raises(AwsCallError, match="BatchImportFindings failed"):
            send(access, REGION, {})


def test_findings_on_every_page_are_current() -> None:
    pages = [{"Findings": [{"Id": one, "ProductArn": "p", "AwsAccountId": "x"}]} for one in "ab"]
    hub = paged("get_findings", *pages)
    wanted = [Mock(spec=Finding, id=one) for one in "ab"]
    assert set(current_findings(hub, wanted)) == {("a", "p", "x"), ("b", "p", "x")}
