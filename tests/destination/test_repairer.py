"""What the plugin created is created again; what it did not create is left to a person."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fixtures.breakages import Place
from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.account.access import Access
from prowler_bedrock.backout.restorer import Restorer
from prowler_bedrock.destination.judge import judge_destination
from prowler_bedrock.destination.repairer import DestinationRepairer
from prowler_bedrock.enable.bucket_policy import new_policy
from prowler_bedrock.enable.enabler import Enabler
from prowler_bedrock.enable.role import delivery_policy, trust_policy
from prowler_bedrock.enable.settings import ChangeSettings, parse, parse_settings
from prowler_bedrock.journal.change import Change, Kind, Resource
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.record import Record
from prowler_bedrock.logging_configuration.read import parse_answer, read_logging_configuration

ACCOUNT, REGION = "123456789012", "us-east-1"
GROUP, ROLE, BUCKET = (
    "/aws/bedrock/modelinvocations",
    "BedrockModelInvocationLogging",
    "bedrock-logs",
)


class Home:
    """An account whose logging the plugin enabled, to a log group and a bucket."""

    def __init__(
        self, account: EmbeddedAccount, directory: Path, given: dict[str, Any] | None = None
    ) -> None:
        self.account, self.journal = account, Journal(directory)
        self.access = Access(
            ACCOUNT, "aws", lambda service, region: account.client(service, region or REGION)
        )
        settings = parse_settings(given or {"Destination": "both", "BucketName": BUCKET})
        outcome = Enabler(self.access, settings, self.journal, settle_seconds=5).enable(REGION)
        assert outcome.result == "changed", outcome.message

    def client(self, service: str) -> Any:
        return self.account.client(service, REGION)

    def repairer(self, journal: Journal | None = None, **settings: Any) -> DestinationRepairer:
        parsed = parse(ChangeSettings, settings, "the check")
        return DestinationRepairer(self.access, parsed, journal or self.journal, settle_seconds=5)

    def status(self) -> str:
        observation = read_logging_configuration(self.client("bedrock"))
        verdict = judge_destination(self.access, REGION, observation)
        return verdict.status if verdict else "none"


@pytest.fixture(scope="module")
def account() -> Iterator[EmbeddedAccount]:
    with EmbeddedAccount.start(account="settled") as running:
        yield running


@pytest.fixture
def empty(account: EmbeddedAccount) -> EmbeddedAccount:
    # moto's own way to an account in which nothing stands.
    reset = urllib.request.Request(f"{account.endpoint_url}/moto-api/reset", method="POST")
    urllib.request.urlopen(reset, timeout=10).close()
    assert account.client("iam", REGION).list_roles()["Roles"] == []
    return account


@pytest.fixture
def home(empty: EmbeddedAccount, tmp_path: Path) -> Home:
    return Home(empty, tmp_path / "journal")


def drop_role_policy(home: Home) -> None:
    iam = home.client("iam")
    for name in iam.list_role_policies(RoleName=ROLE)["PolicyNames"]:
        iam.delete_role_policy(RoleName=ROLE, PolicyName=name)


def drop_role(home: Home) -> None:
    drop_role_policy(home)
    home.client("iam").delete_role(RoleName=ROLE)


def drop_group(home: Home) -> None:
    home.client("logs").delete_log_group(logGroupName=GROUP)


def drop_policy(home: Home) -> None:
    home.client("s3").delete_bucket_policy(Bucket=BUCKET)


def drop_everything(home: Home) -> None:
    drop_role(home)
    drop_group(home)
    drop_policy(home)


@pytest.mark.parametrize(
    "break_it", [drop_role_policy, drop_role, drop_group, drop_policy, drop_everything]
)
def test_what_the_plugin_created_is_created_again(
    home: Home, break_it: Callable[[Home], None]
) -> None:
    configuration = home.client("bedrock").get_model_invocation_logging_configuration()
    break_it(home)
    assert home.status() == "FAIL"
    outcome = home.repairer().repair(REGION)
    assert outcome.result == "changed", outcome.message
    assert home.status() == "PASS"
    after = home.client("bedrock").get_model_invocation_logging_configuration()
    assert after["loggingConfig"] == configuration["loggingConfig"]
    assert home.journal.records(ACCOUNT, REGION)[-1].operation == "repair"
    assert home.repairer().repair(REGION).result == "unchanged"


def test_what_others_created_is_left_to_a_person(home: Home, tmp_path: Path) -> None:
    drop_group(home)
    home.account.clear_calls()
    # Another machine's journal knows of nothing that was created.
    outcome = home.repairer(Journal(tmp_path / "empty")).repair(REGION)
    assert outcome.result == "failed"
    assert f"log group {GROUP} does not exist: create it" in outcome.message
    assert "Nothing was changed: none of it is the plugin's own." in outcome.message
    written = [one["operation"] for one in home.account.calls()]
    assert not [one for one in written if one.startswith(("Create", "Put", "Delete"))]


def elsewhere(home: Home, **given: Any) -> None:
    """Enable logging in another Region too, to a log group of the same name."""
    enabler = Enabler(home.access, parse_settings(given), home.journal, settle_seconds=5)
    assert enabler.enable("eu-west-1").result == "changed"


def test_a_log_group_is_not_ours_by_the_record_of_another_region(
    home: Home, tmp_path: Path
) -> None:
    home.journal = Journal(tmp_path / "of the other Region")
    elsewhere(home, RetentionInDays=30)
    drop_group(home)
    outcome = home.repairer().repair(REGION)
    assert outcome.result == "failed"
    assert "Nothing was changed: none of it is the plugin's own." in outcome.message
    assert home.client("logs").describe_log_groups()["logGroups"] == []


def test_a_log_group_gets_what_it_had_in_its_own_region(home: Home) -> None:
    place = Place(home.account, "eu-west-1")
    key = place.kms.create_key(Policy=json.dumps(place.key_policy()))["KeyMetadata"]["Arn"]
    elsewhere(home, RetentionInDays=30, KmsKeyId=key)
    drop_group(home)
    assert home.repairer().repair(REGION).result == "changed"
    (group,) = home.client("logs").describe_log_groups()["logGroups"]
    assert (group["retentionInDays"], group.get("kmsKeyId")) == (365, None)


def test_a_log_group_gets_what_the_record_gave_it_that_created_it(
    empty: EmbeddedAccount, tmp_path: Path
) -> None:
    home = Home(empty, tmp_path, {"RetentionInDays": 3653})
    home.client("bedrock").delete_model_invocation_logging_configuration()
    later = Enabler(home.access, parse_settings({}), home.journal, settle_seconds=5)
    assert "keeps its retention (3653 days)" in later.enable(REGION).message
    drop_group(home)
    assert home.repairer().repair(REGION).result == "changed"
    (group,) = home.client("logs").describe_log_groups()["logGroups"]
    assert group["retentionInDays"] == 3653


def test_a_bucket_gets_the_key_that_it_had(empty: EmbeddedAccount, tmp_path: Path) -> None:
    place = Place(empty, REGION)
    key = place.kms.create_key(Policy=json.dumps(place.key_policy()))["KeyMetadata"]["Arn"]
    given = {"Destination": "s3", "BucketName": BUCKET, "BucketKmsKeyId": key}
    home = Home(empty, tmp_path, given)
    s3 = home.client("s3")
    for one in s3.list_object_versions(Bucket=BUCKET)["Versions"]:
        s3.delete_object(Bucket=BUCKET, Key=one["Key"], VersionId=one["VersionId"])
    s3.delete_bucket(Bucket=BUCKET)
    outcome = home.repairer().repair(REGION)
    assert outcome.result == "changed", outcome.message
    (rule,) = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] == key


def test_a_statement_that_was_backed_out_is_not_the_plugins_any_more(
    empty: EmbeddedAccount, tmp_path: Path
) -> None:
    s3 = empty.client("s3", REGION)
    s3.create_bucket(Bucket=BUCKET, ObjectOwnership="BucketOwnerEnforced")
    home = Home(empty, tmp_path, {"Destination": "s3", "BucketName": BUCKET})
    bedrock = home.client("bedrock")
    config = bedrock.get_model_invocation_logging_configuration()["loggingConfig"]
    policy = s3.get_bucket_policy(Bucket=BUCKET)["Policy"]
    drop_policy(home)
    assert home.repairer(DryRun=True).repair(REGION).result == "planned"
    assert Restorer(home.access, home.journal).restore(REGION).passing
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy)
    bedrock.put_model_invocation_logging_configuration(loggingConfig=config)
    drop_policy(home)
    outcome = home.repairer().repair(REGION)
    assert outcome.message.endswith("Nothing was changed: none of it is the plugin's own.")


def test_a_trust_policy_that_someone_changed_is_left_to_a_person(home: Home) -> None:
    trust = trust_policy("999999999999", "aws")
    home.client("iam").update_assume_role_policy(RoleName=ROLE, PolicyDocument=json.dumps(trust))
    outcome = home.repairer().repair(REGION)
    assert outcome.result == "failed"
    assert "by the trust policy of role" in outcome.message


def test_without_a_journal_a_region_that_delivers_is_left_alone(home: Home, tmp_path: Path) -> None:
    outcome = home.repairer(Journal(tmp_path / "empty")).repair(REGION)
    assert outcome.result == "unchanged"
    assert outcome.message.endswith("Nothing was changed.")


def test_a_dry_run_only_tells(home: Home) -> None:
    drop_group(home)
    outcome = home.repairer(DryRun=True).repair(REGION)
    assert outcome.result == "planned"
    assert f"log-group {GROUP}" in outcome.message
    assert home.status() == "FAIL"


def test_a_repair_can_be_backed_out(home: Home) -> None:
    drop_policy(home)
    home.repairer().repair(REGION)
    outcome = Restorer(home.access, home.journal).restore(REGION)
    assert outcome.passing, outcome.message
    s3 = home.client("s3")
    with pytest.raises(s3.exceptions.ClientError, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket=BUCKET)


def test_a_region_without_logging_is_refused(home: Home) -> None:
    home.client("bedrock").delete_model_invocation_logging_configuration()
    outcome = home.repairer().repair(REGION)
    assert outcome.result == "failed"
    assert "turn it on first" in outcome.message


def test_a_log_group_that_a_repair_left_without_retention_gets_it(home: Home) -> None:
    drop_group(home)
    fault = {"kind": "denied", "service": None, "operation": "PutRetentionPolicy"}
    home.account.set_faults(fault)
    try:
        assert home.repairer().repair(REGION).result == "failed"
    finally:
        home.account.clear_faults()
    assert home.status() == "PASS", "Bedrock can write to it without a retention too"
    assert home.repairer().repair(REGION).result == "changed"
    (group,) = home.client("logs").describe_log_groups()["logGroups"]
    assert group["retentionInDays"] == 365
    assert home.repairer().repair(REGION).result == "unchanged"


def reconfigure(home: Home, **cloud_watch: Any) -> None:
    bedrock = home.client("bedrock")
    config = bedrock.get_model_invocation_logging_configuration()["loggingConfig"]
    config["cloudWatchConfig"] |= cloud_watch
    bedrock.put_model_invocation_logging_configuration(loggingConfig=config)


@pytest.mark.parametrize("prefix", ["logs/", "logs{account}"])
def test_a_prefix_that_no_setting_may_have_stays(home: Home, prefix: str) -> None:
    bedrock, place = home.client("bedrock"), Place(home.account, REGION)
    policy = new_policy([place.statement(BUCKET, prefix)])
    home.client("s3").put_bucket_policy(Bucket=BUCKET, Policy=policy)
    config = bedrock.get_model_invocation_logging_configuration()["loggingConfig"]
    config["s3Config"]["keyPrefix"] = prefix
    bedrock.put_model_invocation_logging_configuration(loggingConfig=config)
    drop_everything(home)
    assert home.status() == "FAIL"
    outcome = home.repairer().repair(REGION)
    assert outcome.result == "changed", outcome.message
    assert home.status() == "PASS"
    after = bedrock.get_model_invocation_logging_configuration()["loggingConfig"]
    assert after == config


def test_which_role_writes_to_a_log_group_is_left_to_a_person(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_everything(home)
    # Bedrock asks for a role, so the account can't hold such a configuration.
    config = {"cloudWatchConfig": {"logGroupName": GROUP}, "s3Config": {"bucketName": BUCKET}}
    monkeypatch.setattr(
        "prowler_bedrock.destination.repairer.read_before_change",
        lambda bedrock, region: parse_answer({"loggingConfig": config}),
    )
    outcome = home.repairer().repair(REGION)
    assert outcome.result == "failed"
    assert outcome.message.endswith("Nothing was changed: none of it is the plugin's own.")


def test_a_policy_that_our_role_lacks_is_ours_to_add(home: Home) -> None:
    iam = home.client("iam")
    home.client("logs").create_log_group(logGroupName="/theirs")
    document = json.dumps(delivery_policy(ACCOUNT, "aws", "/theirs"))
    iam.put_role_policy(RoleName=ROLE, PolicyName="p", PolicyDocument=document)
    reconfigure(home, logGroupName="/theirs")
    iam.delete_role_policy(RoleName=ROLE, PolicyName="p")
    assert home.status() == "FAIL"
    outcome = home.repairer().repair(REGION)
    assert outcome.result == "changed", outcome.message
    assert home.status() == "PASS"


@pytest.mark.parametrize("kind", ["bucket", "role", "log-group"])
def test_what_was_removed_is_not_the_plugins_any_more(home: Home, kind: Kind) -> None:
    name = {"bucket": BUCKET, "role": ROLE, "log-group": GROUP}[kind]
    removal = Change(resource=Resource(kind=kind, name=name), earlier={"any": "state"}, later=None)

    def removed(region: str) -> None:
        record = Record(
            account=ACCOUNT, region=region, operation="remove", result="succeeded",
            earlier_configuration=None, later_configuration=None, changes=[removal],
        )  # fmt: skip
        home.journal.write(record)

    {"bucket": drop_policy, "role": drop_role_policy, "log-group": drop_group}[kind](home)
    if kind == "log-group":
        removed("eu-west-1")
        assert home.repairer(DryRun=True).repair(REGION).result == "planned"
    removed(REGION)
    outcome = home.repairer().repair(REGION)
    assert outcome.message.endswith("Nothing was changed: none of it is the plugin's own.")


def test_the_policy_of_a_bucket_that_others_made_is_left_to_a_person(home: Home) -> None:
    s3 = home.client("s3")
    s3.create_bucket(Bucket="theirs", ObjectOwnership="BucketOwnerEnforced")
    ours = s3.get_bucket_policy(Bucket=BUCKET)["Policy"]
    s3.put_bucket_policy(Bucket="theirs", Policy=ours.replace(BUCKET, "theirs"))
    reconfigure(home, largeDataDeliveryS3Config={"bucketName": "theirs"})
    s3.delete_bucket_policy(Bucket="theirs")
    outcome = home.repairer().repair(REGION)
    assert outcome.result == "failed"
    assert outcome.message.endswith("Nothing was changed: none of it is the plugin's own.")
    with pytest.raises(s3.exceptions.ClientError, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket="theirs")


def test_a_repair_is_recorded_and_told_whole(home: Home) -> None:
    configuration = home.journal.records(ACCOUNT, REGION)[-1].later_configuration
    drop_everything(home)
    planned = home.repairer(DryRun=True).repair(REGION)
    (policy,) = [c.resource.name for c in planned.changes if c.resource.kind == "role-policy"]
    assert planned.message == (
        f"Dry run: would create role {ROLE}, role-policy {policy}, log-group {GROUP}, "
        f"bucket-policy {BUCKET} again. Nothing was changed."
    )
    outcome = home.repairer().repair(REGION)
    record = home.journal.records(ACCOUNT, REGION)[-1]
    assert outcome.message == (
        f"Bedrock Model Invocation Logging can be delivered to CloudWatch Log Group: {GROUP} and "
        f"S3 Bucket: {BUCKET} by all policies that the account can read. "
        f"Record: {home.journal.location(record)}"
    )
    assert (record.operation, record.result) == ("repair", "succeeded")
    assert record.message == outcome.message
    assert record.earlier_configuration == record.later_configuration == configuration
    assert [c.resource for c in record.changes] == [c.resource for c in planned.changes]


def make_key(account: EmbeddedAccount) -> dict[str, Any]:
    place = Place(account, REGION)
    key = place.kms.create_key(Policy=json.dumps(place.key_policy()))["KeyMetadata"]
    return {"KmsKeyId": key["Arn"], "RetentionInDays": 30}


def make_role(account: EmbeddedAccount) -> dict[str, Any]:
    place = Place(account, REGION)
    place.iam.create_role(
        RoleName=place.role, Path="/theirs/", AssumeRolePolicyDocument=json.dumps(TRUST)
    )
    place.allow_role(delivery_policy(ACCOUNT, "aws", GROUP))
    return {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/theirs/{place.role}"}


def make_bucket(account: EmbeddedAccount) -> dict[str, Any]:
    s3 = account.client("s3", REGION)
    s3.create_bucket(Bucket="theirs", ObjectOwnership="BucketOwnerEnforced")
    return {"Destination": "s3", "BucketName": "theirs"}


TRUST = trust_policy(ACCOUNT, "aws")
LARGE = {"LargeDataBucketName": "large"}
S3 = {"Destination": "s3", "BucketName": BUCKET}
SETTINGS: dict[str, dict[str, Any] | Callable[[EmbeddedAccount], dict[str, Any]]] = {
    "to a log group": {"RetentionInDays": 7, "LogGroupName": "/other"},
    "to a log group with a key": make_key,
    "by a role of theirs": make_role,
    "to a bucket": S3,
    "to a bucket of theirs": make_bucket,
    "below a prefix": S3 | {"KeyPrefix": "p"},
    "large data to a bucket": LARGE,
    "large data below a prefix": LARGE | {"LargeDataKeyPrefix": "big"},
    "to everything": S3 | LARGE | {"Destination": "both", "LargeDataKeyPrefix": "big"},
}


def standing(home: Home) -> dict[str, Any]:
    """Log groups and policies of buckets and of our role as they are."""
    logs, s3, iam = home.client("logs"), home.client("s3"), home.client("iam")
    members = ("logGroupName", "retentionInDays", "kmsKeyId")
    groups = logs.describe_log_groups()["logGroups"]
    buckets = [one["Name"] for one in s3.list_buckets()["Buckets"]]
    roles = [one["RoleName"] for one in iam.list_roles()["Roles"]]
    return {
        "log groups": [{one: group.get(one) for one in members} for group in groups],
        "buckets": {one: s3.get_bucket_policy(Bucket=one)["Policy"] for one in buckets},
        "roles": {one: iam.list_role_policies(RoleName=one)["PolicyNames"] for one in roles},
    }


@pytest.mark.parametrize("given", SETTINGS.values(), ids=list(SETTINGS))
def test_what_is_created_again_is_as_it_was(
    empty: EmbeddedAccount, tmp_path: Path, given: Any
) -> None:
    home = Home(empty, tmp_path / "journal", given(empty) if callable(given) else given)
    before = standing(home)
    for group in before["log groups"]:
        home.client("logs").delete_log_group(logGroupName=group["logGroupName"])
    for bucket in before["buckets"]:
        home.client("s3").delete_bucket_policy(Bucket=bucket)
    if ROLE in before["roles"]:
        drop_role(home)
    assert home.status() == "FAIL"
    outcome = home.repairer().repair(REGION)
    assert outcome.result == "changed", outcome.message
    assert home.status() == "PASS"
    assert standing(home) == before
