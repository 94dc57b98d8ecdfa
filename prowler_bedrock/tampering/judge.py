"""The verdict on who can turn logging off, redirect it or delete its log group or buckets.

IAM's simulator evaluates the policies of each user and role whose policies mention one of the
actions: inline, attached and group policies, the permissions boundary, and service control policies
as far as it knows them.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html and
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html.
"""

from __future__ import annotations

from prowler_bedrock.account.access import Access
from prowler_bedrock.destination.problem import (
    Problem,
    broken,
    not_read,
    unknown,
    unreadable,
    verdict_of,
)
from prowler_bedrock.destination.simulation import Decision
from prowler_bedrock.errors import AwsCallError
from prowler_bedrock.logging_configuration.judge import SUBJECT, Verdict, delivering
from prowler_bedrock.logging_configuration.model import LoggingConfiguration, Observation
from prowler_bedrock.tampering.bucket_policy import BUCKET_ACTION, BucketPolicy, read_policy
from prowler_bedrock.tampering.permissions import Permissions, Protected
from prowler_bedrock.tampering.principals import AccountPrincipals, Principal, matching
from prowler_bedrock.tampering.settings import TamperSettings

CONFIGURATION_ACTIONS = (
    "bedrock:DeleteModelInvocationLoggingConfiguration",
    "bedrock:PutModelInvocationLoggingConfiguration",
)
# What the simulator answers where one principal's policies are the reason.
_OF_ONE_PRINCIPAL = frozenset({"InvalidInput", "PolicyEvaluation", "UnparsableAnswer"})
_WHO = f"who can change {SUBJECT}"
GROUP_ACTION = "logs:DeleteLogGroup"
ACTIONS = (*CONFIGURATION_ACTIONS, GROUP_ACTION, BUCKET_ACTION)


def judge_tampering(
    access: Access,
    principals: AccountPrincipals,
    region: str,
    observation: Observation,
    settings: TamperSettings,
) -> Verdict | None:
    """Return the verdict of the check on tamper resistance, or ``None`` where there is none.

    Args:
        access: the account.
        principals: its users and roles.
        region: the Region's name.
        observation: what reading the Region gave.
        settings: who is expected.
    """
    config = delivering(observation, region)
    if not isinstance(config, LoggingConfiguration):
        return config
    problems: list[Problem] = []
    permissions = Permissions(access, region, _protected(access, region, config, problems))
    actions = dict.fromkeys(action for one in permissions.protected for action in one.actions)
    count, coverage = 0, ""
    with unreadable(problems, _WHO):
        found = principals.read()
        patterns = settings.patterns(access.account, region)
        administrators = [one for one in found if one.administrator]
        others = [one for one in found if not one.administrator and not matching(one.arn, patterns)]
        count = len(others)
        problems += _tampering(permissions, others)
        for one in permissions.protected:
            if one.policy:
                problems += _granted(permissions, one.policy, found, patterns)
        coverage = _service_control_policies(permissions, administrators)
    verdict = verdict_of(problems, f"{SUBJECT}:", f"{SUBJECT}:") or Verdict(
        status="PASS",
        status_extended=f"{SUBJECT}: besides administrators and expected principals, none of "
        f"the other users and roles ({count}) is allowed {', '.join(actions)}.",
    )
    return verdict.model_copy(
        update={"status_extended": f"{verdict.status_extended} {coverage}".rstrip()}
    )


def _protected(
    access: Access, region: str, config: LoggingConfiguration, problems: list[Problem]
) -> list[Protected]:
    """Return what a configuration consists of, and the actions that tamper with it."""
    found = [Protected(arn="*", actions=list(CONFIGURATION_ACTIONS))]
    if config.log_group_name:
        group = f"{region}:{access.account}:log-group:{config.log_group_name}:log-stream:"
        arn = f"arn:{access.partition}:logs:{group}"
        found.append(Protected(arn=arn, actions=[GROUP_ACTION]))
    for name in dict.fromkeys(bucket.bucket_name for bucket in config.buckets):
        bucket = Protected(arn=f"arn:{access.partition}:s3:::{name}", actions=[BUCKET_ACTION])
        bucket.unread = f"the policy of bucket {name}"
        with unreadable(problems, f"whom {bucket.unread} lets delete it"):
            bucket.policy = read_policy(access, region, name, bucket.arn)
            bucket.unread = None
        found.append(bucket)
    return found


