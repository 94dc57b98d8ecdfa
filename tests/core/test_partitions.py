"""China's and GovCloud's partitions: nothing that is read, created or recorded names another."""

import json
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest

from prowler_bedrock.account.access import Access
from prowler_bedrock.backout.removal import Remover
from prowler_bedrock.backout.restorer import Restorer
from prowler_bedrock.destination.judge import judge_destination
from prowler_bedrock.enable.enabler import Enabler
from prowler_bedrock.enable.settings import parse_settings
from prowler_bedrock.logging_configuration.judge import Verdict
from prowler_bedrock.status.read_regions import read_regions
from prowler_bedrock.status.region_status import region_status
from prowler_bedrock.sweep.asff import finding_of
from tests.core.account import ACCOUNT, GROUP, ROLE_NAME, Account

BUCKET = "logs-of-a-partition"


@pytest.fixture(
    params=[("aws-cn", "cn-north-1", ".cn"), ("aws-us-gov", "us-gov-west-1", "")],
    ids=["China", "GovCloud"],
)
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, str]:
    # moto takes its Regions from botocore, which knows no Bedrock in China.
    monkeypatch.setenv("MOTO_ALLOW_NONEXISTENT_REGION", "true")
    return cast("tuple[str, str, str]", request.param)


def test_a_round_trip_stays_in_its_partition(account: Account, place: tuple[str, str, str]) -> None:
    partition, region, suffix = place
    sent: list[str] = []
    hosts: set[str] = set()

    def note(model: Any, params: dict[str, Any], **_: Any) -> Any:
        sent.append(json.dumps({k: v for k, v in params.items() if k != "context"}, default=str))
        hosts.add(params["url"].split("/")[2])
        if not model.name.startswith("Simulate"):
            return None
        # moto has no simulator: what it is asked is what matters here.
        asked = [v for k, v in params["body"].items() if k.startswith("ActionNames.")]
        results = [{"EvalActionName": one, "EvalDecision": "allowed"} for one in asked]
        return SimpleNamespace(status_code=200), {"EvaluationResults": results}

    def relabel(parsed: dict[str, Any], **_: Any) -> None:
        # moto can't tell GovCloud's IAM from that of the commercial partition.
        if "Role" in parsed:
            parsed["Role"]["Arn"] = parsed["Role"]["Arn"].replace("arn:aws:", f"arn:{partition}:")

    def client(service: str, where: str | None) -> Any:
        made = boto3.client(service, region_name=where or region)  # type: ignore[call-overload]
        made.meta.events.register("before-call.*.*", note)
        made.meta.events.register("after-call.iam", relabel)
        return made

    access = Access(ACCOUNT, partition, client)
    services = ["bedrock.amazonaws.com", f"logs.{region}.amazonaws.com{suffix}"]
    allow = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "kms:*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow | {"Resource": "*"}]})
    kms = boto3.client("kms", region_name=region)
    key = kms.create_key(Policy=policy)["KeyMetadata"]["Arn"]
    settings = parse_settings(
        {"Destination": "both", "BucketName": BUCKET, "KmsKeyId": key, "BucketKmsKeyId": key}
    )
    outcome = Enabler(access, settings, account.journal, settle_seconds=30).enable(region)
    assert outcome.result == "changed", outcome.message
    observation = read_regions(access, [region])[region]
    assert region_status(ACCOUNT, region, observation).state == "on"
    verdict = judge_destination(access, region, observation)
    assert verdict is not None
    assert verdict.status == "PASS", verdict
    restored = Restorer(access, account.journal).restore(region)
    assert restored.result == "changed", restored.message
    gone = Remover(access, account.journal, read_regions(access, [region])).remove([region])
    assert {one.result for one in gone} == {"removed"}, gone

    text = "\n".join([*sent, *(one.model_dump_json() for one in account.records(region))])
    for arn in (
        f"iam::{ACCOUNT}:role/{ROLE_NAME}",
        f"bedrock:*:{ACCOUNT}:*",
        f"bedrock:{region}:{ACCOUNT}:*",
        f"logs:*:{ACCOUNT}:log-group:{GROUP}:log-stream:",
        f"s3:::{BUCKET}/AWSLogs/{ACCOUNT}/BedrockModelInvocationLogs/*",
        f"kms:{region}:{ACCOUNT}:key/",
    ):
        assert f"arn:{partition}:{arn}" in text
    assert "arn:aws:" not in text
    assert all(host.endswith(f".amazonaws.com{suffix}") for host in hosts), hosts
    assert {host.split(".")[0] for host in hosts} >= {"bedrock", "iam", "logs", "kms"}


def test_findings_name_the_partition(place: tuple[str, str, str]) -> None:
    partition, region, _ = place
    verdict = Verdict(status="FAIL", status_extended="Off.")
    now = datetime.now(timezone.utc)
    found = finding_of(verdict, partition, region, ACCOUNT, now)
    assert found is not None
    assert found["ProductArn"] == f"arn:{partition}:securityhub:{region}::product/prowler/prowler"
    assert found["Resources"][0]["Partition"] == partition
    assert "arn:aws:" not in json.dumps(found)
