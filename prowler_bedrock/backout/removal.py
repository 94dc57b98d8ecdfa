"""Remove what the journal says was created, once nothing uses it any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from prowler_bedrock.account.access import Access
from prowler_bedrock.backout.bucket_policies import our_statements
from prowler_bedrock.backout.created import (
    REMOVE_ONLY,
    CreatedBucket,
    CreatedLogGroup,
    CreatedRole,
    Foreign,
    Kept,
)
from prowler_bedrock.enable.role import trust_policy
from prowler_bedrock.errors import PluginError
from prowler_bedrock.journal.change import Change, Resource
from prowler_bedrock.journal.journal import Journal
from prowler_bedrock.journal.record import Record, begun_last
from prowler_bedrock.logging_configuration.model import (
    NotOffered,
    Observation,
    Unreadable,
    shape_of,
)
from prowler_bedrock.status.read_regions import read_regions

# A policy goes before its role, which IAM deletes only without policies.
_GLOBAL = ("role", "role-policy")
_ORDER = ("log-group", "bucket", "role-policy", "role")


class Removed(BaseModel):
    """What became of one thing that was created.

    Attributes:
        resource: what it is.
        region: the Region of the record that created it.
        result: ``removed``, ``planned`` (in a dry run), ``kept``, ``failed``, ``gone`` (before) or
            ``foreign`` (a record tried to create it, but it stood already).
        message: the sentence for the user.
    """

    resource: Resource
    region: str
    result: str
    message: str


class Remover:
    """Removes what one account's journal says was created.

    Args:
        access: the account.
        journal: where records are kept.
        observations: Region to what was read there after the backout, for every Region in which
            the account could use what was created.
        remove_data: True also removes log groups and buckets that hold data.
        force: True takes Regions that could not be read for ones that use nothing.
        dry_run: True changes nothing.
    """

    def __init__(
        self,
        access: Access,
        journal: Journal,
        observations: Mapping[str, Observation],
        *,
        remove_data: bool = False,
        force: bool = False,
        dry_run: bool = False,
    ) -> None:
        self._access, self._journal, self._observations = access, journal, dict(observations)
        self._remove_data, self._force, self._dry_run = remove_data, force, dry_run
        self._records: list[Record] = []

    def remove(self, regions: Iterable[str]) -> list[Removed]:
        """Remove what records of the Regions created there, and the roles that nothing uses.

        Args:
            regions: the Regions' names.

        Returns:
            What became of each thing, in the order in which it was tried.

        Raises:
            PluginError: when the journal can't be read.
        """
        chosen = set(regions)
        # A role is the account's; a log group of the same name may stand in each Region.
        found: dict[tuple[Resource, str | None], list[Record]] = {}
        self._records = self._journal.account_records(self._access.account)
        for record in self._records:
            for resource in record.attempted:
                global_ = resource.kind in _GLOBAL
                if resource.kind in _ORDER and (global_ or record.region in chosen):
                    key = (resource, None if global_ else record.region)
                    found.setdefault(key, []).append(record)
        order = sorted(found, key=lambda key: _ORDER.index(key[0].kind))
        return [self._remove(key[0], found[key]) for key in order]

    def _remove(self, resource: Resource, records: list[Record]) -> Removed:
        region = records[-1].region
        place = "" if resource.kind in _GLOBAL else f" in {region}"
        name = f"{resource.kind} {resource.name}{place}"
        try:
            result, why = self._try(resource, records, region)
        except PluginError as error:
            return Removed(resource=resource, region=region, result="failed", message=str(error))
        message = {
            "removed": f"Removed {name}.{why}",
            "gone": f"There is no {name} any more.",
            "planned": f"Dry run: {name} would be removed.",
            "foreign": f"The {name} stood already.",
            "kept": f"Kept {name}: {why}.",
        }[result]
        return Removed(resource=resource, region=region, result=result, message=message)

    def _try(self, resource: Resource, records: list[Record], region: str) -> tuple[str, str]:
        created = self._created(resource, records, region)
        try:
            state = created.inspect()
            if state is None:
                return "gone", ""
            in_use = self._in_use(resource, region)
        except Foreign as reason:
            completed = any(resource in record.created for record in records)
            return ("kept" if completed else "foreign"), str(reason)
        except Kept as reason:
            # Nobody is to take away what a log group or bucket in use was given.
            return "kept", self._in_use(resource, region) or str(reason)
        if in_use:
            return "kept", in_use
        if self._dry_run:
            return "planned", ""
        # Someone may have configured a Region with it while other things were removed.
        regions = self._observations if resource.kind in _GLOBAL else [region]
        self._observations |= read_regions(self._access, regions)
        if in_use := self._in_use(resource, region):
            return "kept", in_use
        configuration = shape_of(self._observations[region])
        record = Record(
            account=self._access.account,
            region=region,
            operation="remove",
            earlier_configuration=configuration,
            later_configuration=configuration,
            changes=[Change(resource=resource, earlier=state, later=None)],
        )
        self._journal.begin(record)
        self._journal.attempt(record, resource)
        with self._journal.failing(record):
            created.delete()
        told = f"Removed {resource.kind} {resource.name}."
        return "removed", self._journal.end(record, "succeeded", told)

    def _created(
        self, resource: Resource, records: list[Record], region: str
    ) -> CreatedLogGroup | CreatedBucket | CreatedRole:
        ids = {record.record_id for record in records}
        if resource.kind == "log-group":
            logs = self._access.client("logs", region)
            return CreatedLogGroup(logs, resource.name, region, ids, self._remove_data)
        if resource.kind == "bucket":
            return CreatedBucket(
                self._access.client("s3", region),
                resource.name,
                self._access.account,
                region,
                ids,
                our_statements(self._records, resource.name),
                begun=bool(begun_last(records, resource)),
                remove_data=self._remove_data,
            )
        states = [
            change.later
            for record in records
            for change in record.changes
            if change.resource == resource
        ]
        if resource.kind == "role":
            # A record that found it gone since its survey holds no change of it.
            trust = trust_policy(self._access.account, self._access.partition)
            states.append({"AssumeRolePolicyDocument": trust})
        return CreatedRole(self._access.client("iam", None), resource, ids, states)

    def _in_use(self, resource: Resource, region: str) -> str | None:
        everywhere = resource.kind in _GLOBAL
        if region not in self._observations:
            return f"{region} was not read, so it may be in use there"
        for name, observation in self._observations.items():
            if not everywhere and name != region:
                continue
            if isinstance(observation, NotOffered):
                continue
            if isinstance(observation, Unreadable) and not self._force:
                return (
                    f"{name} could not be read ({observation.code}), so it may be in use there; "
                    f"`{REMOVE_ONLY} --force` removes it all the same"
                )
            if uses(shape_of(observation) or {}, resource):
                used = "its role" if resource.kind == "role-policy" else "it"
                return f"the logging configuration of {name} uses {used}"
        return None


def uses(config: dict[str, Any], resource: Resource) -> bool:
    """Say whether a logging configuration needs a resource.

    Args:
        config: ``loggingConfig``; empty where logging is off.
        resource: a log group, a bucket or its policy, or a role or its policy.
    """
    cloud_watch = config.get("cloudWatchConfig") or {}
    if resource.kind == "log-group":
        return bool(cloud_watch.get("logGroupName") == resource.name)
    if resource.kind in _GLOBAL:
        role = resource.name.split("/")[0]
        # The ARN names the role's path too; a name is an account's only one of that name.
        return str(cloud_watch.get("roleArn", "")).rsplit("/", 1)[-1] == role
    buckets = (config.get("s3Config"), cloud_watch.get("largeDataDeliveryS3Config"))
    return any((one or {}).get("bucketName") == resource.name for one in buckets)
