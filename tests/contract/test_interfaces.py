"""The interfaces of Prowler that checks, findings and fixers use, one test each."""

from __future__ import annotations

import importlib
import inspect
import logging
from pathlib import Path
from unittest.mock import MagicMock

import boto3
import pytest
from botocore.config import Config
from prowler.config import config
from prowler.lib.check.models import Check_Report_AWS, Severity
from prowler.lib.logger import logger
from prowler.providers.aws.aws_provider import AwsProvider
from prowler.providers.aws.lib.service.service import AWSService
from prowler.providers.common.provider import Provider

from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.logging_configuration.resource import RESOURCE_ID
from tests.contract.conftest import METADATA


def test_the_service_class() -> None:
    provider = MagicMock()
    service = AWSService("bedrock", provider, global_service=True, region="eu-west-1")
    expected = {
        "audited_account": provider.identity.account,
        "audited_partition": provider.identity.partition,
        "fixer_config": provider.fixer_config,
        "session": provider.session.current_session,
        "region": "eu-west-1",
    }
    for name, value in expected.items():
        assert getattr(service, name, None) is value, (
            "AWSService(service, provider, global_service, region) in "
            f"prowler/providers/aws/lib/service/service.py does not set {name} as before."
        )
    provider.session.current_session.client.side_effect = ValueError
    refused = object.__new__(AWSService)
    with pytest.raises(ValueError):
        refused.__init__("bedrock", provider, global_service=True, region="eu-west-1")
    assert expected.keys() - {"region"} <= vars(refused).keys(), (
        "AWSService in prowler/providers/aws/lib/service/service.py makes a client before it sets "
        "the rest: where botocore refuses that, the check would be silent."
    )
    assert not provider.generate_regional_clients.called, (
        "AWSService in prowler/providers/aws/lib/service/service.py builds a client for each "
        "Region of a global service too: the check would be slower."
    )


def test_the_enabled_regions_are_where_they_were() -> None:
    assert "self._enabled_regions =" in inspect.getsource(AwsProvider), (
        "AwsProvider in prowler/providers/aws/aws_provider.py has no _enabled_regions: the check "
        "would call Regions that the account has not enabled."
    )


def test_excluded_regions_are_where_they_were() -> None:
    source = inspect.getsource(AwsProvider)
    assert "self._excluded_regions =" in source or "excluded_regions" not in source, (
        "AwsProvider in prowler/providers/aws/aws_provider.py keeps excluded Regions elsewhere: "
        "the check would read them."
    )


def test_the_default_settings_of_clients() -> None:
    session = boto3.Session()._session
    session.set_default_client_config(Config(read_timeout=7))
    assert session.get_default_client_config().read_timeout == 7
    client = boto3.Session(botocore_session=session).client("bedrock", region_name="us-east-1")
    assert client.meta.config.read_timeout == 7, (
        "boto3's sessions don't hand the default settings of botocore's session to their clients: "
        "Regions that hang would hold up a scan for minutes."
    )


def test_the_running_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = MagicMock()
    monkeypatch.setattr(Provider, "_global", None)
    Provider.set_global_provider(provider)
    assert Provider.get_global_provider() is provider, (
        "Provider.get_global_provider in prowler/providers/common/provider.py does not return the "
        "running provider."
    )


def test_a_finding_is_made_from_a_mapping() -> None:
    resource = {"state": "off"}
    report = Check_Report_AWS(metadata=METADATA.read_text(encoding="utf-8"), resource=resource)
    assert report.resource == resource, (
        "Check_Report_AWS in prowler/lib/check/models.py does not take a dict as its resource."
    )
    assert report.check_metadata.CheckID == CHECK_ID, (
        "Check_Report_AWS in prowler/lib/check/models.py does not take the metadata as JSON text."
    )
    for name in ("status", "status_extended", "region", "resource_id", "resource_arn"):
        assert hasattr(report, name), (
            f"Check_Report_AWS in prowler/lib/check/models.py has no {name}."
        )


def test_severities_are_in_order() -> None:
    assert [one.value for one in Severity] == [
        "critical", "high", "medium", "low", "informational",
    ], (
        "Severity in prowler/lib/check/models.py is not in the order from critical to "
        "informational, by which report.py lowers a severity."
    )  # fmt: skip


def test_fixer_settings_keep_unknown_keys(tmp_path: Path) -> None:
    file = tmp_path / "fixer.yaml"
    file.write_text(f"aws:\n  {CHECK_ID}:\n    DryRun: true\n")
    assert config.load_and_validate_fixer_config_file("aws", str(file)) == {
        CHECK_ID: {"DryRun": True}
    }, (
        "load_and_validate_fixer_config_file in prowler/config/config.py does not hand on keys "
        "that Prowler does not know, so our settings are lost."
    )


def test_the_log_is_the_root_logger() -> None:
    assert logger is logging.getLogger(), (
        "logger in prowler/lib/logger.py is not the root logger, on which announce.py says which "
        "check is in charge."
    )


def test_the_builtin_reports_under_our_resource_id() -> None:
    package = "prowler.providers.aws.services.bedrock"
    folder = Path(inspect.getfile(importlib.import_module(f"{package}.bedrock_service"))).parent
    source = (folder / CHECK_ID / f"{CHECK_ID}.py").read_text(encoding="utf-8")
    assert f'report.resource_id = "{RESOURCE_ID}"' in source, (
        f"prowler/providers/aws/services/bedrock/{CHECK_ID} has another resource id than ours, so "
        "findings in Security Hub would double."
    )
