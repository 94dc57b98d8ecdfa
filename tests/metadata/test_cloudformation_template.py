"""The CloudFormation template with a bucket: linted, its resources created, its function run."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from cfnlint.decode.decode import decode_str

from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.enable.names import KEY_PREFIX
from tests.metadata.cloudformation import (
    findings_of_cfn_lint,
    read_template,
    stand_in_for_cfnresponse,
)
from tests.metadata.level_one import level_one
from tests.metadata.prefixes import BAD_PREFIXES, GOOD_PREFIXES

FILE = Path(__file__).parents[2] / "metadata/cloudformation/model_invocation_logging.yaml"
REGION, BUCKET = "eu-west-1", "template-logs"


@pytest.fixture(scope="module")
def template():
    return read_template(FILE)


def test_the_template_passes_cfn_lint_with_no_rule_ignored():
    source = FILE.read_text("utf-8")
    assert "cfn-lint" not in source
    assert findings_of_cfn_lint(source) == []


def test_the_function_is_the_one_of_the_check(template, metadata):
    own, errors = decode_str(
        metadata["Remediation"]["Code"]["NativeIaC"].strip("`").removeprefix("yaml\n")
    )
    assert errors == []
    for name in ("Function", "FunctionRole", "DeliveryRole", "LogGroup"):
        assert template["Resources"][name] == json.loads(json.dumps(own["Resources"][name])), name


@pytest.mark.parametrize("prefix", [*GOOD_PREFIXES, *BAD_PREFIXES], ids=lambda one: one[:9])
def test_a_prefix_is_one_that_a_setting_may_have(template, prefix):
    parameter = template["Parameters"]["KeyPrefix"]
    fits = re.fullmatch(parameter["AllowedPattern"], prefix)
    assert bool(fits) == bool(KEY_PREFIX.pattern.fullmatch(prefix)) == (prefix in GOOD_PREFIXES)
    assert re.fullmatch(parameter["AllowedPattern"], parameter["Default"])


@pytest.mark.parametrize("prefix", ['a"b', "a\\b"])
def test_a_prefix_does_not_break_the_json_around_it(template, prefix):
    assert not re.fullmatch(template["Parameters"]["KeyPrefix"]["AllowedPattern"], prefix)


SUCCESS = ("SUCCESS", "model-invocation-logging", None)
VALUES = {
    "Bucket": BUCKET,
    "Bucket.Arn": f"arn:aws:s3:::{BUCKET}",
    "KeyPrefix": "bedrock",
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
}


def resolved(value):
    """Resolve the references of a bucket policy, as CloudFormation would."""
    if isinstance(value, list):
        return [resolved(item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Ref"}:
        return VALUES[value["Ref"]]
    if set(value) == {"Fn::GetAtt"}:
        return VALUES[".".join(value["Fn::GetAtt"])]
    if set(value) == {"Fn::Sub"}:
        return re.sub(r"\$\{([^}]+)\}", lambda found: VALUES[found[1]], value["Fn::Sub"])
    return {key: resolved(item) for key, item in value.items()}


def complete(s3, resources):
    """Do what moto's CloudFormation leaves out of a bucket."""
    policy = resolved(resources["BucketPolicy"]["Properties"]["PolicyDocument"])
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    controls = resources["Bucket"]["Properties"]["OwnershipControls"]
    s3.put_bucket_ownership_controls(Bucket=BUCKET, OwnershipControls=controls)


@pytest.mark.parametrize("bucket", ["", BUCKET], ids=["cloudwatch", "with-bucket"])
def test_all_level_one_checks_pass(template, bucket, monkeypatch):
    """CloudFormation's part as moto does it; Lambda's part by running the function's code."""
    resources = dict(template["Resources"])
    custom = resources.pop("ModelInvocationLogging")
    code = resources.pop("Function")["Properties"]["Code"]["ZipFile"]
    # What CloudFormation would hand to the function.
    outputs = {"Config": {"Value": custom["Properties"]["LoggingConfig"]}}
    body = json.dumps({**template, "Resources": resources, "Outputs": outputs})
    answers = stand_in_for_cfnresponse(monkeypatch)
    with EmbeddedAccount.start(account="settled") as account:
        cloudformation = account.client("cloudformation", REGION)
        cloudformation.create_stack(
            StackName="logging",
            TemplateBody=body,
            Parameters=[{"ParameterKey": "BucketName", "ParameterValue": bucket}],
            Capabilities=["CAPABILITY_IAM"],
        )
        (stack,) = cloudformation.describe_stacks(StackName="logging")["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        (output,) = stack["Outputs"]
        if bucket:
            complete(account.client("s3", REGION), resources)
        for name, value in {**account.environment(), "AWS_DEFAULT_REGION": REGION}.items():
            monkeypatch.setenv(name, value)
        module = {}
        exec(compile(code, "index.py", "exec"), module)

        def invoke(request):
            properties = {"LoggingConfig": output["OutputValue"]}
            event = {"RequestType": request, "ResourceProperties": properties}
            module["handler"](event, SimpleNamespace())
            return answers[-1]

        assert invoke("Create") == SUCCESS
        verdicts = level_one(account, REGION)
        assert [verdict.status for verdict in verdicts] == ["PASS"] * 5, verdicts
        assert invoke("Update") == SUCCESS
        assert invoke("Delete") == SUCCESS
        assert level_one(account, REGION)[0].status == "FAIL", "the stack took its own away"
