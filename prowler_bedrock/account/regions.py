"""The Regions in which an account can use Bedrock."""

from __future__ import annotations

import boto3

from prowler_bedrock.account.access import Access
from prowler_bedrock.errors import AwsCallError, aws_call


def bedrock_regions(access: Access) -> list[str]:
    """Return the Regions that have Bedrock and that the account has enabled.

    Where ``ec2:DescribeRegions`` is refused or names none of them, all Regions that have Bedrock
    are returned: one that is not enabled is then reported as unreadable, never left out.

    Args:
        access: the account.

    Returns:
        The Regions' names, sorted.
    """
    offered = set(boto3.Session().get_available_regions("bedrock", access.partition))
    try:
        with aws_call("ec2:DescribeRegions"):
            answer = access.client("ec2", None).describe_regions(AllRegions=False)
            enabled = {str(region["RegionName"]) for region in answer["Regions"]}
    except AwsCallError:
        return sorted(offered)
    # Every account has Regions: an answer without one must not leave all of them out.
    return sorted(offered & enabled) or sorted(offered)
