"""Whether Bedrock can write to a CloudWatch log group.

Source: "Set up CloudWatch Logs destination" in
https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html.
"""

from __future__ import annotations

import json
from typing import Any

from prowler_bedrock.account.access import Access
from prowler_bedrock.destination.key import WRITE_ACTION, KeyUser, key_problems
from prowler_bedrock.destination.problem import (
    Problem,
    broken,
    decision_problems,
    unknown,
    unreadable,
)
from prowler_bedrock.destination.simulation import (
    service_context,
    simulate_principal,
    simulate_resource_policy,
)
from prowler_bedrock.enable.log_group import find_log_group, is_of_class_delivery
from prowler_bedrock.enable.plan import LOG_STREAM
from prowler_bedrock.enable.role import role_of_arn
from prowler_bedrock.logging_configuration.model import CloudWatchDestination

BEDROCK = "bedrock.amazonaws.com"
ACTIONS = ["logs:CreateLogStream", "logs:PutLogEvents"]


def log_group_problems(
    access: Access, region: str, destination: CloudWatchDestination
) -> list[Problem]:
    """Return what keeps Bedrock from writing to a log group.

    Args:
        access: the account.
        region: the Region's name.
        destination: ``cloudWatchConfig``.
    """
    name = destination.log_group_name
    problems: list[Problem] = []
    with unreadable(problems, f"log group {name}"):
        group = find_log_group(access.client("logs", region), name, region)
        if group is None:
            repair = f"create it in {region} or choose another one"
            problems.append(broken(f"log group {name} does not exist", repair))
        else:
            problems += _class(name, group)
            if group.get("kmsKeyId"):
                problems += _key(access, region, name, group["kmsKeyId"])
    return problems + _role(access, region, name, destination.role_arn)


def _class(name: str, group: dict[str, Any]) -> list[Problem]:
    """Return the doubt about a log group whose class AWS documents for another service's logs.

    Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html.
    """
    if not is_of_class_delivery(group):
        return []
    text = f"log group {name} is of class DELIVERY, which AWS has for logs of Lambda only"
    return [unknown(f"{text}, and keeps for a day: use one of another class.")]


def _key(access: Access, region: str, name: str, key_id: str) -> list[Problem]:
    arn = f"arn:{access.partition}:logs:{region}:{access.account}:log-group:{name}"
    # China's Regions have a suffix of their own.
    suffix = ".cn" if access.partition == "aws-cn" else ""
    service = f"logs.{region}.amazonaws.com{suffix}"
    principals = {service, f"logs.{region}.amazonaws.com", "logs.amazonaws.com"}
    context = service_context(access.account, access.partition, region, service)
    context |= {"aws:SourceArn": arn, "kms:EncryptionContext:aws:logs:arn": arn}
    owner = f"log group {name}"
    # Without the second, nobody can read what was written.
    actions = [WRITE_ACTION, "kms:Decrypt"]
    user = KeyUser(name=service, principals=principals, actions=actions, context=context)
    return key_problems(access, region, key_id, owner, user)


def _role(access: Access, region: str, group: str, role_arn: str | None) -> list[Problem]:
    if not role_arn:
        return [broken(f"log group {group} has no role", "configure a role that Bedrock assumes")]
    if role_arn.split(":")[4:5] != [access.account]:
        what = f"role {role_arn} is not of account {access.account}"
        return [broken(what, "use a role of the account")]
    problems: list[Problem] = []
    iam = access.client("iam", None)
    with unreadable(problems, f"role {role_arn}"):
        role = role_of_arn(iam, role_arn)
        if role is None:
            repair = "create it or configure another one"
            return [broken(f"role {role_arn} does not exist", repair)]
        context = service_context(access.account, access.partition, region, BEDROCK)
        trust = role["AssumeRolePolicyDocument"]
        text = trust if isinstance(trust, str) else json.dumps(trust)
        (decision,) = simulate_resource_policy(
            iam, text, {BEDROCK}, ["sts:AssumeRole"], role_arn, context
        )
        problems += decision_problems(
            decision,
            f"the trust policy of role {role_arn}",
            f"sts:AssumeRole for {BEDROCK} in {region}",
            f"trust {BEDROCK} with aws:SourceAccount {access.account}",
        )
    with unreadable(problems, f"what role {role_arn} may do"):
        stream = (
            f"arn:{access.partition}:logs:{region}:{access.account}:log-group:{group}"
            f":log-stream:{LOG_STREAM}"
        )
        context = {"aws:SecureTransport": "true", "aws:RequestedRegion": region}
        for decision in simulate_principal(iam, role_arn, ACTIONS, stream, context):
            problems += decision_problems(
                decision,
                f"the policies of role {role_arn}",
                f"{decision.action} on {stream}",
                f"allow {decision.action} there",
            )
    return problems
