"""The settings of the check on retention and of its fixer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from prowler_bedrock.enable.names import RETENTION_DAYS
from prowler_bedrock.enable.settings import ChangeSettings


class RetentionSettings(ChangeSettings):
    """How long logs must be kept.

    Attributes:
        minimum_days: ``MinimumDays``, 1 to 3653.
    """

    minimum_days: Annotated[int, Field(ge=1, le=max(RETENTION_DAYS))] = 365
