"""Print what the sweep's findings take from the installed Prowler: ``make asff``."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from prowler.config.config import prowler_version
from prowler.lib.check.compliance import update_checks_metadata_with_compliance
from prowler.lib.check.compliance_models import load_compliance_framework
from prowler.lib.outputs.asff.asff import ASFF
from prowler.lib.outputs.compliance.compliance_check import get_check_compliance

from prowler_bedrock.check_id import CHECK_ID

# Prowler's own frameworks, then the one that the plugin adds.
_FRAMEWORKS = (("prowler.compliance", "aws"), ("prowler_bedrock.metadata.compliance", ""))


def asff_data() -> dict[str, Any]:
    """Return version, standards and requirements of the check's findings, by Prowler's functions.

    Prowler takes frameworks in the order of its file system; here they are in that of their names.
    """
    frameworks = {
        path.stem: load_compliance_framework(str(path))
        for package, folder in _FRAMEWORKS
        for path in sorted((Path(importlib.import_module(package).__path__[0]) / folder).iterdir())
        # Validating all of them takes seconds.
        if path.suffix == ".json" and CHECK_ID in path.read_text(encoding="utf-8")
    }
    metadata = update_checks_metadata_with_compliance(frameworks, {CHECK_ID: SimpleNamespace()})
    finding = SimpleNamespace(check_metadata=SimpleNamespace(CheckID=CHECK_ID))
    compliance = get_check_compliance(finding, "aws", metadata)
    standards, requirements = ASFF.format_compliance(compliance)
    return {
        "provider_version": prowler_version,
        "associated_standards": [one["StandardsId"] for one in standards],
        "related_requirements": requirements,
    }


if __name__ == "__main__":
    print(json.dumps(asff_data(), indent=2))
