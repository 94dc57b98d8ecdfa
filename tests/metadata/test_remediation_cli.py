"""Run the documented shell commands with bash against a moto server."""

import json
import shutil
import subprocess
from copy import deepcopy
from pathlib import Path

import botocore.session
import pytest
from moto.organizations.models import organizations_backends

from tests.core.account import TRUST
from tests.metadata.shell import blocks, requirement

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = "123456789012"
ROLE = "BedrockModelInvocationLogging"
LOG_GROUP = "/aws/bedrock/modelinvocations"
DATA_TYPES = {
    f"{kind}DataDeliveryEnabled": True for kind in ("text", "image", "embedding", "video")
}
EXPECTED = {
    "cloudWatchConfig": {
        "logGroupName": LOG_GROUP,
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/{ROLE}",
    },
    **DATA_TYPES,
}


def usable_aws_cli():
    """The directory of a working AWS CLI, if there is one."""
    found = shutil.which("aws")
    if not found:
        return None
    try:
        subprocess.run([found, "--version"], check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    return str(Path(found).parent)


@pytest.fixture(scope="module")
def remediation(metadata):
    return metadata["Remediation"]["Code"]["CLI"]


def check_enabled(account, result):
    assert (result.returncode, result.stderr) == (0, "")
    assert account.configuration() == EXPECTED
    groups = account.client("logs").describe_log_groups()["logGroups"]
    assert [(g["logGroupName"], g.get("retentionInDays")) for g in groups] == [(LOG_GROUP, 365)]
    iam = account.client("iam")
    (trust,) = iam.get_role(RoleName=ROLE)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust == TRUST
    (name,) = iam.list_role_policies(RoleName=ROLE)["PolicyNames"]
    (write,) = iam.get_role_policy(RoleName=ROLE, PolicyName=name)["PolicyDocument"]["Statement"]
    assert write == {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"arn:aws:logs:*:{ACCOUNT}:log-group:{LOG_GROUP}"
        ":log-stream:aws/bedrock/modelinvocations",
    }
    shown = result.stdout[result.stdout.rindex('{\n    "loggingConfig"') :]
    assert json.loads(shown)["loggingConfig"] == EXPECTED, "the last command verifies"


def test_commands_enable_logging_in_an_empty_account(account, remediation):
    check_enabled(account, account.bash(remediation))
    assert account.slept() == []


@pytest.mark.skipif(not usable_aws_cli(), reason="the stand-in covers machines with no AWS CLI")
def test_commands_enable_logging_with_the_aws_cli_itself(account, remediation):
    (account.programs / "aws").unlink()
    check_enabled(account, account.bash(remediation))


def test_commands_use_the_existing_role_in_a_second_region(account, remediation):
    assert account.bash(remediation).returncode == 0
    assert remediation.startswith("REGION=us-east-1 ")
    result = account.bash(remediation.replace("us-east-1", "eu-west-1", 1))
    assert (result.returncode, result.stderr) == (0, "")
    assert account.configuration("eu-west-1") == account.configuration() == EXPECTED
    assert len(account.client("iam").list_roles()["Roles"]) == 1


def test_commands_leave_an_existing_destination_alone(account, remediation):
    theirs = {"s3Config": {"bucketName": "their-bucket"}, "textDataDeliveryEnabled": True}
    account.client("bedrock").put_model_invocation_logging_configuration(loggingConfig=theirs)
    result = account.bash(remediation)
    assert (result.returncode, result.stderr) == (0, "")
    assert "us-east-1 delivers to their-bucket already" in result.stdout
    assert account.configuration() == theirs
    assert account.client("iam").list_roles()["Roles"] == []


def test_commands_keep_the_retention_of_an_existing_log_group(account, remediation):
    logs = account.client("logs")
    for name, days in ((LOG_GROUP, 3653), (f"{LOG_GROUP}-other", 7)):
        logs.create_log_group(logGroupName=name)
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    result = account.bash(remediation)
    assert (result.returncode, result.stderr) == (0, "")
    assert [g["retentionInDays"] for g in logs.describe_log_groups()["logGroups"]] == [3653, 7]
    assert account.configuration() == EXPECTED


def test_commands_wait_for_a_new_role(account, remediation):
    account.refusals.write_text("2", encoding="utf-8")
    assert account.bash(remediation).returncode == 0
    assert account.configuration() == EXPECTED
    assert account.slept() == ["5", "5"]


def test_commands_give_up_on_a_role_that_stays_unusable(account, remediation):
    account.refusals.write_text("99", encoding="utf-8")
    result = account.bash(remediation)
    assert result.returncode == 1
    assert "Failed to validate permissions" in result.stderr
    assert len(account.slept()) == 11
    assert account.configuration() is None


def test_commands_leave_the_callers_shell_alone(account, remediation):
    account.refusals.write_text("99", encoding="utf-8")
    result = account.bash(f'{remediation}\necho "still here, $-"')
    options = result.stdout.rstrip().rpartition("still here, ")[2]
    assert options and not set(options) & {"e", "u"}


def commands_of(name):
    """The remediation of another check, by the end of its name."""
    check = f"bedrock_model_invocation_logging_{name}"
    file = ROOT / "checks" / "bedrock" / check / f"{check}.metadata.json"
    return json.loads(file.read_text(encoding="utf-8"))["Remediation"]["Code"]["CLI"]


def log_group(account, name, days):
    logs = account.client("logs")
    logs.create_log_group(logGroupName=name)
    if days:
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)


