"""Lint the CloudFormation template and run the code of its custom resource."""

import json
import re
from types import SimpleNamespace

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator
from cfnlint.decode.decode import decode_str
from moto import mock_aws

from tests.metadata.cloudformation import findings_of_cfn_lint, stand_in_for_cfnresponse

ROLE_ARN = "arn:aws:iam::123456789012:role/stack-DeliveryRole"
THEIRS = {"s3Config": {"bucketName": "their-bucket"}, "textDataDeliveryEnabled": True}


@pytest.fixture(scope="module")
def source(metadata):
    match = re.fullmatch(r"```yaml\n(.*)\n```", metadata["Remediation"]["Code"]["NativeIaC"], re.S)
    return match[1] + "\n"


@pytest.fixture(scope="module")
def resources(source):
    template, errors = decode_str(source)
    assert errors == []
    return template["Resources"]


@pytest.fixture(scope="module")
def wanted(resources):
    properties = resources["ModelInvocationLogging"]["Properties"]
    text = properties["LoggingConfig"]["Fn::Sub"]
    text = text.replace("${LogGroup}", "/group").replace("${DeliveryRole.Arn}", ROLE_ARN)
    assert "${" not in text
    return json.loads(text)


@pytest.fixture(scope="module")
def code(resources):
    return resources["Function"]["Properties"]["Code"]["ZipFile"]


