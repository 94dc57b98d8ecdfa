"""The documented audits and remediations where logging is off, and for each kind of destination."""

import json
import shutil
from datetime import datetime, timedelta, timezone

import pytest

from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.delivery.metrics import METRICS
from tests.metadata.shell import Account, blocks, requirement

GROUP = "/aws/bedrock/existing"
ROLE = "arn:aws:iam::123456789012:role/ExistingDelivery"
OFF, CLOUDWATCH, S3 = "us-east-1", "eu-west-1", "eu-central-1"
# JSON is YAML.
CLOUDWATCH_CONFIG = {
    "logGroupName": GROUP,
    "roleArn": ROLE,
    "largeDataDeliveryS3Config": {"bucketName": "large-data"},
}
STANDING = {
    "regions": {
        OFF: {},
        CLOUDWATCH: {"logging": {"cloudWatchConfig": CLOUDWATCH_CONFIG}},
        S3: {"logging": {"s3Config": {"bucketName": "log-bucket"}}},
    },
    "log_groups": {CLOUDWATCH: [GROUP, f"{GROUP}-other"]},
    "buckets": {CLOUDWATCH: ["large-data"], S3: ["log-bucket"]},
    "roles": ["ExistingDelivery"],
}
KEY = "arn:aws:kms:us-east-1:123456789012:key/example"
# moto can't associate a key: the call alone is kept.
ASSOCIATE = """if [ "$2" = associate-kms-key ]; then printf '%s\\n' "$*" >> "$CALLS"; exit 0; fi"""
NOTHING = (
    "Logging is off in us-east-1: see requirement 1.1, bedrock_model_invocation_logging_enabled\n"
)
SHELLS = [name for name in ("bash", "dash") if shutil.which(name)]


@pytest.fixture(scope="module")
def embedded(tmp_path_factory):
    file = tmp_path_factory.mktemp("account") / "account.yaml"
    file.write_text(json.dumps(STANDING), encoding="utf-8")
    with EmbeddedAccount.start(account=str(file)) as running:
        yield running


@pytest.fixture
def standing(embedded, tmp_path):
    return Account(embedded.endpoint_url, tmp_path)


def commands_of(framework, number, field, region=OFF):
    commands = blocks(requirement(framework, number)[field])[0]
    assert commands.startswith("REGION=us-east-1 ")
    return commands.replace("us-east-1", region, 1)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("number", ["1.3", "1.5", "2.2"])
def test_audits_ask_for_nothing_where_logging_is_off(standing, framework, number, shell):
    result = standing.bash(commands_of(framework, number, "AuditProcedure"), shell)
    assert (result.returncode, result.stdout.strip(), result.stderr) == (0, "", "")
    assert {call.split()[1] for call in standing.calls()} == {
        "get-model-invocation-logging-configuration"
    }


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("number", ["1.2", "1.3"])
def test_remediations_put_nothing_where_logging_is_off(standing, framework, number, shell):
    commands = commands_of(framework, number, "RemediationProcedure")
    result = standing.bash(f"{commands}\necho still here", shell)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == f"{NOTHING}still here\n"
    (call,) = standing.calls()
    assert call.startswith("bedrock get-model-invocation-logging-configuration ")


@pytest.mark.parametrize("region", [CLOUDWATCH, S3])
def test_the_audits_name_every_destination_and_no_other(standing, framework, region):
    named = {CLOUDWATCH: (GROUP, "large-data"), S3: ("log-bucket",)}[region]
    for number in ("1.3", "1.5", "2.2"):
        result = standing.bash(commands_of(framework, number, "AuditProcedure", region))
        lines = result.stdout.splitlines()
        for name in named:
            assert [line for line in lines if line.split("\t")[0] == name], (number, name)
        assert f"{GROUP}-other" not in result.stdout
        calls = [call.partition(" --query ")[0].split() for call in standing.calls()]
        assert not [call for call in calls if "None" in call]
        if number == "1.5":
            assert "NoSuchLifecycleConfiguration" in result.stderr
        if number == "1.3":
            assert (result.returncode, result.stderr) == (0, "")
            assert '"Service":"bedrock.amazonaws.com"' in result.stdout, "the bucket's policy"
            allowed = ["logs:CreateLogStream\tallowed", "logs:PutLogEvents\tallowed"]
            found = [line for line in lines if line.startswith("logs:")]
            assert found == (allowed if region == CLOUDWATCH else [])


