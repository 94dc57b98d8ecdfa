"""What was created: is it still ours, does it hold anything, and its deletion."""

from __future__ import annotations

from typing import Any

from prowler_bedrock.enable.bucket_policy import other_statements
from prowler_bedrock.enable.log_group import find_log_group, read_tags
from prowler_bedrock.enable.plan import LOG_STREAM
from prowler_bedrock.enable.standing_bucket import NO_BUCKET, StandingBucket
from prowler_bedrock.enable.tags import RECORD_TAG
from prowler_bedrock.errors import AwsCallError, PluginError, aws_call
from prowler_bedrock.journal.change import Resource

# Bedrock writes this empty object when a configuration with the bucket is put.
PERMISSION_CHECK = "/amazon-bedrock-logs-permission-check"
# Bedrock writes this event into its stream when a configuration with the log group is put. AWS does
# not document it; it is in the logs and log parsers that many published.
PERMISSION_EVENT = "Permissions are correctly set for Amazon Bedrock logs."
# What DescribeLogGroups answers of a log group without a data protection policy. Source:
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html.
_UNPROTECTED = (None, "DELETED")
# A backout that is made again undoes one change more, which nobody asked for.
REMOVE_ONLY = "backout --no-restore --remove-created"
_NOTIFICATIONS = "event notifications"


class Kept(Exception):  # noqa: N818 - a reason, not an error
    """The thing must stay; the text says why."""


class Foreign(Kept):
    """Its tags do not say that it is ours."""


class CreatedLogGroup:
    """A log group that was created.

    Args:
        logs: a boto3 ``logs`` client of the Region.
        name: the log group's name.
        region: the Region's name.
        record_ids: the records that may have created it.
        remove_data: True where it may go although it holds log streams.
    """

    def __init__(
        self, logs: Any, name: str, region: str, record_ids: set[str], remove_data: bool
    ) -> None:
        self._logs, self._name, self._region = logs, name, region
        self._record_ids, self._remove_data = record_ids, remove_data

    def inspect(self) -> dict[str, Any] | None:
        """Return its state, or ``None`` where it is gone.

        Raises:
            Kept: when it must stay.
            AwsCallError: when a call is refused.
        """
        group = find_log_group(self._logs, self._name, self._region)
        if group is None:
            return None
        tags = read_tags(self._logs, group, self._region)
        _refuse_foreign(tags, self._record_ids)
        _refuse_added("log group", self._added(group))
        if not self._remove_data and self._holds_logs():
            raise Kept(f"it holds log streams; `{REMOVE_ONLY} --remove-data` removes it with them")
        kept = ("retentionInDays", "kmsKeyId")
        return {name: group[name] for name in kept if name in group} | {"tags": tags}

    def delete(self) -> None:
        """Delete it, unless logs came since `inspect`.

        AWS deletes a log group with all that it holds, so what comes between the look here and the
        deletion right after it still goes.

        Raises:
            PluginError: when logs came, or a call is refused.
        """
        if not self._remove_data and self._holds_logs():
            raise PluginError(
                f"Log group {self._name} in {self._region} got logs while its removal was "
                "prepared: it stays. Run again."
            )
        with aws_call("logs:DeleteLogGroup", self._region):
            self._logs.delete_log_group(logGroupName=self._name)

    def _added(self, group: dict[str, Any]) -> dict[str, Any]:
        with aws_call("logs:DescribeSubscriptionFilters", self._region):
            paginator = self._logs.get_paginator("describe_subscription_filters")
            pages = paginator.paginate(logGroupName=self._name)
            subscriptions = sum(len(page["subscriptionFilters"]) for page in pages)
        return {
            "metric filter": group.get("metricFilterCount"),
            "subscription filter": subscriptions,
            "a data protection policy": group.get("dataProtectionStatus") not in _UNPROTECTED,
            # Older versions of botocore don't read it; CloudWatch Logs refuses the deletion then.
            "deletion protection": group.get("deletionProtectionEnabled"),
        }

    def _holds_logs(self) -> bool:
        of_group = {"logGroupName": self._name}
        with aws_call("logs:DescribeLogStreams", self._region):
            pages = self._logs.get_paginator("describe_log_streams").paginate(**of_group)
            streams = [one["logStreamName"] for page in pages for one in page["logStreams"]]
        if set(streams) - {LOG_STREAM}:
            return True
        if not streams:
            return False
        with aws_call("logs:FilterLogEvents", self._region):
            pages = self._logs.get_paginator("filter_log_events").paginate(**of_group)
            return any(
                one["message"].strip() != PERMISSION_EVENT
                for page in pages
                for one in page["events"]
            )