def statements(role):
    for policy in role["Properties"]["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def test_template_passes_cfn_lint_with_no_rule_ignored(source):
    assert "cfn-lint" not in source
    assert findings_of_cfn_lint(source) == []


@pytest.mark.parametrize(
    ("text", "broken", "rule"),
    [
        ("RetentionInDays: 365", "RetentionInDays: 366", "E3030"),
        ("Runtime: python3.13", "Runtime: python3.7", "E2531"),
        ("    UpdateReplacePolicy: Retain\n", "", "I3011"),
    ],
)
def test_cfn_lint_would_find_a_mistake(source, text, broken, rule):
    assert text in source
    assert any(rule in finding for finding in findings_of_cfn_lint(source.replace(text, broken)))


def test_configuration_fits_the_api(wanted):
    operation = (
        botocore.session.get_session()
        .get_service_model("bedrock")
        .operation_model("PutModelInvocationLoggingConfiguration")
    )
    report = ParamValidator().validate({"loggingConfig": wanted}, operation.input_shape)
    assert not report.has_errors(), report.generate_report()
    assert [key for key, value in wanted.items() if value is True] == [
        f"{kind}DataDeliveryEnabled" for kind in ("text", "image", "embedding", "video")
    ]


def test_delivery_role_is_least_privilege(resources):
    role = resources["DeliveryRole"]
    (trust,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "bedrock.amazonaws.com"}
    assert set(trust["Condition"]["StringEquals"]) == {"aws:SourceAccount"}
    assert trust["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Sub"].endswith(
        ":bedrock:${AWS::Region}:${AWS::AccountId}:*"
    )
    (write,) = statements(role)
    assert write["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert write["Resource"]["Fn::Sub"].endswith(
        ":log-group:${LogGroup}:log-stream:aws/bedrock/modelinvocations"
    )


def test_log_group_outlives_the_stack(resources):
    group = resources["LogGroup"]
    assert group["Properties"]["RetentionInDays"] == 365
    assert group["DeletionPolicy"] == "RetainExceptOnCreate"


def properties(config):
    """What CloudFormation hands to the function: a text in JSON, as every property is a text."""
    return {"ServiceTimeout": "180", "LoggingConfig": json.dumps(config, indent=2)}


@pytest.fixture
def function(code, monkeypatch):
    """Load the function's code beside a recording `cfnresponse`, in an account of moto."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    answers, slept, calls = stand_in_for_cfnresponse(monkeypatch), [], []
    monkeypatch.setattr("time.sleep", slept.append)
    with mock_aws():
        module = {}
        exec(compile(code, "index.py", "exec"), module)
        module["bedrock"].meta.events.register(
            "before-call.bedrock", lambda model, **_: calls.append(model.name)
        )
        account = boto3.client("bedrock")

        def invoke(request, config, earlier=None):
            event = {"RequestType": request, "ResourceProperties": properties(config)}
            if earlier:
                event["OldResourceProperties"] = properties(earlier)
            module["handler"](event, SimpleNamespace())
            return answers[-1]

        def current():
            answer = account.get_model_invocation_logging_configuration()
            return answer.get("loggingConfig") or None

        def put(config):
            account.put_model_invocation_logging_configuration(loggingConfig=config)

        yield SimpleNamespace(
            module=module, invoke=invoke, current=current, put=put, slept=slept, calls=calls
        )


SUCCESS = ("SUCCESS", "model-invocation-logging", None)


def test_code_fits_an_inline_function(code, resources):
    assert len(code) <= 4096
    assert "\nimport cfnresponse\n" in code, "AWS adds the module for this exact line only"
    assert resources["Function"]["Properties"]["Handler"] == "index.handler"
    assert "def handler(event, context):" in code


def test_create_update_and_delete(function, wanted):
    assert function.invoke("Create", wanted) == SUCCESS
    assert function.current() == wanted
    changed = {**wanted, "videoDataDeliveryEnabled": False}
    assert function.invoke("Update", changed, wanted) == SUCCESS
    assert function.current() == changed
    assert function.invoke("Delete", changed) == SUCCESS
    assert function.current() is None
    assert function.slept == []


def test_create_again_over_its_own_configuration(function, wanted):
    function.put(wanted)
    assert function.invoke("Create", wanted) == SUCCESS


def test_create_leaves_a_configuration_of_others(function, wanted):
    function.put(THEIRS)
    status, _, reason = function.invoke("Create", wanted)
    assert (status, "already" in reason) == ("FAILED", True)
    assert function.current() == THEIRS
    # CloudFormation rolls a failed creation back with a Delete
    assert function.invoke("Delete", wanted) == SUCCESS
    assert function.current() == THEIRS


def test_create_over_a_configuration_without_destination(function, wanted):
    function.put({"textDataDeliveryEnabled": True})
    assert function.invoke("Create", wanted) == SUCCESS
    assert function.current() == wanted


@pytest.mark.parametrize(
    "theirs",
    [
        THEIRS,
        {"cloudWatchConfig": {"logGroupName": "/theirs", "roleArn": ROLE_ARN}},
        # With the stack's destination, but with less than the stack logs.
        None,
    ],
)
def test_update_leaves_a_configuration_of_others(function, wanted, theirs):
    theirs = theirs or {**wanted, "textDataDeliveryEnabled": False}
    function.put(theirs)
    changed = {**wanted, "videoDataDeliveryEnabled": False}
    # CloudFormation rolls a failed update back with another one.
    for later, earlier in ((changed, wanted), (wanted, changed)):
        status, _, reason = function.invoke("Update", later, earlier)
        assert (status, "already: delete it first" in reason) == ("FAILED", True)
        assert function.current() == theirs


@pytest.mark.parametrize("current", [None, {"textDataDeliveryEnabled": True}])
def test_update_turns_logging_on_again(function, wanted, current):
    if current:
        function.put(current)
    assert function.invoke("Update", wanted, {**wanted, **THEIRS}) == SUCCESS
    assert function.current() == wanted


def test_a_rolled_back_update_puts_the_earlier_configuration_back(function, wanted):
    changed = {**wanted, "s3Config": {"bucketName": "logs", "keyPrefix": "bedrock"}}
    function.put(wanted)
    for later, earlier in ((changed, wanted), (wanted, changed), (wanted, changed)):
        assert function.invoke("Update", later, earlier) == SUCCESS
        assert function.current() == later


def test_delete_with_nothing_configured(function, wanted):
    assert function.invoke("Delete", wanted) == SUCCESS
    assert "DeleteModelInvocationLoggingConfiguration" not in function.calls


def test_delete_recognises_its_configuration_in_a_fuller_answer(function, wanted, monkeypatch):
    function.put(wanted)
    answer = json.loads(json.dumps(wanted))
    answer["cloudWatchConfig"]["largeDataDeliveryS3Config"] = {"bucketName": "", "keyPrefix": ""}
    answer |= {"s3Config": {}, "audioDataDeliveryEnabled": True}
    monkeypatch.setattr(
        function.module["bedrock"],
        "get_model_invocation_logging_configuration",
        lambda: {"loggingConfig": answer},
    )
    assert function.invoke("Delete", wanted) == SUCCESS
    assert "DeleteModelInvocationLoggingConfiguration" in function.calls


@pytest.mark.parametrize(
    "change",
    [{"imageDataDeliveryEnabled": False}, {"s3Config": {"bucketName": "second-bucket"}}],
)
def test_delete_keeps_a_changed_configuration_and_the_role_it_needs(function, wanted, change):
    function.put({**wanted, **change})
    status, _, reason = function.invoke("Delete", wanted)
    assert (status, "still uses the role" in reason) == ("FAILED", True)
    assert function.current() == {**wanted, **change}


def refusing(function, monkeypatch, count, message):
    """Refuse the first Puts with an error of AWS."""
    bedrock = function.module["bedrock"]
    real = bedrock.put_model_invocation_logging_configuration
    left = [count]

    def put(**arguments):
        if left[0]:
            left[0] -= 1
            error = {"Code": "ValidationException", "Message": message}
            raise ClientError({"Error": error}, "PutModelInvocationLoggingConfiguration")
        return real(**arguments)

    monkeypatch.setattr(bedrock, "put_model_invocation_logging_configuration", put)


def test_create_waits_for_a_new_role(function, wanted, monkeypatch):
    refusing(function, monkeypatch, 3, "Failed to validate permissions for log group: /group")
    assert function.invoke("Create", wanted) == SUCCESS
    assert function.slept == [5, 5, 5]


def test_create_gives_up_before_the_function_times_out(function, wanted, monkeypatch, resources):
    refusing(function, monkeypatch, 99, "Failed to validate permissions for log group: /group")
    status, _, reason = function.invoke("Create", wanted)
    assert (status, "Failed to validate permissions" in reason) == ("FAILED", True)
    timeout = resources["Function"]["Properties"]["Timeout"]
    assert sum(function.slept) + 30 < timeout
    assert timeout < resources["ModelInvocationLogging"]["Properties"]["ServiceTimeout"]


def test_other_errors_are_reported_at_once(function, wanted, monkeypatch):
    refusing(function, monkeypatch, 99, "The log group does not exist")
    status, _, reason = function.invoke("Create", wanted)
    assert (status, "does not exist" in reason) == ("FAILED", True)
    assert function.slept == []


def test_function_role_allows_exactly_what_the_code_calls(function, wanted, resources):
    for request in ("Create", "Delete"):
        function.invoke(request, wanted)
    actions = {}
    for statement in statements(resources["FunctionRole"]):
        allowed = statement["Action"]
        for action in [allowed] if isinstance(allowed, str) else allowed:
            actions[action] = statement
    assert {action for action in actions if action.startswith("bedrock:")} == {
        f"bedrock:{name}" for name in function.calls
    }
    passing = actions["iam:PassRole"]
    assert passing["Resource"] == {"Fn::GetAtt": ["DeliveryRole", "Arn"]}
    assert passing["Condition"] == {
        "StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}
    }
    assert {action for action in actions if not action.startswith("bedrock:")} == {
        "iam:PassRole",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    }
    assert actions["logs:PutLogEvents"]["Resource"] == {"Fn::GetAtt": ["FunctionLogGroup", "Arn"]}
