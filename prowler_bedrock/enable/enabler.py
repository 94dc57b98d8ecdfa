"""Turn logging on in the Regions of one account, one journal record each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from pydantic import BaseModel
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from prowler_bedrock.enable.journal import CreatedResource, Journal, Record
from prowler_bedrock.enable.log_group import ensure_log_group
from prowler_bedrock.enable.plan import PUT_OPERATION, Plan, settle_plan
from prowler_bedrock.enable.role import Role, RoleKeeper
from prowler_bedrock.enable.settings import EnableSettings
from prowler_bedrock.errors import AwsCallError, PluginError, aws_call
from prowler_bedrock.logging_configuration.judge import judge
from prowler_bedrock.logging_configuration.model import (
    Configured,
    Observation,
    Unreadable,
)
from prowler_bedrock.logging_configuration.read import GET_ACTION, read_logging_configuration

PUT_ACTION = f"bedrock:{PUT_OPERATION}"
SETTLE_SECONDS = 120.0

ClientFactory = Callable[[str, str | None], Any]


class Outcome(BaseModel):
    """How enabling a Region ended.

    Attributes:
        result: ``enabled`` when it was changed and verified, ``unchanged`` when it already
            passed, ``failed`` otherwise.
        message: one or more sentences for the user.
    """

    result: Literal["enabled", "unchanged", "failed"]
    message: str

    @property
    def passing(self) -> bool:
        """True when the Region was read and passes now."""
        return self.result != "failed"


class Enabler:
    """Enables logging in the Regions of one account.

    Args:
        client: gives a boto3 client for a service name and a Region (``None`` for global ones).
        account: the 12-digit account id.
        partition: the AWS partition.
        settings: the user's settings.
        journal: where records are kept.
        settle_seconds: how long to retry while a young role is not usable yet.
    """

    def __init__(
        self,
        client: ClientFactory,
        account: str,
        partition: str,
        settings: EnableSettings,
        journal: Journal,
        settle_seconds: float = SETTLE_SECONDS,
    ) -> None:
        self._client, self._account, self._partition = client, account, partition
        self._settings, self._journal = settings, journal
        self._settle_seconds = settle_seconds
        self._roles = RoleKeeper(client("iam", None), account, partition)

    def enable(self, region: str) -> Outcome:
        """Enable logging in a Region unless it already passes, and verify by reading back.

        Args:
            region: the Region's name.

        Returns:
            The outcome; whatever went wrong is in it, nothing is raised for it.
        """
        try:
            return self._enable(region)
        except PluginError as error:
            return Outcome(result="failed", message=str(error))

    def _enable(self, region: str) -> Outcome:
        bedrock = self._client("bedrock", region)
        observation = read_logging_configuration(bedrock)
        verdict = judge(observation, region)
        if verdict is None:
            raise PluginError(f"Bedrock is not offered in {region}; nothing was changed.")
        if isinstance(observation, Unreadable):
            raise PluginError(f"{verdict.status_extended} Nothing was changed.")
        if verdict.status == "PASS":
            return Outcome(
                result="unchanged", message=f"{verdict.status_extended} Nothing was changed."
            )
        plan = settle_plan(
            self._settings,
            account=self._account,
            partition=self._partition,
            region=region,
            bedrock=bedrock,
        )
        begun_before = self._begun_before(region, plan)
        record = Record(
            account=self._account,
            region=region,
            earlier_configuration=_shape(observation),
            plan=plan,
        )
        self._journal.write(record)
        try:
            notes = self._change(region, bedrock, record, begun_before)
        except PluginError as error:
            self._end(record, "failed", str(error))
            raise
        message = " ".join(
            [
                f"Model invocation logging is on in {region}, to CloudWatch log group "
                f"{plan.log_group_name}; read back and verified.",
                *notes,
                f"Record: {self._journal.path(record)}",
            ]
        )
        self._end(record, "enabled", message)
        return Outcome(result="enabled", message=message)

    def _change(self, region: str, bedrock: Any, record: Record, begun_before: bool) -> list[str]:
        plan = record.plan
        creating = partial(self._journal.creating, record)
        if plan.role_arn:
            role = Role(arn=plan.role_arn)
        else:
            role = self._roles.ensure(
                str(plan.role_name), plan.log_group_name, record.record_id, creating
            )
        note = ensure_log_group(
            self._client("logs", region),
            plan,
            region,
            record.record_id,
            begun_before=begun_before,
            creating=creating,
        )
        config = plan.logging_config(role.arn, record.earlier_configuration)
        record.put_configuration = config
        self._journal.write(record)
        self._put(bedrock, region, config, role)
        self._verify(bedrock, region, config)
        return [note] if note else []

    def _put(self, bedrock: Any, region: str, config: dict[str, Any], role: Role) -> None:
        retrying = Retrying(
            retry=retry_if_exception(_permissions_not_validated),
            stop=stop_after_delay(self._settle_seconds if role.settling else 0),
            wait=wait_random_exponential(multiplier=0.5, max=8),
            reraise=True,
        )
        try:
            for attempt in retrying:
                with attempt, aws_call(PUT_ACTION, region):
                    bedrock.put_model_invocation_logging_configuration(loggingConfig=config)
        except AwsCallError as error:
            if not _permissions_not_validated(error) or role.managed:
                raise
            raise PluginError(
                f"{error} The role {role.arn} was not made by prowler-bedrock and is left as it "
                "is: it must trust bedrock.amazonaws.com and allow logs:CreateLogStream and "
                "logs:PutLogEvents on the log group."
            ) from error

    def _verify(self, bedrock: Any, region: str, config: dict[str, Any]) -> None:
        read = read_logging_configuration(bedrock)
        if isinstance(read, Unreadable):
            raise PluginError(
                f"The configuration was sent to {region} but could not be read back: "
                f"{GET_ACTION}: {read.code} ({read.message.rstrip('.')}); scan again."
            )
        shape = _shape(read) or {}
        differing = sorted(key for key, value in config.items() if shape.get(key) != value)
        if differing:
            raise PluginError(
                f"The configuration read back from {region} is not the one that was sent "
                f"({', '.join(differing)} differ); someone else may have changed it: scan again."
            )

    def _begun_before(self, region: str, plan: Plan) -> bool:
        group = CreatedResource(kind="log-group", name=plan.log_group_name)
        return any(
            record.result != "enabled" and group in record.attempted
            for record in self._journal.records(self._account, region)
        )

    def _end(self, record: Record, result: Literal["enabled", "failed"], message: str) -> None:
        record.result, record.message = result, message
        self._journal.write(record)


def _shape(observation: Observation) -> dict[str, Any] | None:
    return observation.configuration.api_shape() if isinstance(observation, Configured) else None


def _permissions_not_validated(error: BaseException) -> bool:
    # The API's only sign that a role is not usable (yet) is the text of a ValidationException.
    return (
        isinstance(error, AwsCallError)
        and error.code == "ValidationException"
        and "failed to validate permissions" in error.message.lower()
    )
