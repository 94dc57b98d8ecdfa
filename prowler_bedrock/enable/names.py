"""Names as AWS accepts them; a user may write ``{account}`` and ``{region}`` in them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
RETENTION_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
)  # fmt: skip
_PARTITION = r"arn:aws(?:-[a-z]+)*"
_ROLE_ARN = re.compile(_PARTITION + r":iam::\d{12}:role/[\w+=,.@/-]{1,512}", re.ASCII)
_KEY_ARN = re.compile(_PARTITION + r":kms:[a-z0-9-]+:\d{12}:key/[\w-]+", re.ASCII)
_PRINCIPAL_PATTERN = re.compile(
    r"arn:[a-z*?-]+:iam::(?:\d{12}|[\d*?]*[*?][\d*?]*):(?:user|role)/[\w+=,.@/*?-]+", re.ASCII
)
_LOG_GROUP = re.compile(r"(?!aws/)[.\-_/#A-Za-z0-9]{1,512}")
_ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET = re.compile(
    r"(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)"
    r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?<!-s3alias)(?<!--ol-s3)(?<!\.mrap)(?<!--x-s3)"
    r"(?<!--table-s3)"
)
_KEY_PREFIX = re.compile(r"(?!/)[^\x00-\x1f\x7f\ud800-\udfff{}]{1,512}(?<!/)")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# Any account and Region: a name must be valid whatever they are.
_SAMPLE = {"account": "123456789012", "region": "us-east-1"}


def fill(name: str, account: str, region: str) -> str:
    """Return a name with its ``{account}`` and ``{region}`` replaced.

    Args:
        name: the name as a user wrote it.
        account: the 12-digit account id.
        region: the Region's name.
    """
    return name.replace("{account}", account).replace("{region}", region)


def _retention(days: int) -> int:
    if days not in RETENTION_DAYS:
        offered = ", ".join(map(str, RETENTION_DAYS))
        raise ValueError(f"CloudWatch Logs offers only these retentions, in days: {offered}")
    return days


class Named:
    """A kind of name: what AWS accepts, in an expression and in words."""

    def __init__(self, pattern: re.Pattern[str], expected: str) -> None:
        self.pattern, self.expected = pattern, expected

    def check(self, value: str) -> str:
        """Return a name as written, once it is valid for any account and Region.

        Args:
            value: the name as a user wrote it.

        Raises:
            ValueError: when AWS would reject it.
        """
        for placeholder in _PLACEHOLDER.findall(value):
            if placeholder not in _SAMPLE:
                raise ValueError(
                    f"{{{placeholder}}} is not known: a name may hold {{account}} and {{region}}"
                )
        if not self.pattern.fullmatch(fill(value, **_SAMPLE)):
            raise ValueError(f"expected {self.expected}")
        return value


LOG_GROUP = Named(
    _LOG_GROUP, "1 to 512 letters, digits or any of . - _ / #, not beginning with aws/"
)
ROLE_NAME = Named(_ROLE_NAME, "1 to 64 letters, digits or any of _ + = , . @ -")
ROLE_ARN = Named(_ROLE_ARN, "an ARN such as arn:aws:iam::ACCOUNT:role/NAME")
KEY_ARN = Named(_KEY_ARN, "an ARN such as arn:aws:kms:REGION:ACCOUNT:key/ID")
PRINCIPAL_PATTERN = Named(
    _PRINCIPAL_PATTERN,
    "the ARN of users or roles such as arn:aws:iam::ACCOUNT:role/NAME, in which * and ? stand for "
    "anything",
)
BUCKET = Named(
    _BUCKET,
    "an S3 bucket name: 3 to 63 lower-case letters, digits, dots or hyphens, beginning and ending "
    "with a letter or digit",
)
KEY_PREFIX = Named(
    _KEY_PREFIX,
    "1 to 512 characters that neither begin nor end with a slash, no control characters",
)


LogGroupName = Annotated[str, AfterValidator(LOG_GROUP.check)]
RoleName = Annotated[str, AfterValidator(ROLE_NAME.check)]
RoleArn = Annotated[str, AfterValidator(ROLE_ARN.check)]
KeyArn = Annotated[str, AfterValidator(KEY_ARN.check)]
BucketName = Annotated[str, AfterValidator(BUCKET.check)]
KeyPrefix = Annotated[str, AfterValidator(KEY_PREFIX.check)]
RetentionInDays = Annotated[int, AfterValidator(_retention)]
