"""Each data type is delivered, or said not to be; the fixer turns on what is missing."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from prowler_bedrock.enable.data_types import DataTypesEnabler
from prowler_bedrock.logging_configuration.data_types import judge_data_types
from prowler_bedrock.logging_configuration.model import NotOffered, SwitchedOff, Unreadable
from prowler_bedrock.logging_configuration.read import parse_answer
from prowler_bedrock.logging_configuration.write import put
from tests.core.account import ACCOUNT, Account, installed_flags
from tests.core.answers import cause
from tests.core.wire import Wire

REGION = "us-east-1"
ROLE = "arn:aws:iam::123456789012:role/theirs"
KNOWN = [f"{name}DataDeliveryEnabled" for name in ("text", "image", "embedding", "video")]
S3 = {"s3Config": {"bucketName": "theirs"}}


def flags(**values: bool) -> dict[str, bool]:
    return {f"{name}DataDeliveryEnabled": value for name, value in values.items()}


def every_flag() -> dict[str, bool]:
    return dict.fromkeys(installed_flags(), True)


ALL = flags(text=True, image=True, embedding=True, video=True)


def verdict(config: dict[str, Any], known: list[str] = KNOWN) -> Any:
    return judge_data_types(parse_answer({"loggingConfig": config}), REGION, known)


@pytest.mark.parametrize(
    ("config", "status", "sentence"),
    [
        (ALL, "PASS", "delivers text, image, embedding and video data."),
        (ALL | flags(video=False), "FAIL", "does not deliver video data."),
        (
            flags(text=True, image=False, embedding=True, video=False),
            "FAIL",
            "does not deliver image and video data.",
        ),
        (
            flags(text=True, image=True, embedding=True),
            "MANUAL",
            "does not say whether video data is delivered;",
        ),
        (flags(text=False), "FAIL", "whether image, embedding and video data is delivered"),
        ({}, "MANUAL", "whether text, image, embedding and video data is delivered"),
        # A flag that is newer than the installed botocore counts too.
        (ALL | flags(audio=True), "PASS", "video and audio data."),
        (ALL | flags(audio=False), "FAIL", "does not deliver audio data."),
    ],
)
def test_the_verdict_names_the_data_types(
    config: dict[str, Any], status: str, sentence: str
) -> None:
    found = verdict(S3 | config)
    assert found.status == status
    assert sentence in found.status_extended


LOG_GROUP = {"logGroupName": "/theirs", "roleArn": ROLE}
LARGE = {"largeDataDeliveryS3Config": {"bucketName": "large"}}


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"cloudWatchConfig": LOG_GROUP}, True),
        ({"cloudWatchConfig": LOG_GROUP | LARGE}, False),
        ({"cloudWatchConfig": LOG_GROUP} | S3, False),
    ],
)
def test_a_log_group_alone_does_not_get_large_data(config: dict[str, Any], said: bool) -> None:
    found = verdict(config | ALL)
    assert found.status == "PASS"
    assert ("goes to S3 alone, and no bucket is configured." in found.status_extended) is said


def test_both_sentences_are_said() -> None:
    assert verdict(S3 | flags(text=False), KNOWN[:2]).status_extended == (
        "Bedrock Model Invocation Logging does not deliver text data. Bedrock Model Invocation "
        "Logging does not say whether image data is delivered; put the configuration again with "
        "every data type, under Settings in the Bedrock console or with the AWS CLI."
    )


def test_a_newer_api_asks_for_its_own_flag() -> None:
    assert verdict(S3 | ALL, [*KNOWN, "audioDataDeliveryEnabled"]).status == "MANUAL"


@pytest.mark.parametrize(
    "observation", [SwitchedOff(), NotOffered(), parse_answer({"loggingConfig": ALL})]
)
def test_where_nothing_is_delivered_there_is_no_finding(observation: Any) -> None:
    assert judge_data_types(observation, REGION, KNOWN) is None


def test_an_unreadable_region_is_manual() -> None:
    found = judge_data_types(Unreadable(code="AccessDenied", message="No."), REGION, KNOWN)
    assert found is not None
    assert found.status == "MANUAL"
    assert f"could not be read in {REGION}: AccessDenied" in found.status_extended


def enabler(account: Account, **options: bool) -> DataTypesEnabler:
    return DataTypesEnabler(account.access, account.journal, **options)


@pytest.mark.parametrize("earlier", [{}, flags(text=False), flags(text=True, image=False)])
def test_the_fixer_turns_on_what_is_missing_and_keeps_the_rest(
    account: Account, earlier: dict[str, bool]
) -> None:
    account.put(S3 | earlier)
    outcome = enabler(account).enable(REGION)
    assert outcome.result == "changed"
    assert account.configuration() == S3 | every_flag()
    assert len(account.calls) == 4, "read, read again right before, put, read back"
    assert enabler(account).enable(REGION).result == "unchanged"
    assert account.restorer().restore(REGION).result == "changed"
    assert account.configuration() == S3 | earlier


def test_the_record_stands_before_the_change(account: Account) -> None:
    account.put(S3 | flags(text=False))
    seen: list[Any] = []
    account.before["PutModelInvocationLoggingConfiguration"] = lambda: seen.extend(
        account.records()
    )
    enabler(account).enable(REGION)
    (record,) = seen
    assert (record.operation, record.sent, record.result) == ("data-types", True, None)
    assert record.earlier_configuration == S3 | flags(text=False)


def test_a_dry_run_changes_nothing(account: Account) -> None:
    account.put(S3 | flags(text=False))
    outcome = enabler(account, dry_run=True).enable(REGION)
    assert outcome.result == "planned"
    assert '+  "videoDataDeliveryEnabled": true' in outcome.diffs
    assert account.writes() == []
    assert account.records() == []


def test_a_region_without_destination_is_refused(account: Account) -> None:
    outcome = enabler(account).enable(REGION)
    assert outcome.result == "failed"
    assert "turn it on first. Nothing was changed." in outcome.message


def test_a_denied_put_is_named_and_recorded(account: Account) -> None:
    account.put(S3 | flags(text=False))
    account.faults["PutModelInvocationLoggingConfiguration"] = [("AccessDeniedException", "No.")]
    outcome = enabler(account).enable(REGION)
    assert outcome.result == "failed"
    assert cause(outcome.message) == (
        f"bedrock:PutModelInvocationLoggingConfiguration failed in {REGION}: "
        "AccessDeniedException: No; allow bedrock:PutModelInvocationLoggingConfiguration to this "
        "principal."
    )
    (record,) = account.records()
    assert (record.result, record.message) == ("failed", outcome.message)


def test_a_done_change_is_recorded_as_the_user_saw_it(account: Account) -> None:
    account.put(S3 | flags(text=False))
    outcome = enabler(account).enable(REGION)
    (record,) = account.records()
    assert (record.result, record.message) == ("succeeded", outcome.message)
    assert outcome.message.endswith(
        f"; read back and verified. Record: {account.journal.location(record)}"
    )
    assert outcome.changes == record.all_changes


def test_what_someone_puts_right_after_is_not_called_verified(account: Account) -> None:
    account.put(S3 | flags(text=False))
    theirs = {"s3Config": {"bucketName": "attacker"}} | every_flag() | flags(text=False)

    def put() -> None:
        account.before["GetModelInvocationLoggingConfiguration"] = lambda: account.put(theirs)

    account.before["PutModelInvocationLoggingConfiguration"] = put
    outcome = enabler(account).enable(REGION)
    assert outcome.result == "failed"
    assert cause(outcome.message) == (
        f"The configuration read back from {REGION} is not the one that was sent (s3Config, "
        "textDataDeliveryEnabled differ); someone else may have changed it: scan again."
    )
    assert account.records()[0].message == outcome.message


GET = "GetModelInvocationLoggingConfiguration"


def before_the_second_read(account: Account, act: Callable[[], None]) -> None:
    """Between the reading that a change is planned on and the one right before its put."""
    account.before[GET] = lambda: account.before.update({GET: act})


@pytest.mark.parametrize(
    ("theirs", "differing"),
    [
        (
            {"cloudWatchConfig": {"logGroupName": "x", "roleArn": ROLE}},
            "cloudWatchConfig, s3Config, textDataDeliveryEnabled",
        ),
        (S3 | flags(text=False, image=False), "its flags"),
    ],
)
def test_what_someone_puts_meanwhile_stays(account: Account, theirs: Any, differing: str) -> None:
    account.put(S3 | flags(text=False))
    before_the_second_read(account, lambda: account.put(theirs))
    outcome = enabler(account).enable(REGION)
    assert outcome.result == "failed"
    assert cause(outcome.message) == (
        f"Someone changed the configuration of {REGION} while this change was prepared "
        f"({differing}): it stays as they left it. Run again."
    )
    assert account.configuration() == theirs
    assert account.writes() == []
    assert not account.records()[0].sent


def test_what_another_run_has_put_meanwhile_is_not_put_again(account: Account) -> None:
    account.put(S3 | flags(text=False))
    before_the_second_read(account, lambda: account.put(S3 | every_flag()))
    assert enabler(account).enable(REGION).result == "changed"
    assert account.writes() == []
    assert not account.records()[0].sent


def test_what_cannot_be_read_again_is_not_changed(account: Account) -> None:
    account.put(S3 | flags(text=False))
    denied = [("AccessDenied", "No.")]
    before_the_second_read(account, lambda: account.faults.update({GET: denied}))
    outcome = enabler(account).enable(REGION)
    assert outcome.result == "failed"
    assert f"could not be read in {REGION}: AccessDenied" in outcome.message
    assert account.writes() == []


def test_what_cannot_be_read_back_is_not_called_verified(account: Account) -> None:
    account.put(S3 | flags(text=False))
    account.before["PutModelInvocationLoggingConfiguration"] = lambda: account.faults.update(
        {GET: [("AccessDenied", "No.")]}
    )
    assert cause(enabler(account).enable(REGION).message) == (
        f"The configuration was sent to {REGION} but could not be read back: "
        f"bedrock:{GET}: AccessDenied (No); scan again."
    )


def test_where_bedrock_is_not_offered_nothing_is_changed(account: Account) -> None:
    account.faults[GET] = [("UnknownOperationException", "")]
    outcome = enabler(account).enable(REGION)
    assert outcome.message == f"Bedrock is not offered in {REGION}. Nothing was changed."
    assert account.writes() == []


def test_what_is_empty_in_the_answer_is_not_sent_back() -> None:
    bedrock = boto3.client("bedrock", region_name=REGION)
    large = {"largeDataDeliveryS3Config": {"bucketName": "", "keyPrefix": ""}}
    group = {"logGroupName": "/aws/bedrock", "roleArn": f"arn:aws:iam::{ACCOUNT}:role/r"}
    sent: list[Any] = []
    Wire(bedrock, lambda request: sent.append(json.loads(request.body)) or b"{}")
    put(bedrock, REGION, {"cloudWatchConfig": group | large, "s3Config": {}, **flags(text=False)})
    assert sent == [{"loggingConfig": {"cloudWatchConfig": group, **flags(text=False)}}]
