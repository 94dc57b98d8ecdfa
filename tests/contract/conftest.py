"""A check with a fixer beside Prowler's own, attached as the plugin attaches its checks."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.prowler_adapter.attach import SERVICE_PACKAGE

PROBE = "bedrock_contract_probe"
METADATA = Path(__file__).parents[2] / "checks" / "bedrock" / CHECK_ID / f"{CHECK_ID}.metadata.json"
CHECK = f"""
from prowler.lib.check.models import Check, Check_Report_AWS

class {PROBE}(Check):
    def execute(self):
        report = Check_Report_AWS(metadata=self.metadata(), resource={{"state": "off"}})
        report.region, report.status, report.status_extended = "us-east-1", "FAIL", "Off."
        report.resource_id, report.resource_arn = "an-id", "an-arn"
        return [report]
"""
FIXER = """
calls = []

def fixer(region):
    calls.append(region)
    return True
"""


@pytest.fixture
def probe(tmp_path: Path) -> Iterator[Path]:
    """The folder of checks, at the front of the service's search path."""
    folder = tmp_path / "checks" / PROBE
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / f"{PROBE}.py").write_text(CHECK)
    (folder / f"{PROBE}_fixer.py").write_text(FIXER)
    shutil.copy(METADATA, folder / f"{PROBE}.metadata.json")
    metadata = folder / f"{PROBE}.metadata.json"
    metadata.write_text(metadata.read_text(encoding="utf-8").replace(CHECK_ID, PROBE))
    path = importlib.import_module(SERVICE_PACKAGE).__path__
    path.insert(0, str(folder.parent))
    importlib.invalidate_caches()
    yield folder.parent
    path.remove(str(folder.parent))
    for name in [name for name in sys.modules if PROBE in name]:
        del sys.modules[name]
