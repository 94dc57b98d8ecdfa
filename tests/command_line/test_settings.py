"""Options win over the settings file."""

from pathlib import Path
from typing import Any

import pytest

from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.command_line.settings import settings_from
from prowler_bedrock.enable.settings import EnableSettings
from tests.command_line.run import settings_file

ARN = "arn:aws:iam::123456789012:role/r"


@pytest.mark.parametrize(
    ("in_file", "option"),
    [
        ("RoleName: theirs", {"role_arn": ARN}),
        (f"RoleArn: '{ARN}'", {"role_name": "ours"}),
        ("RoleName: theirs", {"role_name": "ours"}),
    ],
)
def test_a_role_as_option_replaces_the_files_however_it_is_named(
    tmp_path: Path, in_file: str, option: dict[str, Any]
) -> None:
    settings = settings_from(option, settings_file(tmp_path, in_file))
    assert settings.model_dump(include={"role_name", "role_arn"}, exclude_defaults=True) == option


@pytest.mark.parametrize(
    "text",
    [
        "aws: {bedrock_model_invocation_logging_delivery_healthy: {WindowInHours: 24}}",
        f"aws:\n  {CHECK_ID}:\n    # Destination: s3\n",
        f"aws: {{{CHECK_ID}: {{}}, iam_of_prowlers_own: {{}}}}",
        f"x: &x {{DryRun: true}}\naws: {{{CHECK_ID}: {{<<: *x, DryRun: false}}}}",
        # What Prowler's own checks have twice is theirs.
        f"aws: {{{CHECK_ID}: {{}}, iam_of_prowlers_own: {{a: 1, a: 2}}, b: 1, b: 2}}",
    ],
)
def test_a_file_for_prowler_without_settings_of_ours_means_the_defaults(
    tmp_path: Path, text: str
) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(text)
    assert settings_from({}, file) == EnableSettings()
