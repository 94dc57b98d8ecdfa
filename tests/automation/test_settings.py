"""What a template may put into the function's environment, and what is refused in one sentence."""

import json

import pytest

from prowler_bedrock.automation.settings import AutomationSettings, settings_from_environment
from prowler_bedrock.check_id import CHECK_ID, RETENTION_CHECK_ID
from prowler_bedrock.errors import SettingsError

NEEDED = {
    "PROWLER_BEDROCK_JOURNAL_BUCKET": "a-bucket",
    "PROWLER_BEDROCK_EXTERNAL_ID": "an/external:id",
}


def settings(**variables: str) -> AutomationSettings:
    named = {f"PROWLER_BEDROCK_{name}": value for name, value in variables.items()}
    return settings_from_environment({"PATH": "/", **NEEDED, **named})


def test_what_a_template_leaves_empty_has_no_effect() -> None:
    empty = dict.fromkeys(
        ("EXCLUDED_ACCOUNTS", "EXCLUDED_ORGANIZATIONAL_UNITS", "EXCLUDED_REGIONS"), ""
    )
    found = settings(CHECK_SETTINGS="", EXCLUSION_TAG="", DRY_RUN="false", **empty)
    assert found == settings()
    assert not found.excluded_accounts | found.excluded_organizational_units
    assert found.actions == {"Fix", "BackOut"}


def test_the_delivery_role_is_that_of_the_stack_set_unless_the_settings_name_another() -> None:
    def role(**raw: str) -> object:
        given = settings(DELIVERY_ROLE_NAME="Ours", CHECK_SETTINGS=json.dumps({CHECK_ID: raw}))
        return given.of_check(CHECK_ID, "aws-cn").model_dump()["role_arn"]

    assert role() == "arn:aws-cn:iam::{account}:role/Ours"
    assert role(RoleName="Theirs") is None
    theirs = "arn:aws:iam::{account}:role/Theirs"
    assert role(RoleArn=theirs) == theirs
    assert role(Destination="s3", BucketName="logs-{account}-{region}") is None
    assert role(Destination="both", BucketName="logs-{account}-{region}")
    assert not hasattr(settings(DELIVERY_ROLE_NAME="Ours").of_check(RETENTION_CHECK_ID), "role_arn")


def test_everything_that_can_be_set() -> None:
    found = settings(
        ROLE_NAME="Other",
        EXCLUDED_ACCOUNTS="111111111111, 222222222222",
        EXCLUDED_ORGANIZATIONAL_UNITS="ou-ab12-abcdefgh,r-ab12",
        EXCLUDED_REGIONS="us-east-1,us-gov-west-1",
        EXCLUSION_TAG="logging=by hand",
        DRY_RUN="true",
        ACTIONS="Fix",
        MAX_RECEIVE_COUNT="3",
        CHECK_SETTINGS=f'{{"{CHECK_ID}": {{"RetentionInDays": 30, "OnlyRegionsInUse": true}}}}',
    )
    assert found.excluded_accounts == {"111111111111", "222222222222"}
    assert found.excluded_organizational_units == {"ou-ab12-abcdefgh", "r-ab12"}
    assert found.excluded_regions == {"us-east-1", "us-gov-west-1"}
    assert (found.actions, found.max_receive_count) == ({"Fix"}, 3)
    of_check = found.of_check(CHECK_ID)
    assert of_check.dry_run
    assert of_check.only_regions_in_use
    assert of_check.model_dump()["retention_in_days"] == 30


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("JOURNAL_BUCKET", "A", "JOURNAL_BUCKET: expected an S3 bucket name"),
        ("EXTERNAL_ID", "x", "EXTERNAL_ID: String should have at least 2 characters"),
        ("EXTERNAL_ID", "a b", "EXTERNAL_ID: String should match pattern"),
        ("ROLE_NAME", "a/b", "ROLE_NAME: expected 1 to 64 letters"),
        ("EXCLUDED_ACCOUNTS", "1234", "EXCLUDED_ACCOUNTS.0: String should match pattern"),
        ("EXCLUDED_ORGANIZATIONAL_UNITS", "Sandbox", "EXCLUDED_ORGANIZATIONAL_UNITS.0: "),
        ("EXCLUDED_REGIONS", "useast1", "EXCLUDED_REGIONS.0: "),
        ("EXCLUSION_TAG", "no-value", "EXCLUSION_TAG: "),
        ("DRY_RUN", "perhaps", "DRY_RUN: input should be a valid boolean"),
        ("ACTIONS", "Remove", "ACTIONS.0: input should be 'Fix' or 'BackOut'"),
        ("CHECK_SETTINGS", "{", "CHECK_SETTINGS: expected JSON"),
        ("CHECK_SETTINGS", "[]", "CHECK_SETTINGS: expected a JSON object"),
        ("CHECK_SETTINGS", '{"other": {}}', "CHECK_SETTINGS: other has no fixer"),
        (
            "CHECK_SETTINGS", f'{{"{CHECK_ID}": {{"RetentionInDays": 2}}}}',
            "CHECK_SETTINGS: RetentionInDays: CloudWatch Logs offers only",
        ),
        (
            "CHECK_SETTINGS", f'{{"{CHECK_ID}": {{"DryRun": true}}}}',
            "CHECK_SETTINGS: DryRun is set by PROWLER_BEDROCK_DRY_RUN; leave it out",
        ),
        (
            "CHECK_SETTINGS", f'{{"{CHECK_ID}": {{"JournalDirectory": "/x"}}}}',
            "CHECK_SETTINGS: JournalDirectory is set by PROWLER_BEDROCK_JOURNAL_BUCKET",
        ),
    ],
)  # fmt: skip
def test_a_wrong_one_is_named_with_its_variable(name: str, value: str, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(**{name: value})
    assert str(caught.value).startswith(f"PROWLER_BEDROCK_{told}")


def test_the_external_id_is_not_quoted() -> None:
    with pytest.raises(SettingsError) as caught:
        settings(EXTERNAL_ID="out of sight!")
    assert str(caught.value).startswith("PROWLER_BEDROCK_EXTERNAL_ID: String should match pattern")
    assert "sight" not in str(caught.value)


def test_a_missing_one_is_named() -> None:
    with pytest.raises(SettingsError) as caught:
        settings_from_environment({})
    assert "PROWLER_BEDROCK_JOURNAL_BUCKET is not set" in str(caught.value)
    assert "PROWLER_BEDROCK_EXTERNAL_ID is not set" in str(caught.value)