def _tampering(permissions: Permissions, others: list[Principal]) -> list[Problem]:
    able, unsure = [], []
    unread: dict[str, AwsCallError] = {}
    problems: list[Problem] = []
    for principal in others:
        try:
            decisions = permissions.of(principal)
        except AwsCallError as error:
            if error.code == "NoSuchEntity":
                continue  # It was deleted since it was listed.
            if error.code not in _OF_ONE_PRINCIPAL:
                problems.append(not_read(_WHO, error))
                break
            # It must not hide another one.
            unread[principal.arn] = error
            continue
        allowed: list[str] = []
        keys: set[str] = set()
        for decision in decisions:
            if decision.allowed and decision.action not in allowed:
                allowed.append(decision.action)
            elif not decision.allowed and decision.action not in principal.denied:
                # A denial may depend on a key as well: with another value there may be none.
                keys.update(decision.missing_keys)
        if allowed:
            able.append(f"{principal.arn} ({', '.join(allowed)})")
        elif keys:
            unsure.append(f"{principal.arn} (depending on {', '.join(sorted(keys))})")
    if able:
        who = "user or role that is no administrator"
        if len(able) > 1:
            who = "users or roles that are no administrators"
        what = f"{len(able)} {who} can tamper with it: {_told(able)}"
        repair = "take these actions away from them, or name them in ExpectedPrincipals"
        problems.append(broken(what, repair))
    if unsure:
        problems.append(
            unknown(f"it is not known whether these can tamper with it: {_told(unsure)}.")
        )
    if unread:
        first = next(iter(unread.values()))
        problems.append(not_read(f"what {_told(list(unread))} may do", first))
    return problems


def _granted(
    permissions: Permissions, policy: BucketPolicy, found: list[Principal], patterns: list[str]
) -> list[Problem]:
    """Return what is wrong with whom the policy of a bucket lets delete it."""
    own = {one.arn: one for one in found}
    able, unsure = [], []
    problems: list[Problem] = []
    what = f"the policy of bucket {policy.name}"
    with unreadable(problems, f"whom {what} lets delete it"):
        for grantee in policy.grantees():
            principal = own.get(grantee)
            if matching(grantee, patterns) or (principal and principal.administrator):
                continue
            decision = permissions.granted(policy, grantee, principal)
            if decision.allowed:
                able.append(grantee)
            elif decision.missing_keys:
                unsure.append(f"{grantee} (depending on {', '.join(decision.missing_keys)})")
    if able:
        repair = "take that out of the policy, or name them in ExpectedPrincipals"
        problems.append(broken(f"{what} allows {BUCKET_ACTION} to {_told(able)}", repair))
    if unsure:
        problems.append(
            unknown(f"it is not known whether {what} allows {BUCKET_ACTION} to {_told(unsure)}.")
        )
    return problems


def _told(principals: list[str], at_most: int = 10) -> str:
    more = len(principals) - at_most
    return ", ".join([*principals[:at_most], *([f"{more} more"] if more > 0 else [])])


def _service_control_policies(permissions: Permissions, administrators: list[Principal]) -> str:
    """Say what service control policies keep even an administrator from."""
    unknown_coverage = "Whether service control policies protect it is not known"
    if not administrators:
        return f"{unknown_coverage}: there is no administrator to simulate."
    problems: list[Problem] = []
    decisions: list[Decision] = []
    with unreadable(problems, "service control policies"):
        decisions = permissions.of(administrators[0])
    if problems:
        return f"{unknown_coverage}: {problems[0].sentence}"
    told = [one for one in decisions if one.within_organization is not None]
    if not told:
        return f"{unknown_coverage}: IAM's simulator says nothing of an organization."
    denied = sorted({one.action for one in told if not one.within_organization})
    if not denied:
        return "No service control policy that IAM's simulator knows protects it."
    return f"Service control policies deny {', '.join(denied)} to administrators too."
