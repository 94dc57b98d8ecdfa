"""The service class that gives our checks what AWS answered, one call per Region."""

from __future__ import annotations

from time import monotonic
from typing import Any

from botocore.exceptions import BotoCoreError
from prowler.lib.logger import logger
from prowler.providers.aws.lib.service.service import AWSService

from prowler_bedrock.account.access import Access
from prowler_bedrock.account.connection import without_profile
from prowler_bedrock.logging_configuration.data_types import flags_of_model
from prowler_bedrock.logging_configuration.model import NotOffered, Observation, Unreadable
from prowler_bedrock.logging_configuration.resource import resource_arn
from prowler_bedrock.prowler_adapter.clients import client_factory
from prowler_bedrock.status.read_regions import read_regions
from prowler_bedrock.text import one_line

SERVICE_NAME = "bedrock"
# A scan of this check alone ends sooner; one of all of Prowler's checks may take an hour.
LATELY_SECONDS = 60.0
NOT_ENABLED = Unreadable(
    code="OptInRequired", message="this account has not enabled the Region, so it was not called"
)


class BedrockModelInvocationLogging(AWSService):
    """What ``GetModelInvocationLoggingConfiguration`` says in every audited Region.

    Attributes:
        access: the audited account, reached with Prowler's session.
        observations: Region to observation, in the order of the Regions' names.
    """

    access: Access
    observations: dict[str, Observation]

    def __init__(self, provider: Any) -> None:
        # As a global service, which has one client: Prowler would build one for each Region.
        region = _default_region(provider)
        try:
            super().__init__(SERVICE_NAME, provider, global_service=True, region=region)
        except (BotoCoreError, ValueError):
            # Its client is the last of what it makes. Where botocore refuses the AWS configuration,
            # each Region's own client says so in a finding.
            logger.error(f"{SERVICE_NAME} -- {region}: botocore refuses to make a client.")
        self.access = Access(
            self.audited_account,
            self.audited_partition,
            client_factory(self.session, region),
            self.lately_observed,
        )
        regions = self._regions(provider)
        enabled = _enabled(provider, set(regions))
        read = read_regions(self.access, (one for one in regions if one in enabled))
        self.observations = {one: read.get(one, NOT_ENABLED) for one in regions}
        self._observed_at = monotonic()
        self._changed: set[str] = set()
        for region, observation in self.observations.items():
            if isinstance(observation, Unreadable):
                logger.error(one_line(f"{region} -- {observation.code}: {observation.message}"))
            elif isinstance(observation, NotOffered):
                logger.warning(f"{region} -- Bedrock is not offered there.")

    def _regions(self, provider: Any) -> list[str]:
        """Return the audited Regions: of two lists of Regions with Bedrock, none need be complete.

        A Region that the user names is looked at whatever the lists say.
        """
        audited = set(provider.identity.audited_regions or ())
        excluded = set(getattr(provider, "_excluded_regions", None) or ())
        known = set(self.session.get_available_regions(SERVICE_NAME, self.audited_partition))
        known |= provider.get_available_aws_service_regions(SERVICE_NAME, self.audited_partition)
        wanted = audited or known & _enabled(provider, known)
        if provider.audit_resources:
            # With --resource-arn, Prowler takes the Regions from ARNs of any service.
            wanted &= known
        return sorted(wanted - excluded)

    def lately_observed(self, region: str) -> Observation | None:
        """Return what was read of a Region, unless that was long ago or may have changed since.

        Args:
            region: the Region's name.
        """
        if region in self._changed or monotonic() - self._observed_at > LATELY_SECONDS:
            return None
        return self.observations.get(region)

    def changed(self, region: str) -> None:
        """Note that a fixer may have changed a Region, so that what was read of it is void.

        Args:
            region: the Region's name.
        """
        self._changed.add(region)

    def delivery_flags(self) -> list[str]:
        """Return the delivery flags that the API has, as the installed botocore knows them."""
        return flags_of_model(self.session._session.get_service_model(SERVICE_NAME))

    def resource_arn(self, region: str) -> str:
        """Return the ARN under which Prowler reports the configuration of a Region.

        Args:
            region: the Region's name.
        """
        return resource_arn(self.audited_partition, region, self.audited_account)


def _default_region(provider: Any) -> str:
    try:
        return str(provider.get_default_region(SERVICE_NAME))
    except BotoCoreError:
        # Prowler asks a session of its own, which AWS_PROFILE keeps from starting if it names what
        # is not there, whatever --profile says.
        known = without_profile().get_available_regions(SERVICE_NAME, provider.identity.partition)
        (first, *_) = [*sorted(provider.identity.audited_regions or known), "us-east-1"]
        return str(first)


def _enabled(provider: Any, otherwise: set[str]) -> set[str]:
    # None where ec2:DescribeRegions was refused: then every Region is called.
    enabled = getattr(provider, "_enabled_regions", None)
    return otherwise if enabled is None else set(enabled)