def test_the_audit_of_destinations_names_the_log_group_in_the_roles_partition(account, framework):
    config = {"logGroupName": GROUP, "roleArn": ROLE.replace("arn:aws:", "arn:aws-us-gov:")}
    account.client("bedrock").put_model_invocation_logging_configuration(
        loggingConfig={"cloudWatchConfig": config}
    )
    account.bash(commands_of(framework, "1.3", "AuditProcedure"))
    (call,) = [call for call in account.calls() if "simulate-principal-policy" in call]
    wanted = f"arn:aws-us-gov:logs:us-east-1:123456789012:log-group:{GROUP}:log-stream:aws/bedrock/"
    assert f" --resource-arns {wanted}modelinvocations " in call


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("field", ["AuditProcedure", "RemediationProcedure"])
def test_the_hours_of_every_failure_metric_are_shown(account, framework, field, shell):
    # as on macOS and BSD
    account.script(
        "date", 'case "$*" in *-d*) exit 1;; esac\nexec env PATH=/usr/bin:/bin date "$@"'
    )
    now = datetime.now(timezone.utc)
    names = [f"{name}Failure" for name in METRICS.values()]
    account.client("cloudwatch").put_metric_data(
        Namespace="AWS/Bedrock",
        MetricData=[
            {"MetricName": name, "Value": value, "Timestamp": now - timedelta(hours=hours)}
            for name in names[1:]
            for value, hours in ((3, 23), (5, 2), (7, 30))
        ],
    )
    result = account.bash(commands_of(framework, "1.4", field), shell)
    assert (result.returncode, result.stderr) == (0, "")
    shown = {}
    for line in filter(None, result.stdout.splitlines()):
        if line in names:
            sums = shown.setdefault(line, [])
        else:
            sums.append(float(line.split("\t")[-1]))
    assert shown == {names[0]: [], names[1]: [3, 5], names[2]: [3, 5]}


def encrypt(account, framework, shell="bash", key=None):
    program = (account.programs / "aws").read_text(encoding="utf-8").removeprefix("#!/bin/sh\n")
    account.script("aws", f"{ASSOCIATE}\n{program}")
    key = key or account.client("kms").create_key()["KeyMetadata"]["Arn"]
    commands = commands_of(framework, "2.2", "RemediationProcedure")
    assert commands.count(KEY) == 1
    result = account.bash(commands.replace(KEY, key), shell)
    wrote = {" ".join(call.split()[:2]) for call in account.calls()} & {
        "logs associate-kms-key",
        "s3api put-bucket-encryption",
    }
    return result, key, wrote


@pytest.mark.parametrize("shell", SHELLS)
def test_encryption_is_set_on_nothing_where_logging_is_off(account, framework, shell):
    result, _, wrote = encrypt(account, framework, shell)
    assert (result.returncode, result.stderr, wrote) == (0, "", set())


def test_encryption_is_set_on_nothing_without_a_key(account, framework):
    account.client("bedrock").put_model_invocation_logging_configuration(
        loggingConfig={"s3Config": {"bucketName": "log-bucket"}}
    )
    account.client("s3").create_bucket(Bucket="log-bucket")
    result, _, wrote = encrypt(account, framework, key=KEY)
    assert (result.returncode, wrote) == (1, set())
    assert f"{KEY} is no enabled key of us-east-1" in result.stdout


def used_key(account, bucket):
    rules = account.client("s3").get_bucket_encryption(Bucket=bucket)
    (rule,) = rules["ServerSideEncryptionConfiguration"]["Rules"]
    return rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"]


@pytest.mark.parametrize("shell", SHELLS)
def test_encryption_is_set_where_no_key_is_set(account, framework, shell):
    logs, s3 = account.client("logs"), account.client("s3")
    theirs = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    logs.create_log_group(logGroupName=f"{GROUP}-other")
    logs.create_log_group(logGroupName=GROUP)
    for bucket in ("log-bucket", "large-data"):
        s3.create_bucket(Bucket=bucket)
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": theirs}
    s3.put_bucket_encryption(
        Bucket="large-data",
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": default}]
        },
    )
    account.client("bedrock").put_model_invocation_logging_configuration(
        loggingConfig={
            "cloudWatchConfig": CLOUDWATCH_CONFIG,
            "s3Config": {"bucketName": "log-bucket"},
        }
    )
    result, key, _ = encrypt(account, framework, shell)
    assert result.returncode == 0
    (call,) = [call for call in account.calls() if "associate-kms-key" in call]
    assert call.endswith(f" --log-group-name {GROUP} --kms-key-id {key}")
    assert (used_key(account, "log-bucket"), used_key(account, "large-data")) == (key, theirs)


def test_a_log_group_with_a_key_keeps_it(account, framework):
    theirs = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    account.client("logs").create_log_group(logGroupName=GROUP, kmsKeyId=theirs)
    config = {"logGroupName": GROUP, "roleArn": ROLE}
    account.client("bedrock").put_model_invocation_logging_configuration(
        loggingConfig={"cloudWatchConfig": config}
    )
    result, _, wrote = encrypt(account, framework)
    assert (result.returncode, result.stderr, wrote) == (0, "", set())


@pytest.mark.parametrize(
    ("saved", "standing_after"), [("null\n", False), ("", True), (None, True), ("{", True)]
)
def test_only_a_saved_null_deletes_the_configuration(account, attribute, saved, standing_after):
    theirs = {"s3Config": {"bucketName": "their-bucket"}}
    account.client("bedrock").put_model_invocation_logging_configuration(loggingConfig=theirs)
    if saved is not None:
        file = account.directory / "earlier-logging-config.json"
        file.write_text(saved, encoding="utf-8")
    put_back = blocks(attribute["AdditionalInformation"])[2]
    result = account.bash(f"REGION=us-east-1\n{put_back}")
    assert (result.returncode == 0) is not standing_after
    assert account.configuration() == (theirs if standing_after else None)
