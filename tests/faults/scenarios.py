"""The changes whose every call is struck."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from prowler_bedrock.destination.repairer import DestinationRepairer
from prowler_bedrock.enable.data_types import DataTypesEnabler
from prowler_bedrock.enable.enabler import Enabler
from prowler_bedrock.enable.outcome import Outcome
from prowler_bedrock.enable.settings import ChangeSettings, parse_settings
from prowler_bedrock.expected_destination.restorer import ExpectedRestorer
from prowler_bedrock.expected_destination.settings import ExpectedSettings
from prowler_bedrock.retention.raiser import RetentionRaiser
from prowler_bedrock.retention.settings import RetentionSettings
from tests.core.account import ACCOUNT, GROUP, ROLE_NAME
from tests.faults.stage import Run, Stage, removal_as_outcome
from tests.faults.wire import REGION

BUCKET = "bedrock-logs"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/theirs"
CLOUDWATCH: dict[str, Any] = {"cloudWatchConfig": {"logGroupName": "/theirs", "roleArn": ROLE}}
ATTACKER: dict[str, Any] = {"s3Config": {"bucketName": "attacker"}, "textDataDeliveryEnabled": True}
S3 = {"Destination": "s3", "BucketName": BUCKET}
BOTH = {"Destination": "both", "BucketName": BUCKET}


def nothing(_: Stage) -> None:
    pass


class Scenario(NamedTuple):
    """A change, and what stands before it.

    Attributes:
        change: the change, by new objects.
        theirs: what others made before; a backout leaves exactly this.
        ours: what the plugin did before, and what happened to it.
        force: whether backing out needs it.
    """

    change: Run
    theirs: Callable[[Stage], Any] = nothing
    ours: Callable[[Stage], Any] = nothing
    force: bool = False


def enable(redirect: bool = False, **settings: Any) -> Run:
    def change(stage: Stage) -> Outcome:
        enabler = Enabler(stage.access, parse_settings(settings), stage.journal, settle_seconds=0)
        return enabler.enable(REGION, redirect=redirect)

    return change


def deliver_data_types(stage: Stage) -> Outcome:
    return DataTypesEnabler(stage.access, stage.journal).enable(REGION)


def raise_retention(stage: Stage) -> Outcome:
    settings = RetentionSettings()
    return RetentionRaiser(stage.access, settings, stage.journal).raise_retention(REGION)


def repair(stage: Stage) -> Outcome:
    repairer = DestinationRepairer(stage.access, ChangeSettings(), stage.journal, settle_seconds=0)
    return repairer.repair(REGION)


def restore_expected(**settings: Any) -> Run:
    def change(stage: Stage) -> Outcome:
        directory = {"JournalDirectory": stage.journal.place}
        parsed = ExpectedSettings.model_validate(directory | settings)
        return ExpectedRestorer(stage.access, parsed, stage.journal).restore(REGION)

    return change


def off_with_leftovers(stage: Stage) -> None:
    stage.put({"imageDataDeliveryEnabled": False})


def short_retention(stage: Stage) -> None:
    logs = stage.client("logs")
    logs.put_retention_policy(logGroupName="/theirs", retentionInDays=30)
    stage.put(CLOUDWATCH)


def their_bucket(stage: Stage) -> None:
    s3 = stage.client("s3")
    s3.create_bucket(Bucket=BUCKET, ObjectOwnership="BucketOwnerEnforced")
    deny = '{ "Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:Get*", '
    s3.put_bucket_policy(Bucket=BUCKET, Policy=deny + f'"Resource": "arn:aws:s3:::{BUCKET}/x"}} }}')


def broken_after_enabling(stage: Stage) -> None:
    assert enable()(stage).passing
    iam = stage.client("iam")
    for name in iam.list_role_policies(RoleName=ROLE_NAME)["PolicyNames"]:
        iam.delete_role_policy(RoleName=ROLE_NAME, PolicyName=name)
    iam.delete_role(RoleName=ROLE_NAME)
    stage.client("logs").delete_log_group(logGroupName=GROUP)


def redirected_after_enabling(stage: Stage) -> None:
    assert enable()(stage).passing
    stage.put(ATTACKER)


def enabled_in_their_bucket(stage: Stage) -> None:
    assert enable(**BOTH)(stage).passing


def retention_raised(stage: Stage) -> None:
    assert raise_retention(stage).passing


def enabled_and_restored(stage: Stage) -> None:
    assert enable(**BOTH)(stage).passing
    assert stage.restore().passing


FIXES: dict[str, Scenario] = {
    "enable cloudwatch": Scenario(enable(), theirs=off_with_leftovers),
    "enable s3": Scenario(enable(**S3)),
    "enable both, to their bucket": Scenario(enable(**BOTH), theirs=their_bucket),
    "redirect": Scenario(
        enable(redirect=True, LogGroupName="/theirs", RoleArn=ROLE),
        theirs=lambda stage: stage.put(ATTACKER),
    ),
    "data types": Scenario(
        deliver_data_types,
        theirs=lambda stage: stage.put({**CLOUDWATCH, "imageDataDeliveryEnabled": False}),
    ),
    "retention": Scenario(raise_retention, theirs=short_retention),
    "repair": Scenario(repair, ours=broken_after_enabling, force=True),
    "expected by the journal": Scenario(
        restore_expected(), ours=redirected_after_enabling, force=True
    ),
    "expected by the settings": Scenario(
        restore_expected(LogGroupName=GROUP), theirs=lambda stage: stage.put(ATTACKER)
    ),
}
BACKOUTS: dict[str, Scenario] = {
    "restore": Scenario(Stage.restore, theirs=their_bucket, ours=enabled_in_their_bucket),
    "restore retention": Scenario(Stage.restore, theirs=short_retention, ours=retention_raised),
    "remove": Scenario(removal_as_outcome, ours=enabled_and_restored),
}
