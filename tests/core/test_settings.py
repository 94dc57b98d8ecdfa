"""Each wrong setting is one sentence that names it."""

import re
from typing import Any

import boto3
import pytest
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from prowler_bedrock.enable.names import BUCKET, Named
from prowler_bedrock.enable.plan import BucketPlan, CloudWatchPlan, Plan, settle_plan
from prowler_bedrock.enable.settings import EnableSettings, parse_settings
from prowler_bedrock.errors import SettingsError, sentences
from tests.core.account import installed_flags

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
            "Destination": "both",
            "LogGroupName": "/own/group/{region}",
            "RetentionInDays": 731,
            "KmsKeyId": KEY,
            "RoleArn": ROLE,
            "BucketName": "logs-{account}-{region}",
            "KeyPrefix": "bedrock/{region}",
            "LargeDataBucketName": "large",
            "LargeDataKeyPrefix": "more",
            "BucketKmsKeyId": KEY,
            "DataTypes": ["text", "image"],
            "UsageWindowInDays": 90,
            "OnlyRegionsInUse": True,
            "SeverityInUnusedRegions": "low",
            "DryRun": True,
            "JournalDirectory": "/somewhere",
        }
    )
    assert settings.model_dump() == {
        "destination": "both",
        "log_group_name": "/own/group/{region}",
        "retention_in_days": 731,
        "kms_key_id": KEY,
        "role_name": "BedrockModelInvocationLogging",
        "role_arn": ROLE,
        "bucket_name": "logs-{account}-{region}",
        "key_prefix": "bedrock/{region}",
        "large_data_bucket_name": "large",
        "large_data_key_prefix": "more",
        "bucket_kms_key_id": KEY,
        "data_types": ["text", "image"],
        "usage_window_in_days": 90,
        "only_regions_in_use": True,
        "severity_in_unused_regions": "low",
        "dry_run": True,
        "journal_directory": "/somewhere",
    }


