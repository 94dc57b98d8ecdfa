"""Each wrong setting is one sentence that names it."""

from typing import Any

import boto3
import pytest

from prowler_bedrock.enable.plan import settle_plan
from prowler_bedrock.enable.settings import EnableSettings, parse_settings
from prowler_bedrock.errors import SettingsError

ROLE = "arn:aws:iam::123456789012:role/Delivery"
KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize("raw", [None, {}])
def test_no_settings_give_the_defaults(raw: object) -> None:
    settings = parse_settings(raw)
    assert settings == EnableSettings()
    assert settings.log_group_name == "/aws/bedrock/modelinvocations"
    assert settings.retention_in_days == 365


def test_every_setting_is_read() -> None:
    settings = parse_settings(
        {
            "LogGroupName": "/own/group",
            "RetentionInDays": 731,
            "KmsKeyId": KEY,
            "RoleArn": ROLE,
            "DataTypes": ["text", "image"],
            "JournalDirectory": "/somewhere",
        }
    )
    assert settings.model_dump() == {
        "log_group_name": "/own/group",
        "retention_in_days": 731,
        "kms_key_id": KEY,
        "role_name": "BedrockModelInvocationLogging",
        "role_arn": ROLE,
        "data_types": ["text", "image"],
        "journal_directory": "/somewhere",
    }


@pytest.mark.parametrize(
    ("raw", "name", "hint"),
    [
        ({"LogGroup": "x"}, "LogGroup", "did you mean LogGroupName?"),
        ({"log_group_name": "x"}, "log_group_name", "is not a setting"),
        ({7: "x"}, "7", "is not a setting"),
        ({"LogGroupName": "a b"}, "LogGroupName", "1 to 512"),
        ({"LogGroupName": "x" * 513}, "LogGroupName", "1 to 512"),
        ({"LogGroupName": 3}, "LogGroupName", "valid string"),
        ({"RetentionInDays": "365"}, "RetentionInDays", "valid integer"),
        ({"RetentionInDays": True}, "RetentionInDays", "valid integer"),
        ({"RetentionInDays": 366}, "RetentionInDays", "365, 400"),
        ({"KmsKeyId": "alias/x"}, "KmsKeyId", "arn:aws:kms"),
        ({"RoleName": "a/b"}, "RoleName", "1 to 64"),
        ({"RoleArn": "Delivery"}, "RoleArn", "arn:aws:iam"),
        ({"RoleArn": ROLE, "RoleName": "x"}, "RoleName", "not both"),
        ({"DataTypes": ["texts"]}, "DataTypes", "'text'"),
        ({"DataTypes": []}, "DataTypes", "at least 1"),
        (["x"], "bedrock_model_invocation_logging_enabled", "expected a mapping"),
    ],
)
def test_a_wrong_setting_is_one_sentence(raw: Any, name: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(raw)
    (problem,) = caught.value.problems
    assert name in problem
    assert hint in problem
    assert "\n" not in problem


def test_several_problems_are_several_sentences() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({"RetentionInDays": 2, "RoleArn": "x", "Nope": 1})
    assert len(caught.value.problems) == 3


def plan(settings: EnableSettings, partition: str = "aws", region: str = "us-east-1") -> Any:
    return settle_plan(
        settings,
        account="123456789012",
        partition=partition,
        region=region,
        bedrock=boto3.client("bedrock", region_name=region),
    )


@pytest.mark.parametrize(
    ("raw", "region", "named"),
    [
        ({"RoleArn": "arn:aws:iam::999999999999:role/x"}, "us-east-1", "RoleArn"),
        ({"RoleArn": "arn:aws-us-gov:iam::123456789012:role/x"}, "us-east-1", "RoleArn"),
        ({"KmsKeyId": KEY}, "eu-west-1", "KmsKeyId"),
        ({"DataTypes": ["text", "audio"]}, "us-east-1", "DataTypes"),
    ],
)
def test_a_setting_that_does_not_fit_the_region_is_refused(
    raw: dict[str, Any], region: str, named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        plan(parse_settings(raw), region=region)


def test_all_data_types_that_botocore_knows_are_on_by_default() -> None:
    assert plan(EnableSettings()).flags == {
        "textDataDeliveryEnabled": True,
        "imageDataDeliveryEnabled": True,
        "embeddingDataDeliveryEnabled": True,
        "videoDataDeliveryEnabled": True,
    }


def test_chosen_data_types_are_on_and_the_others_off() -> None:
    flags = plan(parse_settings({"DataTypes": ["text"]})).flags
    assert [name for name, on in flags.items() if on] == ["textDataDeliveryEnabled"]
