"""The service class that gives our checks what AWS answered, one call per Region."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from prowler.lib.logger import logger
from prowler.providers.aws.lib.service.service import AWSService

from prowler_bedrock.logging_configuration.data_types import delivery_flags
from prowler_bedrock.logging_configuration.model import Observation, Unreadable
from prowler_bedrock.logging_configuration.read import read_logging_configuration
from prowler_bedrock.logging_configuration.resource import resource_arn
from prowler_bedrock.text import one_line

SERVICE_NAME = "bedrock"


class BedrockModelInvocationLogging(AWSService):
    """What ``GetModelInvocationLoggingConfiguration`` says in every audited Region.

    Attributes:
        observations: Region to observation, in the order of the Regions' names.
    """

    observations: dict[str, Observation]

    def __init__(self, provider: Any) -> None:
        super().__init__(SERVICE_NAME, provider)
        clients = dict(sorted(self.regional_clients.items()))
        # Prowler's pool has ten threads: Regions would wait for each other.
        with ThreadPoolExecutor(max_workers=max(len(clients), 1)) as pool:
            answers = pool.map(read_logging_configuration, clients.values())
            self.observations = dict(zip(clients, answers, strict=True))
        for region, observation in self.observations.items():
            if isinstance(observation, Unreadable):
                logger.error(one_line(f"{region} -- {observation.code}: {observation.message}"))

    def delivery_flags(self, region: str) -> list[str]:
        """Return the delivery flags that the API has, as the installed botocore knows them.

        Args:
            region: the Region's name.
        """
        return delivery_flags(self.regional_clients[region])

    def resource_arn(self, region: str) -> str:
        """Return the ARN under which Prowler reports the configuration of a Region.

        Args:
            region: the Region's name.
        """
        return resource_arn(self.audited_partition, region, self.audited_account)
