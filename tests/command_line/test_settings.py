"""Options win over the settings file."""

from pathlib import Path
from typing import Any

import pytest

from prowler_bedrock.command_line.settings import settings_from
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