def retentions(account):
    groups = account.client("logs").describe_log_groups()["logGroups"]
    return {group["logGroupName"]: group.get("retentionInDays") for group in groups}


@pytest.mark.parametrize(
    ("wanted", "days", "after"),
    [
        (365, 30, 365),
        (365, 365, 365),
        (365, 3653, 3653),
        (365, None, None),
        (731, 400, 731),
        (30, 90, 90),
    ],
)
def test_commands_raise_a_retention_and_never_shorten_one(account, wanted, days, after):
    account.client("bedrock").put_model_invocation_logging_configuration(loggingConfig=EXPECTED)
    log_group(account, LOG_GROUP, days)
    log_group(account, f"{LOG_GROUP}-other", 7)
    commands = commands_of("retention_sufficient")
    assert commands.count("365") == 2, "the number and its comment"
    result = account.bash(commands.replace("DAYS=365", f"DAYS={wanted}"))
    assert (result.returncode, result.stderr) == (0, "")
    assert retentions(account) == {LOG_GROUP: after, f"{LOG_GROUP}-other": 7}
    (shown, _) = json.loads(result.stdout)["logGroups"]
    assert shown.get("retentionInDays") == after, "the last command verifies"


@pytest.mark.parametrize("configuration", [None, {"s3Config": {"bucketName": "their-bucket"}}])
def test_commands_on_retention_touch_nothing_where_no_log_group_is_named(account, configuration):
    if configuration:
        account.client("bedrock").put_model_invocation_logging_configuration(
            loggingConfig=configuration
        )
    log_group(account, "None", 30)
    result = account.bash(commands_of("retention_sufficient"))
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "us-east-1 delivers to no log group\n"
    assert retentions(account) == {"None": 30}


def know_audio(account):
    """Let the stand-in know audio, as newer versions of the AWS CLI do."""
    model = botocore.session.get_session().get_component("data_loader")
    # All tests share what the loader has read.
    model = deepcopy(model.load_service_model("bedrock", "service-2"))
    members = model["shapes"]["LoggingConfig"]["members"]
    members["audioDataDeliveryEnabled"] = members["textDataDeliveryEnabled"]
    # where botocore looks first
    file = account.directory / ".aws" / "models" / "bedrock" / "2023-04-20" / "service-2.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(model), encoding="utf-8")


@pytest.mark.parametrize("audio", [{}, {"audioDataDeliveryEnabled": False}])
def test_commands_turn_every_data_type_on_that_the_configuration_names(account, audio):
    know_audio(account)
    theirs = {
        "s3Config": {"bucketName": "their-bucket", "keyPrefix": "logs"},
        "textDataDeliveryEnabled": True,
        "imageDataDeliveryEnabled": False,
        **audio,
    }
    put = "aws bedrock put-model-invocation-logging-configuration --logging-config"
    assert account.bash(f"{put} '{json.dumps(theirs)}'").returncode == 0
    result = account.bash(commands_of("data_types_delivered"))
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout)["loggingConfig"] == {
        "s3Config": theirs["s3Config"],
        **DATA_TYPES,
        **dict.fromkeys(audio, True),
    }
    earlier = (account.directory / "earlier-logging-config.json").read_text(encoding="utf-8")
    assert json.loads(earlier) == theirs, "kept for the way back"


def test_commands_put_no_configuration_of_another_region(account):
    theirs = {"s3Config": {"bucketName": "their-bucket"}, "textDataDeliveryEnabled": False}
    account.client("bedrock").put_model_invocation_logging_configuration(loggingConfig=theirs)
    commands = commands_of("data_types_delivered")
    assert account.bash(commands).returncode == 0
    # where nothing can be read, what the first Region was given lies there still
    get = "get-model-invocation-logging-configuration --region"
    refused = commands.replace("us-east-1", "eu-west-1", 1).replace(get, "get-nothing --region", 1)
    result = account.bash(refused)
    assert result.returncode == 252
    assert "no operation bedrock get-nothing" in result.stderr
    assert "Traceback" not in result.stderr
    assert account.configuration("eu-west-1") is None


