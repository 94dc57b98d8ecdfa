"""The templates of the automation: linted, and what they promise to each other and to the code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prowler_bedrock.automation.settings import AutomationSettings
from prowler_bedrock.automation.task import BACK_OUT_ACTION, FIX_ACTION, _Request, task_of_request
from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.enable.role import delivery_policy, trust_policy
from prowler_bedrock.fixes import FIXES
from prowler_bedrock.functions.environment import PREFIX
from tests.automation.organization import MEMBER, REGION, finding
from tests.automation.runbook import ask, step
from tests.metadata.cloudformation import findings_of_cfn_lint, read_template

FOLDER = Path(__file__).parents[2] / "metadata" / "automation"
IAM = Path(__file__).parents[2] / "metadata" / "iam"
NAMES = sorted(path.name for path in FOLDER.glob("*.yaml"))


def template(name: str) -> Any:
    return read_template(FOLDER / name)


def properties(name: str, resource: str) -> Any:
    return template(name)["Resources"][resource]["Properties"]


def actions(policies: Any) -> set[str]:
    found: set[str] = set()
    for policy in policies:
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow":
                named = statement["Action"]
                found |= {named} if isinstance(named, str) else set(named)
    return found


def of_file(*names: str) -> set[str]:
    documents = [json.loads((IAM / f"{name}.json").read_text("utf-8")) for name in names]
    return actions([{"PolicyDocument": one} for one in documents])


@pytest.mark.parametrize("name", NAMES)
def test_it_passes_cfn_lint_with_no_rule_ignored(name: str) -> None:
    source = (FOLDER / name).read_text("utf-8")
    assert "cfn-lint" not in source
    assert findings_of_cfn_lint(source) == []


def test_cfn_lint_would_find_a_mistake() -> None:
    source = (FOLDER / "remediation.yaml").read_text("utf-8")
    broken = source.replace("Runtime: python3.13", "Runtime: python3.7")
    assert any("E2531" in one for one in findings_of_cfn_lint(broken))


def test_member_roles_may_do_what_the_policies_of_the_project_allow_and_make_no_role() -> None:
    fix = actions(properties("member_roles.yaml", "RemediationRole")["Policies"])
    of_buckets = {one for one in of_file("backout") if one.startswith("s3:")}
    # A preview looks at the delivery role.
    kept = {"iam:PassRole", "iam:GetRole"}
    of_roles = {one for one in of_file("fix") if one.startswith("iam:")} - kept
    assert fix == (of_file("fix", "backout") - of_buckets - of_roles)
    scan = actions(properties("member_roles.yaml", "ScanRole")["Policies"])
    assert scan == of_file("sweep")


@pytest.mark.parametrize(
    ("role", "function_role", "of_template", "in_template"),
    [
        (
            "RemediationRole", "RemediationFunctionRoleName",
            "remediation.yaml", "FunctionRoleName",
        ),
        ("ScanRole", "ScanFunctionRoleName", "sweep.yaml", "ScanFunctionRoleName"),
    ],
)  # fmt: skip
def test_a_member_role_trusts_one_role_of_the_security_account(
    role: str, function_role: str, of_template: str, in_template: str
) -> None:
    (trust,) = properties("member_roles.yaml", role)["AssumeRolePolicyDocument"]["Statement"]
    assert set(trust["Condition"]) == {"ArnEquals", "StringEquals"}
    assert (
        f"role/${{{function_role}}}"
        in trust["Condition"]["ArnEquals"]["aws:PrincipalArn"]["Fn::Sub"]
    )
    assert trust["Condition"]["StringEquals"] == {
        "aws:PrincipalOrgID": {"Ref": "OrganizationId"},
        "sts:ExternalId": {"Ref": "ExternalId"},
    }
    members = template("member_roles.yaml")["Parameters"]
    default = template(of_template)["Parameters"][in_template]["Default"]
    assert members[function_role]["Default"] == default
    assert members["ExternalId"]["NoEcho"] is True


def test_the_delivery_role_is_the_one_that_the_fixer_would_make() -> None:
    role = properties("member_roles.yaml", "DeliveryRole")
    values = {
        "${AWS::Partition}": "aws",
        "${AWS::AccountId}": MEMBER,
        "${LogGroupName}": "/aws/bedrock/modelinvocations",
    }

    def filled(value: Any) -> Any:
        if isinstance(value, dict) and set(value) == {"Fn::Sub"}:
            text = value["Fn::Sub"]
            for name, given in values.items():
                text = text.replace(name, given)
            return text
        if isinstance(value, dict) and value == {"Ref": "AWS::AccountId"}:
            return MEMBER
        if isinstance(value, dict):
            return {name: filled(one) for name, one in value.items()}
        return [filled(one) for one in value] if isinstance(value, list) else value

    assert filled(role["AssumeRolePolicyDocument"]) == trust_policy(MEMBER, "aws")
    (policy,) = role["Policies"]
    assert filled(policy["PolicyDocument"]) == delivery_policy(
        MEMBER, "aws", "/aws/bedrock/modelinvocations"
    )
    names = [template(name)["Parameters"]["DeliveryRoleName"]["Default"] for name in
             ("member_roles.yaml", "remediation.yaml")]  # fmt: skip
    assert names[0] == names[1]


@pytest.mark.parametrize("function", ["Function", "RunbookFunction"])
def test_the_functions_settings_are_known(function: str) -> None:
    given = properties("remediation.yaml", function)["Environment"]["Variables"]
    known = {str(field.alias) for field in AutomationSettings.model_fields.values()}
    assert set(given) <= known
    # What the template does not set is the same there: the queue's own count.
    queue = properties("remediation.yaml", "Queue")
    default = AutomationSettings.model_fields["max_receive_count"].default
    assert queue["RedrivePolicy"]["maxReceiveCount"] == default
    assert (f"{PREFIX}ACTIONS" in given) == (function == "RunbookFunction")


def test_a_runbook_of_a_member_gets_no_undo() -> None:
    given = properties("remediation.yaml", "RunbookFunction")["Environment"]["Variables"]
    assert given[f"{PREFIX}ACTIONS"] == "Fix"
    permission = properties("remediation.yaml", "RunbookPermission")
    assert permission["FunctionName"] == {"Fn::GetAtt": ["RunbookFunction", "Arn"]}
    assert permission["PrincipalOrgID"] == {"Ref": "OrganizationId"}
    every = template("remediation.yaml")["Resources"].values()
    assert sum(one["Type"] == "AWS::Lambda::Permission" for one in every) == 1


def test_times_fit_each_other() -> None:
    seconds = properties("remediation.yaml", "Function")["Timeout"]
    assert properties("remediation.yaml", "Queue")["VisibilityTimeout"] == 6 * seconds
    assert seconds < 310 < step()["timeoutSeconds"] <= 600, "a script runs no longer"
    assert "read_timeout=310" in step()["inputs"]["Script"]


def test_it_begins_harmless() -> None:
    parameters = template("remediation.yaml")["Parameters"]
    assert parameters["Automatic"]["Default"] == "DISABLED"
    assert parameters["DryRun"]["Default"] == "true"
    assert parameters["MemberRunbooks"]["Default"] == "false"


def test_the_rules_name_what_the_function_takes() -> None:
    pattern = properties("remediation.yaml", "FindingRule")["EventPattern"]
    assert pattern["detail"]["findings"]["GeneratorId"] == {"Ref": "AutomaticGenerators"}
    default = template("remediation.yaml")["Parameters"]["AutomaticGenerators"]["Default"]
    assert default == f"prowler-{CHECK_ID}"
    assert CHECK_ID in FIXES
    resources = properties("remediation.yaml", "CustomActionRule")["EventPattern"]["resources"]
    names = [one["Fn::Sub"].rsplit("/", 1)[-1] for one in resources]
    assert names == [FIX_ACTION, BACK_OUT_ACTION]
    assert all(len(name) <= 20 and name.isalnum() for name in names)


@pytest.mark.parametrize("queue", ["Queue", "DeadLetterQueue"])
def test_a_queue_takes_messages_of_the_two_rules_alone(queue: str) -> None:
    given = properties("remediation.yaml", f"{queue}Policy")
    assert given["Queues"] == [{"Ref": queue}]
    allow, deny = given["PolicyDocument"]["Statement"]
    assert allow["Resource"] == deny["Resource"] == {"Fn::GetAtt": [queue, "Arn"]}
    assert allow["Principal"] == {"Service": "events.amazonaws.com"}
    assert allow["Condition"] == {
        "ArnEquals": {
            "aws:SourceArn": [
                {"Fn::GetAtt": ["FindingRule", "Arn"]},
                {"Fn::GetAtt": ["CustomActionRule", "Arn"]},
            ]
        }
    }
    assert deny["Effect"] == "Deny"


def test_a_runbooks_request_is_one_that_the_function_takes() -> None:
    content = properties("runbook.yaml", "Document")["Content"]
    payload = dict(step()["inputs"]["InputPayload"])
    assert payload.pop("FunctionArn") == "{{ FunctionArn }}"
    assert set(payload) == {str(field.alias) for field in _Request.model_fields.values()}
    assert set(payload) <= set(content["parameters"])
    defaults = {name: content["parameters"][name]["default"] for name in payload}
    named = defaults | {"AccountId": MEMBER, "Region": REGION}
    assert task_of_request(named, "r").action == "Fix"
    assert task_of_request(defaults | {"Finding": json.dumps(finding())}, "r").account == MEMBER


def test_a_runbook_asks_the_function_in_its_own_region_once() -> None:
    answer = {"Result": "changed", "Message": "m"}
    given, ((request, config),) = ask(answer)
    assert given == answer
    once = {"total_max_attempts": 1, "mode": "legacy"}
    assert request.url.startswith("https://lambda.ap-south-1.amazonaws.com/2015-03-31/functions/")
    assert json.loads(request.body) == {"Action": "Fix", "AccountId": MEMBER}
    assert (config.read_timeout, config.retries) == (310, once)


def test_a_runbook_ends_with_what_the_function_says() -> None:
    for result in ("failed", "refused", "excluded", "planned", "duplicate"):
        with pytest.raises(RuntimeError, match=f"{result}: why"):
            ask({"Result": result, "Message": "why"})
    with pytest.raises(RuntimeError, match="failed: Task timed out"):
        ask({"errorMessage": "Task timed out"}, "Unhandled")


def test_the_role_that_configurations_name_outlives_its_stack() -> None:
    role = template("member_roles.yaml")["Resources"]["DeliveryRole"]
    assert role["DeletionPolicy"] == "RetainExceptOnCreate"
    assert role["UpdateReplacePolicy"] == "Retain"


def test_the_journal_is_encrypted_versioned_and_private() -> None:
    bucket = template("remediation.yaml")["Resources"]["JournalBucket"]
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("Retain", "Retain")
    given = bucket["Properties"]
    assert given["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = given["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert set(given["PublicAccessBlockConfiguration"].values()) == {True}
    (lifecycle,) = given["LifecycleConfiguration"]["Rules"]
    assert lifecycle["Prefix"] == "leases/", "no record ever expires"
