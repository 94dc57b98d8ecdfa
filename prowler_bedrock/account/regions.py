"""The Regions in which an account can use Bedrock."""

from __future__ import annotations

from prowler_bedrock.account.access import Access
from prowler_bedrock.account.connection import without_profile
from prowler_bedrock.errors import AwsCallError, aws_call

# Every Region has EC2; botocore may list one of them for Bedrock alone.
_EVERYWHERE = ("ec2", "bedrock")


def bedrock_regions(access: Access) -> list[str]:
    """Return the Regions to look at: those that the account has enabled.

    The installed botocore does not know every Region that has Bedrock, so its list leaves none out:
    reading a Region tells whether Bedrock is offered there. Where ``ec2:DescribeRegions`` is
    refused or names none, all Regions that botocore knows are returned: one that is not enabled is
    then reported as unreadable, never left out.

    Args:
        access: the account.

    Returns:
        The Regions' names, sorted.
    """
    try:
        with aws_call("ec2:DescribeRegions"):
            answer = access.client("ec2", None).describe_regions(AllRegions=False)
            enabled = {str(region["RegionName"]) for region in answer["Regions"]}
    except AwsCallError:
        enabled = set()
    # Every account has Regions: an answer without one must not leave all of them out.
    return sorted(enabled or _known(access.partition))


def _known(partition: str) -> set[str]:
    session = without_profile()
    known = (session.get_available_regions(service, partition) for service in _EVERYWHERE)
    return {region for regions in known for region in regions}