@pytest.mark.parametrize("kind", ["root", "unit"])
def test_commands_attach_the_service_control_policy_and_detach_it(account, framework, kind):
    # What another test of this process has made is left by the reset of moto's server.
    organizations_backends.clear()
    organizations_backends.master_accounts.clear()
    organizations = account.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    (root,) = organizations.list_roots()["Roots"]
    target = root["Id"]
    if kind == "unit":
        unit = organizations.create_organizational_unit(ParentId=target, Name="unit")
        target = unit["OrganizationalUnit"]["Id"]

    def attached():
        policies = organizations.list_policies_for_target(
            TargetId=target, Filter="SERVICE_CONTROL_POLICY"
        )["Policies"]
        return {one["Name"]: one["Id"] for one in policies if not one["AwsManaged"]}

    def run(commands):
        assert commands.count("\nTARGET=r-examplerootid ") == 1
        # moto has no simulator
        lines = [line for line in commands.splitlines() if "simulate-principal-policy" not in line]
        result = account.bash("\n".join(lines).replace("r-examplerootid", target))
        assert (result.returncode, result.stderr) == (0, "")
        return result.stdout

    shown = json.loads(run(commands_of("tamper_resistant")))
    assert [one["TargetId"] for one in shown["Targets"]] == [target], "the last command verifies"
    (policy_id,) = attached().values()
    policy = organizations.describe_policy(PolicyId=policy_id)["Policy"]
    (deny,) = json.loads(policy["Content"])["Statement"]
    assert deny["Effect"] == "Deny"

    (backout,) = blocks(requirement(framework, "2.3")["AdditionalInformation"])
    run(f"\n{backout}")
    assert attached() == {}
    policies = organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
    assert policy_id not in [one["Id"] for one in policies]


@pytest.mark.parametrize("earlier", [None, {"s3Config": {"bucketName": "earlier-bucket"}}])
def test_backout_commands_delete_put_back_and_redirect(account, attribute, earlier):
    save, delete, put_back, redirect, verify = blocks(attribute["AdditionalInformation"])
    bedrock = account.client("bedrock")
    if earlier:
        bedrock.put_model_invocation_logging_configuration(loggingConfig=earlier)

    def run(command):
        result = account.bash(f"REGION=us-east-1\n{command}")
        assert (result.returncode, result.stderr) == (0, "")
        return result.stdout

    run(save)
    bedrock.put_model_invocation_logging_configuration(loggingConfig=EXPECTED)
    run(delete)
    assert account.configuration() is None
    if earlier:
        run(put_back)
        assert account.configuration() == earlier
    run(redirect)
    redirected = {"s3Config": {"bucketName": "<bucket>", "keyPrefix": "<prefix>"}, **DATA_TYPES}
    assert account.configuration() == redirected
    assert json.loads(run(verify))["loggingConfig"] == redirected


def test_audit_commands_tell_regions_apart(account, attribute):
    audit, _ = blocks(attribute["AuditProcedure"])
    every_region = "$(aws ec2 describe-regions --query 'Regions[].RegionName' --output text)"
    regions = account.bash(f"echo {every_region}").stdout.split()
    assert {"us-east-1", "eu-west-1"} < set(regions)
    account.client("bedrock").put_model_invocation_logging_configuration(loggingConfig=EXPECTED)
    assert every_region in audit
    result = account.bash(audit.replace(every_region, "us-east-1 eu-west-1"))
    assert (result.returncode, result.stderr) == (0, "")
    # an account of moto answers with an empty configuration, AWS with none, which prints as null
    on, off = result.stdout.removeprefix("us-east-1").split("eu-west-1")
    assert (json.loads(on), off.strip()) == (EXPECTED, "")


@pytest.mark.parametrize(
    "command",
    [
        "aws bedrock describe-model --model-name x",
        "aws bedrock put-model-invocation-logging-configuration",
        "aws bedrock put-model-invocation-logging-configuration --logging-config '{\"on\":true}'",
        "aws logs create-log-group --log-group-name x --log-destination y",
        "aws logs put-retention-policy --log-group-name x --retention-in-days forever",
    ],
)
def test_the_stand_in_rejects_what_the_aws_cli_rejects(account, command):
    assert account.bash(command).returncode == 252
