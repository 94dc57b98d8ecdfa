"""What the Level 1 checks say of one Region of an embedded account."""

from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.account.access import Access
from prowler_bedrock.delivery.judge import judge_delivery
from prowler_bedrock.delivery.settings import DeliverySettings
from prowler_bedrock.destination.judge import judge_destination
from prowler_bedrock.logging_configuration.data_types import delivery_flags, judge_data_types
from prowler_bedrock.logging_configuration.judge import Verdict, judge
from prowler_bedrock.logging_configuration.read import read_logging_configuration
from prowler_bedrock.retention.judge import judge_retention
from prowler_bedrock.retention.settings import RetentionSettings

ACCOUNT = "123456789012"


def level_one(account: EmbeddedAccount, region: str) -> list[Verdict | None]:
    """Return the verdicts, in the order of the framework's requirements 1.1 to 1.5."""
    access = Access(
        ACCOUNT, "aws", lambda service, where: account.client(service, where or "us-east-1")
    )
    bedrock = access.client("bedrock", region)
    found = read_logging_configuration(bedrock)
    return [
        judge(found, region),
        judge_data_types(found, region, delivery_flags(bedrock)),
        judge_destination(access, region, found),
        judge_delivery(access, region, found, DeliverySettings()),
        judge_retention(access, region, found, RetentionSettings()),
    ]
