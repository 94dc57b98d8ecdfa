"""The work that enabling one Region takes: surveyed by reads, then applied."""

from __future__ import annotations

from functools import partial
from typing import Any

from prowler_bedrock.account.access import Access
from prowler_bedrock.enable.bucket import Bucket
from prowler_bedrock.enable.bucket_key import refuse_unusable_key
from prowler_bedrock.enable.log_group import LogGroup
from prowler_bedrock.enable.plan import Plan
from prowler_bedrock.enable.replacement import permissions_not_validated, send_once_settled
from prowler_bedrock.enable.role import Role, RoleKeeper
from prowler_bedrock.errors import AwsCallError, PluginError
from prowler_bedrock.journal.change import Change
from prowler_bedrock.journal.journal import Creating, Journal
from prowler_bedrock.journal.record import Operation, Record
from prowler_bedrock.logging_configuration.write import verify


class RegionWork:
    """The plan of one Region.

    Args:
        access: the account.
        region: the Region's name.
        plan: what it shall get.
        roles: the account's roles.
        journal: where records are kept.

    Raises:
        PluginError: when the Region's records can't be read.
    """

    def __init__(
        self, access: Access, region: str, plan: Plan, roles: RoleKeeper, journal: Journal
    ) -> None:
        self._access, self._region, self._plan = access, region, plan
        self._roles, self._journal = roles, journal
        self._earlier_records = journal.records(access.account, region)
        self._log_group: LogGroup | None = None
        if plan.cloud_watch:
            self._log_group = LogGroup(access.client("logs", region), plan.cloud_watch, region)
        self._buckets = {
            one.name: Bucket(
                access.client("s3", region), one, access.account, access.partition, region
            )
            for one in plan.buckets
        }

    def survey(
        self, operation: Operation, earlier: dict[str, Any] | None, *, thorough: bool
    ) -> Record:
        """Return the record of the change, not written yet; reads only.

        Args:
            operation: what the change is.
            earlier: ``loggingConfig`` as it was read; ``None`` means off.
            thorough: True also looks whether the log group exists, which `apply` finds out by
                itself.

        Raises:
            PluginError: when something can't be read or used.
        """
        changes: list[Change] = []
        role: Role | None = None
        cloud_watch = self._plan.cloud_watch
        if cloud_watch and self._log_group:
            if cloud_watch.role_arn:
                role = Role(arn=cloud_watch.role_arn)
            else:
                role, changes = self._roles.survey(
                    str(cloud_watch.role_name), cloud_watch.log_group_name
                )
            look = self._log_group.survey if thorough else self._log_group.creation
            changes = [*changes, *look()]
        for bucket in self._buckets.values():
            changes = [*changes, *bucket.survey(self._earlier_records)]
        self._refuse_unusable_keys(changes)
        return Record(
            account=self._access.account,
            region=self._region,
            operation=operation,
            earlier_configuration=earlier,
            later_configuration=self._plan.logging_config(role.arn if role else None, earlier),
            changes=changes,
        )

    def _refuse_unusable_keys(self, changes: list[Change]) -> None:
        created = {one.resource.name for one in changes if one.resource.kind == "bucket"}
        keys = {one.kms_key_id for one in self._plan.buckets if one.name in created}
        for key in filter(None, keys):
            refuse_unusable_key(self._access, self._region, key)

    def apply(self, record: Record, bedrock: Any, settle_seconds: float) -> list[str]:
        """Make the changes of a record, and verify the configuration.

        Args:
            record: what `survey` returned, written to the journal.
            bedrock: a boto3 ``bedrock`` client of the Region.
            settle_seconds: how long to retry while a young role is not usable yet.

        Returns:
            Sentences worth telling.

        Raises:
            PluginError: when a call is refused or the result is not the intended one.
        """
        creating = partial(self._journal.creating, record)
        role = self._role(record.record_id, creating)
        note = None
        if self._log_group:
            note = self._log_group.apply(record.record_id, self._earlier_records, creating)
        for change in record.changes:
            if change.resource.kind in ("bucket", "bucket-policy"):
                self._buckets[change.resource.name].apply(change, record.record_id, creating)
        # The role may be one that another run made meanwhile, with a path of its own.
        arn = role.arn if role else None
        record.later_configuration = self._plan.logging_config(arn, record.earlier_configuration)
        young_bucket = any(change.resource.kind.startswith("bucket") for change in record.changes)
        self._put(bedrock, record, role, young_bucket, settle_seconds)
        verify(bedrock, self._region, record.later_configuration)
        notes = [note, *(bucket.kept_encryption() for bucket in self._buckets.values())]
        return [note for note in notes if note]

    def _role(self, record_id: str, creating: Creating) -> Role | None:
        cloud_watch = self._plan.cloud_watch
        if cloud_watch is None:
            return None
        if cloud_watch.role_arn:
            return Role(arn=cloud_watch.role_arn)
        return self._roles.apply(
            str(cloud_watch.role_name), cloud_watch.log_group_name, record_id, creating
        )

    def _put(
        self,
        bedrock: Any,
        record: Record,
        role: Role | None,
        young_bucket: bool,
        settle_seconds: float,
    ) -> None:
        young_role = role is not None and role.settling

        def settling(error: AwsCallError) -> bool:
            # What is old does not change by waiting.
            return young_role if "log group" in str(error) else young_bucket or young_role

        try:
            send_once_settled(bedrock, self._journal, record, settling, settle_seconds)
        except AwsCallError as error:
            if not permissions_not_validated(error):
                raise
            if "log group" not in error.message:
                raise PluginError(
                    f"{error} The bucket's policy, Object Ownership and KMS key policy must let "
                    "bedrock.amazonaws.com write."
                ) from error
            if role is None or role.managed:
                raise
            raise PluginError(
                f"{error} The role {role.arn} was not made by prowler-bedrock and is left as it "
                "is: it must trust bedrock.amazonaws.com and allow logs:CreateLogStream and "
                "logs:PutLogEvents on the log group."
            ) from error
