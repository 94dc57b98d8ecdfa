"""What the automation reads of an ASFF finding, and whether it is one that Prowler makes.

A finding is data from a member account, where whoever may call ``BatchImportFindings`` can write
one: only account, Region and check are taken from it, once they agree with each other, and what
stands in the account decides whether anything changes.

Source: https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html;
identifiers as ``prowler/lib/outputs/asff/asff.py`` builds them.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal

from prowler_bedrock.account.access import AccountId
from prowler_bedrock.automation.refusal import RefusedError
from prowler_bedrock.fixes import FIXES

_PRODUCT = re.compile(
    r"arn:aws(?:-[a-z]+)*:securityhub:[a-z]{2,4}(?:-[a-z]+)+-[0-9]+::product/prowler/prowler"
)
GENERATOR_PREFIX = "prowler-"
# Id, ProductArn and AwsAccountId.
FindingKey = tuple[str, str, str]


class _Members(BaseModel):
    # Findings hold many more members, and AWS adds some.
    model_config = ConfigDict(
        alias_generator=to_pascal, extra="ignore", frozen=True, strict=True, populate_by_name=True
    )


class _Compliance(_Members):
    status: str = ""


class _Workflow(_Members):
    status: str = "NEW"


class _Resource(_Members):
    id: str
    region: str = ""


class Finding(_Members):
    """The members of a finding that are used; each as ASFF calls it, in pascal case.

    Attributes:
        id: unique within the product.
        product_arn: the product and its Region.
        generator_id: ``prowler-<CheckID>``.
        aws_account_id: the account that it is about.
        updated_at: when the provider last updated it; changes of customers leave it.
        record_state: ``ACTIVE`` or ``ARCHIVED``.
        compliance: with its ``Status``.
        workflow: with its ``Status``.
        stated_region: ``Region``, which Security Hub adds.
        resources: what it is about.
        user_defined_fields: of the customers; the automation keeps its marks there.
    """

    id: Annotated[str, Field(min_length=1, max_length=512)]
    product_arn: str
    generator_id: str
    aws_account_id: AccountId
    updated_at: Annotated[AwareDatetime, Field(strict=False)]
    record_state: str = "ACTIVE"
    compliance: _Compliance = _Compliance()
    workflow: _Workflow = _Workflow()
    stated_region: Annotated[str, Field(alias="Region")] = ""
    resources: list[_Resource] = []
    user_defined_fields: dict[str, str] = {}

    @property
    def check_id(self) -> str:
        """The CheckID."""
        return self.generator_id.removeprefix(GENERATOR_PREFIX)

    @property
    def region(self) -> str:
        """The Region that the finding is about."""
        return self.product_arn.split(":")[3]

    @property
    def partition(self) -> str:
        """The AWS partition."""
        return self.product_arn.split(":")[1]

    @property
    def key(self) -> FindingKey:
        """What tells the finding from others; members' accounts may use the same id."""
        return (self.id, self.product_arn, self.aws_account_id)


def parse_finding(raw: object) -> Finding:
    """Return a finding that Prowler makes for a check that can be fixed.

    Args:
        raw: the finding, as an event or ``GetFindings`` holds it.

    Raises:
        RefusedError: when it is not one.
    """
    try:
        finding = Finding.model_validate(raw)
    except ValidationError as error:
        names = sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]})
        what = ", ".join(names) or "it is no structure"
        raise RefusedError(f"The finding is not in ASFF as Prowler sends it ({what}).") from error
    if not _PRODUCT.fullmatch(finding.product_arn):
        raise RefusedError(
            f"The finding is of {finding.product_arn}, expected the product prowler/prowler."
        )
    if finding.check_id not in FIXES or finding.generator_id == finding.check_id:
        raise RefusedError(f"{finding.generator_id} is not a check that this automation can fix.")
    return finding


def refuse_contradiction(finding: Finding) -> None:
    """Refuse a finding that Prowler can't have made.

    Args:
        finding: a finding that `parse_finding` returned.

    Raises:
        RefusedError: when its parts do not agree on one account and Region; told on the finding
            unless its id, by which findings are updated, may be that of another account's.
    """
    account, region = finding.aws_account_id, finding.region
    expected_id = f"prowler-{finding.check_id}-{account}-{region}-"
    own_id = finding.id.startswith(expected_id)
    stated = {finding.stated_region, *(one.region for one in finding.resources)} - {""}
    arn = f"arn:{finding.partition}:bedrock:{region}:{account}:"
    if (
        not own_id
        or not stated <= {region}
        or not finding.resources
        or not all(one.id.startswith(arn) for one in finding.resources)
    ):
        raise RefusedError(
            f"The finding's id, product and resources do not agree on account {account} and "
            f"{region}, so Prowler did not make it. Nothing was changed; look who may call "
            "securityhub:BatchImportFindings in that account.",
            tell=own_id,
        )
