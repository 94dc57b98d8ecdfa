"""Ask IAM's policy simulator what policies allow, so that AWS evaluates them and not this project.

The simulator takes no service as the caller. For a policy attached to a resource, the statements
that name the service are chosen here, by the rules of the ``Principal`` element, and the simulator
evaluates all the rest of them: effect, actions, resources and conditions.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html,
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from prowler_bedrock.errors import aws_call

# An identity policy names no principal, and its Sids are unique letters and digits: those of
# buckets, keys and roles may be anything, and say nothing about what is allowed.
_OF_RESOURCES_ONLY = ("Principal", "NotPrincipal", "Sid")
# That of a policy without one. Source:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html.
OLDEST_VERSION = "2008-10-17"


class Decision(BaseModel):
    """What the simulator said about one action.

    Attributes:
        action: the IAM action.
        allowed: whether it is allowed.
        explicitly_denied: whether a statement denies it.
        outside_boundary: whether the permissions boundary does not allow it.
        within_organization: whether service control policies allow it; ``None`` where the simulator
            does not say.
        missing_keys: condition keys of the policies whose values are not known here, so that the
            decision may be another one in reality.
    """

    action: str
    allowed: bool
    explicitly_denied: bool = False
    outside_boundary: bool = False
    within_organization: bool | None = None
    missing_keys: list[str] = []


def service_context(account: str, partition: str, region: str, service: str) -> dict[str, str]:
    """Return the condition keys of a call that a service makes for an account.

    Args:
        account: the 12-digit account id.
        partition: the AWS partition.
        region: the Region's name.
        service: the service principal, such as ``bedrock.amazonaws.com``.
    """
    name = service.split(".")[0]
    return {
        "aws:SourceAccount": account,
        "aws:SourceArn": f"arn:{partition}:{name}:{region}:{account}:model-invocation-logging",
        "aws:SecureTransport": "true",
        "aws:PrincipalIsAWSService": "true",
        "aws:PrincipalServiceName": service,
        "aws:RequestedRegion": region,
    }


def simulate_resource_policy(
    iam: Any,
    policy: str,
    services: set[str],
    actions: list[str],
    resource: str,
    context: dict[str, str],
) -> list[Decision]:
    """Return whether a policy attached to a resource lets a service do something.

    Args:
        iam: a boto3 ``iam`` client.
        policy: the policy's text.
        services: the service principals that stand for the service.
        actions: the IAM actions.
        resource: the resource's ARN.
        context: condition keys of the call.

    Raises:
        AwsCallError: when IAM refuses the call or the policy.
    """
    statements = statements_for(policy, services)
    version = json.loads(policy).get("Version", OLDEST_VERSION)
    return simulate_statements(iam, statements, actions, resource, context, version)


def simulate_statements(
    iam: Any,
    statements: list[dict[str, Any]],
    actions: list[str],
    resource: str,
    context: dict[str, str],
    version: str,
) -> list[Decision]:
    """Return whether statements allow something; where none allows, IAM is not asked.

    Args:
        iam: a boto3 ``iam`` client.
        statements: as `identity_statement` makes them.
        actions: the IAM actions.
        resource: the resource's ARN.
        context: condition keys of the call.
        version: the ``Version`` of their policy.

    Raises:
        AwsCallError: when IAM refuses the call or the statements.
    """
    if not any(statement.get("Effect") == "Allow" for statement in statements):
        return [Decision(action=action, allowed=False) for action in actions]
    document = {"Version": version, "Statement": statements}
    with aws_call("iam:SimulateCustomPolicy"):
        answer = iam.simulate_custom_policy(
            PolicyInputList=[json.dumps(document)],
            ActionNames=actions,
            ResourceArns=[resource],
            ContextEntries=_entries(context),
        )
        return _decisions(answer, actions)


def simulate_principal(
    iam: Any, principal_arn: str, actions: list[str], resource: str, context: dict[str, str]
) -> list[Decision]:
    """Return whether a role or user may do something by all policies that apply to it.

    Args:
        iam: a boto3 ``iam`` client.
        principal_arn: the role or user.
        actions: the IAM actions.
        resource: the resource's ARN.
        context: condition keys of the call.

    Raises:
        AwsCallError: when IAM refuses the call.
    """
    with aws_call("iam:SimulatePrincipalPolicy"):
        answer = iam.simulate_principal_policy(
            PolicySourceArn=principal_arn,
            ActionNames=actions,
            ResourceArns=[resource],
            ContextEntries=_entries(context),
        )
        return _decisions(answer, actions)


def statements_for(policy: str, services: set[str]) -> list[dict[str, Any]]:
    """Return the statements of a resource's policy that apply to a service, as identity statements.

    Args:
        policy: the policy's text.
        services: the service principals that stand for the service.
    """
    found = []
    for statement in one_or_many(json.loads(policy).get("Statement")):
        if "NotPrincipal" in statement:
            applies = not _names(statement["NotPrincipal"], services)
        else:
            applies = _names(statement.get("Principal"), services)
        if applies:
            found.append(identity_statement(statement))
    return found


def identity_statement(statement: dict[str, Any]) -> dict[str, Any]:
    """Return a statement of a resource's policy as a policy of an identity would have it.

    Args:
        statement: of the resource's policy.
    """
    kept = {k: v for k, v in statement.items() if k not in _OF_RESOURCES_ONLY}
    # Trust policies name no resource: they are about the role that they belong to.
    if "NotResource" not in kept:
        kept.setdefault("Resource", "*")
    return kept


def _names(principal: Any, services: set[str]) -> bool:
    if not isinstance(principal, dict):
        return bool(principal == "*")
    return "*" in one_or_many(principal.get("AWS")) or not services.isdisjoint(
        one_or_many(principal.get("Service"))
    )


def one_or_many(value: Any) -> list[Any]:
    """Return the values of a policy's element, which may be one value, a list of them, or missing.

    Args:
        value: the element.
    """
    return value if isinstance(value, list) else [value] if value else []


def _entries(context: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "ContextKeyName": name,
            "ContextKeyValues": [value],
            "ContextKeyType": "boolean" if value in ("true", "false") else "string",
        }
        for name, value in context.items()
    ]


def _decisions(answer: dict[str, Any], actions: list[str]) -> list[Decision]:
    found = [_decision(result) for result in answer["EvaluationResults"]]
    # Silence about an action must not pass for anything.
    if {one.action for one in found} != set(actions):
        raise LookupError("an action without a decision")
    return found


def _decision(result: dict[str, Any]) -> Decision:
    """Return a decision, of which IAM tells a part beside the resource that was asked about.

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResourceSpecificResult.html.
    """
    specific = result.get("ResourceSpecificResults", [])
    said = {result["EvalDecision"], *(one["EvalResourceDecision"] for one in specific)}
    if len(said) > 1:
        raise ValueError("decisions about one resource that contradict each other")
    parts = [result, *specific]
    missing = [key for part in parts for key in part.get("MissingContextValues", [])]
    return Decision(
        action=result["EvalActionName"],
        allowed=said == {"allowed"},
        explicitly_denied=said == {"explicitDeny"},
        outside_boundary=not all(
            part.get("PermissionsBoundaryDecisionDetail", {}).get(
                "AllowedByPermissionsBoundary", True
            )
            for part in parts
        ),
        within_organization=result.get("OrganizationsDecisionDetail", {}).get(
            "AllowedByOrganizations"
        ),
        missing_keys=list(dict.fromkeys(missing)),
    )
