"""The settings of the check on expected destinations and of its fixer."""

from __future__ import annotations

from pydantic import model_validator
from pydantic.alias_generators import to_pascal

from prowler_bedrock.enable.names import BucketName, KeyPrefix, LogGroupName, fill
from prowler_bedrock.enable.settings import ChangeSettings, EnableSettings

_NAMES = (
    "log_group_name",
    "bucket_name",
    "key_prefix",
    "large_data_bucket_name",
    "large_data_key_prefix",
)
# Each has a meaning only beside another one.
_NEEDED = {
    "key_prefix": "bucket_name",
    "large_data_bucket_name": "log_group_name",
    "large_data_key_prefix": "large_data_bucket_name",
}


class ExpectedSettings(ChangeSettings):
    """Where logs are expected; names may hold ``{account}`` and ``{region}``.

    Attributes:
        log_group_name: ``LogGroupName``.
        bucket_name: ``BucketName``.
        key_prefix: ``KeyPrefix`` in that bucket; any where it is not set.
        large_data_bucket_name: ``LargeDataBucketName`` beside the log group.
        large_data_key_prefix: ``LargeDataKeyPrefix`` in that bucket; any where it is not set.
    """

    log_group_name: LogGroupName | None = None
    bucket_name: BucketName | None = None
    key_prefix: KeyPrefix | None = None
    large_data_bucket_name: BucketName | None = None
    large_data_key_prefix: KeyPrefix | None = None

    @model_validator(mode="after")
    def _complete(self) -> ExpectedSettings:
        problems = [
            f"{to_pascal(name)} needs {to_pascal(other)}"
            for name, other in _NEEDED.items()
            if getattr(self, name) and not getattr(self, other)
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def named(self) -> bool:
        """True where a destination is set."""
        return self.log_group_name is not None or self.bucket_name is not None

    def destinations(self, account: str, region: str) -> dict[str, str]:
        """Return the settings with their placeholders filled, those that are set.

        Args:
            account: the 12-digit account id.
            region: the Region's name.
        """
        found = {name: getattr(self, name) for name in _NAMES}
        return {name: fill(value, account, region) for name, value in found.items() if value}

    def enabling(self) -> EnableSettings:
        """Return the settings that make the expected destinations those of a Region."""
        both = self.log_group_name and self.bucket_name
        destination = "both" if both else "s3" if self.bucket_name else "cloudwatch"
        names = {name: getattr(self, name) for name in _NAMES}
        given = {
            str(EnableSettings.model_fields[name].alias): value
            for name, value in {
                **names,
                "destination": destination,
                "dry_run": self.dry_run,
                "journal_directory": self.journal_directory,
            }.items()
            if value is not None
        }
        return EnableSettings.model_validate(given)
