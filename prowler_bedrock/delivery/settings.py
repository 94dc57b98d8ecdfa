"""The setting of the check on deliveries."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from prowler_bedrock.enable.settings import CheckSettings


class DeliverySettings(CheckSettings):
    """What the check on deliveries looks at.

    Attributes:
        window_in_hours: ``WindowInHours``, 2 to 720: how far back it looks.
    """

    window_in_hours: Annotated[int, Field(ge=2, le=720)] = 24