class CreatedBucket:
    """A bucket that was created.

    Args:
        s3: a boto3 ``s3`` client of the Region.
        name: the bucket's name.
        account: the 12-digit account id.
        region: the Region's name.
        record_ids: the records that may have created it.
        statements: what the records put into its policy.
        begun: True where a record began it and none completed or removed it since.
        remove_data: True where it may go although it holds objects.
    """

    def __init__(
        self,
        s3: Any,
        name: str,
        account: str,
        region: str,
        record_ids: set[str],
        statements: list[dict[str, Any]],
        begun: bool,
        remove_data: bool,
    ) -> None:
        self._s3, self._name, self._region = s3, name, region
        self._statements = statements
        self._bucket = StandingBucket(s3, name, account, region)
        self._record_ids, self._begun, self._remove_data = record_ids, begun, remove_data

    def inspect(self) -> dict[str, Any] | None:
        """Return its state, or ``None`` where it is gone.

        Raises:
            Kept: when it must stay.
            PluginError: when a call is refused, or its policy can't be read.
        """
        try:
            tags = self._bucket.tags()
        except AwsCallError as error:
            if error.code == NO_BUCKET:
                return None
            raise
        if not tags and self._begun and self._bucket.is_bare():
            _refuse_added("bucket", {_NOTIFICATIONS: self._bucket.notifies()})
            return {"Tags": tags}
        _refuse_foreign(tags, self._record_ids)
        policy = self._bucket.policy()
        _refuse_added("bucket", self._added(policy))
        holds = self._bucket.holds_versions(beside=_is_permission_check)
        if holds and not self._remove_data:
            way = f"`{REMOVE_ONLY} --remove-data` removes it with all their versions"
            raise Kept(f"it holds objects; {way}")
        return {"Tags": tags} | ({} if policy is None else {"Policy": policy})

    def delete(self) -> None:
        """Delete every object version that may go, then the bucket.

        Raises:
            AwsCallError: when a call is refused.
        """
        for page in self._bucket.versions():
            # Data that came since `inspect` stays, and S3 keeps a bucket that holds any.
            going = [one for one in page if self._remove_data or _is_permission_check(one)]
            if going:
                self._delete_versions(going)
        with aws_call("s3:DeleteBucket", self._region):
            self._s3.delete_bucket(**self._bucket.own)

    def _added(self, policy: str | None) -> dict[str, Any]:
        try:
            others = [] if policy is None else other_statements(policy, self._statements)
        except PluginError as error:
            raise PluginError(f"Bucket {self._name}: {error}") from error
        return {
            "policy statement": len(others),
            "a lifecycle": self._bucket.lifecycle_rules() is not None,
            "replication": self._bucket.is_replicated(),
            _NOTIFICATIONS: self._bucket.notifies(),
        }

    def _delete_versions(self, versions: list[dict[str, Any]]) -> None:
        named = [{name: one[name] for name in ("Key", "VersionId")} for one in versions]
        with aws_call("s3:DeleteObjectVersion", self._region):
            answer = self._s3.delete_objects(
                **self._bucket.own, Delete={"Objects": named, "Quiet": True}
            )
        for error in answer.get("Errors", []):
            code, message = error.get("Code", "Unknown"), error.get("Message", "no message")
            raise AwsCallError("s3:DeleteObjectVersion", self._region, code, message)


def _is_permission_check(version: dict[str, Any]) -> bool:
    return version["Size"] == 0 and str(version["Key"]).endswith(PERMISSION_CHECK)


class CreatedRole:
    """A role, or an inline policy of one, that was created.

    Args:
        iam: a boto3 ``iam`` client.
        resource: the role or the role policy.
        record_ids: the records that may have created it.
        states: the role's or the policy's, as the records made it.
    """

    def __init__(
        self, iam: Any, resource: Resource, record_ids: set[str], states: list[Any]
    ) -> None:
        self._iam, self._resource = iam, resource
        self._record_ids, self._states = record_ids, states
        self._role, _, self._policy = resource.name.partition("/")

    def inspect(self) -> dict[str, Any] | None:
        """Return its state, or ``None`` where it is gone.

        Raises:
            Kept: when it must stay.
            AwsCallError: when a call is refused.
        """
        try:
            if self._policy:
                with aws_call("iam:GetRolePolicy"):
                    answer = self._iam.get_role_policy(RoleName=self._role, PolicyName=self._policy)
                    document = answer["PolicyDocument"]
                if document not in self._states:
                    raise Kept("someone changed it since")
                return {"PolicyDocument": document}
            with aws_call("iam:GetRole"):
                role = self._iam.get_role(RoleName=self._role)["Role"]
                tags = {tag["Key"]: tag["Value"] for tag in role.get("Tags", [])}
                trust = role["AssumeRolePolicyDocument"]
        except AwsCallError as error:
            if error.code == "NoSuchEntity":
                return None
            raise
        _refuse_foreign(tags, self._record_ids)
        trusts = [one["AssumeRolePolicyDocument"] for one in self._states if one]
        added = {
            "another trust policy": trust not in trusts,
            "a permissions boundary": "PermissionsBoundary" in role,
        }
        _refuse_added("role", added)
        return {"AssumeRolePolicyDocument": trust, "Tags": tags}

    def delete(self) -> None:
        """Delete it.

        Raises:
            AwsCallError: when the call is refused; IAM refuses a role that others gave policies.
        """
        if self._policy:
            with aws_call("iam:DeleteRolePolicy"):
                self._iam.delete_role_policy(RoleName=self._role, PolicyName=self._policy)
            return
        with aws_call("iam:DeleteRole"):
            self._iam.delete_role(RoleName=self._role)


def _refuse_foreign(tags: dict[str, str], record_ids: set[str]) -> None:
    if tags.get(RECORD_TAG) not in record_ids:
        raise Foreign("its tags do not say that a record of this journal created it")


def _refuse_added(kind: str, added: dict[str, Any]) -> None:
    told = [
        name if number is True else f"{number} {name}{'' if number == 1 else 's'}"
        for name, number in added.items()
        if number
    ]
    if told:
        raise Kept(
            f"someone gave it {' and '.join(told)}; undo that first, or delete the {kind} by hand"
        )