@pytest.mark.parametrize(
    ("raw", "name", "hint"),
    [
        (
            {"LogGroup": "x"},
            "LogGroup",
            "is not a setting of bedrock_model_invocation_logging_enabled: did you mean "
            "LogGroupName?",
        ),
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
        ({"Destination": "S3"}, "Destination", "'cloudwatch', 's3' or 'both'"),
        ({"Destination": "s3"}, "Destination s3", "needs BucketName"),
        ({"Destination": "both"}, "Destination both", "needs BucketName"),
        ({"BucketName": "logs"}, "BucketName", "no use with Destination cloudwatch"),
        ({"KeyPrefix": "x"}, "KeyPrefix", "no use with Destination cloudwatch"),
        (
            {"Destination": "s3", "BucketName": "logs", "LogGroupName": "x"},
            "LogGroupName",
            "no use with Destination s3",
        ),
        ({"LargeDataKeyPrefix": "x"}, "LargeDataKeyPrefix", "needs LargeDataBucketName"),
        ({"BucketKmsKeyId": KEY}, "BucketKmsKeyId", "needs BucketName"),
        *(
            ({"Destination": "s3", "BucketName": name}, "BucketName", "an S3 bucket name")
            for name in (
                "ab",
                "a" * 64,
                "Logs",
                "logs_x",
                "-logs",
                "logs-",
                "a..b",
                "10.0.0.1",
                "xn--a",
                "x-s3alias",
                "x--ol-s3",
            )
        ),
        ({"Destination": "s3", "BucketName": "a-{region"}, "BucketName", "an S3 bucket name"),
        ({"Destination": "s3", "BucketName": "{partition}-x"}, "BucketName", "{account} and"),
        (
            {"LargeDataBucketName": "large", "LargeDataKeyPrefix": "/x"},
            "LargeDataKeyPrefix",
            "1 to",
        ),
        (
            {"LargeDataBucketName": "large", "LargeDataKeyPrefix": "a\udcff"},
            "LargeDataKeyPrefix",
            "no control characters",
        ),
        (
            {"LargeDataBucketName": "large", "LargeDataKeyPrefix": "x/"},
            "LargeDataKeyPrefix",
            "1 to",
        ),
        ({"LogGroupName": "aws/x"}, "LogGroupName", "not beginning with aws/"),
        ({"DryRun": "yes"}, "DryRun", "valid boolean"),
        (
            ["x"],
            "bedrock_model_invocation_logging_enabled",
            "expected a mapping of settings, got list.",
        ),
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


def nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


class Flat(BaseModel):
    model_config = ConfigDict(extra="forbid")

    size: int = 1
    names: list[str] = []

    @model_validator(mode="after")
    def _together(self) -> "Flat":
        if self.size > len(self.names):
            raise ValueError("size is at its MAX.")
        return self


class Needed(BaseModel):
    size: int


@pytest.mark.parametrize(
    ("model", "raw", "said"),
    [
        (Needed, {}, ["size is not set, and it needs it."]),
        (
            Flat,
            {"size": "x", "names": [1], "sise": 2, "other": 3},
            [
                "size: input should be a valid integer, unable to parse string as an integer "
                "(got 'x').",
                "names.0: input should be a valid string (got 1).",
                "sise is not a setting of it: did you mean size?",
                "other is not a setting of it: known settings: size, names.",
            ],
        ),
        (Flat, {"size": 2}, ["it: size is at its MAX."]),
        (
            Flat,
            {"size": nested(100_000)},
            ["size: input should be a valid integer (got a value with too many levels)."],
        ),
    ],
)
def test_the_sentences(model: type[BaseModel], raw: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(raw)
    found = sentences(caught.value, list(model.model_fields), "it")
    assert found == said
    assert str(SettingsError(found)) == " ".join(said)


def test_a_kind_of_name_says_what_is_expected() -> None:
    named = Named(re.compile("[a-z-]+1"), "small letters")
    assert named.check("in-{region}") == "in-{region}"
    with pytest.raises(ValueError, match="expected small letters"):
        named.check("in-{account}")


def plan(settings: EnableSettings, partition: str = "aws", region: str = "us-east-1") -> Any:
    return settle_plan(
        settings,
        account="123456789012",
        partition=partition,
        region=region,
        bedrock=boto3.client("bedrock", region_name=region),
    )


EXPECTED_ROLE = "expected a role of account 123456789012 in partition aws"
OTHER_ACCOUNT = "arn:aws:iam::999999999999:role/x"
OTHER_PARTITION = "arn:aws-us-gov:iam::123456789012:role/x"
OTHER_KEY = KEY.replace("aws:kms", "aws-cn:kms")
LONG_BUCKET = "a" * 45 + "-{region}"
LONG_REGION = "ap-southeast-2-long"


@pytest.mark.parametrize(
    ("raw", "region", "said"),
    [
        (
            {"RoleArn": OTHER_ACCOUNT},
            "us-east-1",
            f"RoleArn: {EXPECTED_ROLE} (got '{OTHER_ACCOUNT}').",
        ),
        (
            {"RoleArn": OTHER_PARTITION},
            "us-east-1",
            f"RoleArn: {EXPECTED_ROLE} (got '{OTHER_PARTITION}').",
        ),
        (
            {"KmsKeyId": KEY},
            "eu-west-1",
            f"KmsKeyId: expected a key in eu-west-1, where the log group is (got '{KEY}').",
        ),
        (
            {"KmsKeyId": OTHER_KEY},
            "us-east-1",
            f"KmsKeyId: expected a key in us-east-1, where the log group is (got '{OTHER_KEY}').",
        ),
        (
            {"Destination": "s3", "BucketName": "logs", "BucketKmsKeyId": KEY},
            "eu-west-1",
            f"BucketKmsKeyId: expected a key in eu-west-1, where the bucket is (got '{KEY}').",
        ),
        (
            {"Destination": "s3", "BucketName": LONG_BUCKET},
            LONG_REGION,
            f"BucketName: expected {BUCKET.expected} (got '{'a' * 45}-{LONG_REGION}').",
        ),
    ],
)
def test_a_setting_that_does_not_fit_the_region_is_refused(
    raw: dict[str, Any], region: str, said: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        plan(parse_settings(raw), region=region)
    assert caught.value.problems == [said]


def test_all_data_types_that_botocore_knows_are_on_by_default() -> None:
    flags = plan(EnableSettings()).flags
    assert flags == dict.fromkeys(installed_flags(), True)
    assert {f"{name}DataDeliveryEnabled" for name in ("text", "image", "video")} < flags.keys()


def test_a_data_type_that_botocore_does_not_know_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As with the botocore that Prowler pins.
    without = [flag for flag in installed_flags() if not flag.startswith("audio")]
    monkeypatch.setattr("prowler_bedrock.enable.plan.delivery_flags", lambda _: without)
    with pytest.raises(SettingsError) as caught:
        plan(parse_settings({"DataTypes": ["text", "audio"]}))
    assert caught.value.problems == [
        "DataTypes: the installed botocore does not know 'audio'; upgrade it or leave that type "
        "out."
    ]


def test_chosen_data_types_are_on_and_the_others_off() -> None:
    flags = plan(parse_settings({"DataTypes": ["text"]})).flags
    assert [name for name, on in flags.items() if on] == ["textDataDeliveryEnabled"]


def test_names_are_filled_for_the_account_and_region() -> None:
    settings = parse_settings(
        {
            "Destination": "both",
            "LogGroupName": "/bedrock/{account}",
            "BucketName": "logs-{account}-{region}",
            "KeyPrefix": "{region}",
            "LargeDataBucketName": "logs-{account}-{region}",
        }
    )
    settled = plan(settings, region="eu-west-1")
    assert settled.cloud_watch.log_group_name == "/bedrock/123456789012"
    assert settled.s3 == {"bucketName": "logs-123456789012-eu-west-1", "keyPrefix": "eu-west-1"}
    assert settled.large_data == {"bucketName": "logs-123456789012-eu-west-1"}
    (bucket,) = settled.buckets
    assert bucket.key_prefixes == ["", "eu-west-1"]


@pytest.mark.parametrize("destination", ["cloudwatch", "s3", "both"])
def test_a_redirected_region_keeps_its_data_types_unless_they_are_chosen(destination: str) -> None:
    raw = {"Destination": destination} | (
        {} if destination == "cloudwatch" else {"BucketName": "logs"}
    )
    earlier = {
        "s3Config": {"bucketName": "theirs"},
        "textDataDeliveryEnabled": True,
        "imageDataDeliveryEnabled": False,
        "embeddingDataDeliveryEnabled": False,
        "videoDataDeliveryEnabled": False,
    }
    config = plan(parse_settings(raw)).logging_config(ROLE, earlier)
    assert ("cloudWatchConfig" in config) == (destination != "s3")
    assert config.get("s3Config") == ({"bucketName": "logs"} if "BucketName" in raw else None)
    assert {name: value for name, value in config.items() if isinstance(value, bool)} == {
        name: value for name, value in earlier.items() if isinstance(value, bool)
    }
    chosen = plan(parse_settings(raw | {"DataTypes": ["image"]})).logging_config(ROLE, earlier)
    assert chosen["imageDataDeliveryEnabled"] is True
    assert chosen["textDataDeliveryEnabled"] is False


@pytest.mark.parametrize(
    "earlier",
    [
        {"textDataDeliveryEnabled": False},
        {"s3Config": {"bucketName": "theirs"}},
        {"cloudWatchConfig": {"logGroupName": "", "roleArn": ""}, "textDataDeliveryEnabled": False},
    ],
)
def test_without_destination_or_data_types_before_all_of_them_are_on(earlier: Any) -> None:
    settled = plan(EnableSettings())
    config = settled.logging_config(ROLE, earlier)
    assert settled.flags.items() <= config.items()


@pytest.mark.parametrize("with_large_data", [False, True])
def test_a_plan_and_its_configuration_as_a_whole(with_large_data: bool) -> None:
    raw = {
        "Destination": "both",
        "LogGroupName": "/own",
        "RetentionInDays": 731,
        "KmsKeyId": KEY,
        "RoleName": "Own",
        "BucketName": "logs",
        "KeyPrefix": "p",
        "BucketKmsKeyId": KEY,
        "DataTypes": ["text"],
    }
    large = {"bucketName": "large", "keyPrefix": "q"} if with_large_data else None
    if large:
        raw |= {"LargeDataBucketName": "large", "LargeDataKeyPrefix": "q"}
    settled = plan(parse_settings(raw))
    buckets = {"logs": "p", "large": "q"} if large else {"logs": "p"}
    assert settled == Plan(
        cloud_watch=CloudWatchPlan(
            log_group_name="/own",
            retention_in_days=731,
            kms_key_id=KEY,
            role_name="Own",
            role_arn=None,
        ),
        s3={"bucketName": "logs", "keyPrefix": "p"},
        large_data=large,
        buckets=[
            BucketPlan(name=name, key_prefixes=[prefix], kms_key_id=KEY)
            for name, prefix in buckets.items()
        ],
        flags={name: name == "textDataDeliveryEnabled" for name in installed_flags()},
        flags_chosen=True,
    )
    assert settled.destinations == "CloudWatch log group /own and S3 bucket logs/p"
    assert settled.logging_config(ROLE, {"newer": 1, "s3Config": {"bucketName": "theirs"}}) == {
        "newer": 1,
        "cloudWatchConfig": {
            "logGroupName": "/own",
            "roleArn": ROLE,
            **({"largeDataDeliveryS3Config": large} if large else {}),
        },
        "s3Config": {"bucketName": "logs", "keyPrefix": "p"},
        **settled.flags,
    }


def test_a_given_role_is_used_as_it_is() -> None:
    settled = plan(parse_settings({"RoleArn": ROLE})).cloud_watch
    assert (settled.role_name, settled.role_arn) == (None, ROLE)
