"""Prowler's other options with the plugin in place."""

from prowler_bedrock.check_id import CHECK_ID
from tests.end_to_end.conftest import OFF, ON, Options, prowler_files
from tests.end_to_end.test_story import WRITES


def test_the_check_is_listed_once(options: Options) -> None:
    assert options.listed.output.count(f"[{CHECK_ID}]") == 1


def test_checks_folder_is_stopped_with_a_message(options: Options) -> None:
    assert options.checks_folder.status == 1
    assert f"holds a check named {CHECK_ID}" in options.checks_folder.output
    assert "Traceback" not in options.checks_folder.output


def test_wrong_settings_are_one_sentence_each_and_change_nothing(options: Options) -> None:
    output = options.wrong_settings.output
    assert output.count("\tLogGroup is not a setting of") == 2, "one for each failing Region"
    assert "did you mean LogGroupName?" in output
    assert "RetentionInDays: " in output
    assert "RoleArn: " in output
    assert "Nothing was changed." in output
    assert "Traceback" not in output
    assert "findings fixed" not in output
    calls = [call["operation"] for call in options.wrong_settings_and_dry_run_calls]
    assert [name for name in calls if name.startswith(WRITES)] == []


def test_a_dry_run_shows_diffs_and_changes_nothing(options: Options) -> None:
    output = options.dry_run.output
    for line in (
        "\t--- log-group /aws/bedrock/modelinvocations (now)",
        "\t+++ bucket bedrock-logs-123456789012-us-east-1 (planned)",
        '\t+    "bucketName": "bedrock-logs-123456789012-us-east-1",',
    ):
        assert f"{line}\n" in output
    assert output.count("Dry run: ") == 1
    assert "us-west-2: The Region is not in use" in output, "OnlyRegionsInUse is set"
    assert output.count("Nothing was changed.") == 2
    assert "findings fixed" not in output
    calls = [call["operation"] for call in options.wrong_settings_and_dry_run_calls]
    assert calls.count("HeadBucket") == 1, "the dry run has looked"
    assert [name for name in calls if name.startswith(WRITES)] == []


def test_the_fixer_takes_every_destination(options: Options) -> None:
    for region in OFF:
        assert f"Model invocation logging is on in {region}" in options.fix.output
        config = options.after_fix[region]
        assert config["cloudWatchConfig"]["logGroupName"] == "/aws/bedrock/modelinvocations"
        assert config["s3Config"] == {
            "bucketName": f"bedrock-logs-123456789012-{region}",
            "keyPrefix": "invocations",
        }


def test_the_fixer_of_data_types_keeps_the_rest(options: Options) -> None:
    for region in ON:
        before = options.before_fix[region]
        assert {name for name, value in before.items() if value is False}
        assert options.after_fix[region] == {name: value or True for name, value in before.items()}


def test_the_fixers_of_two_checks_run_in_one_go(options: Options) -> None:
    assert "4 findings fixed!" in options.fix.output, options.fix.output


def test_prowlers_files_are_byte_for_byte_the_same(options: Options) -> None:
    assert prowler_files() == options.files_before
