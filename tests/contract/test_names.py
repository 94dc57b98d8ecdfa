"""The names that the plugin imports from Prowler; this file itself imports none."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def imported_names() -> list[tuple[str, str, str]]:
    """Each name that the plugin imports from Prowler: our file, Prowler's module, the name."""
    found = []
    for folder in ("prowler_bedrock", "checks", "metadata"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                module = node.module if isinstance(node, ast.ImportFrom) else None
                if module and module.split(".")[0] == "prowler":
                    found += [(str(file.relative_to(ROOT)), module, one.name) for one in node.names]
    return found


def test_every_imported_name_exists() -> None:
    names = imported_names()
    assert len(names) >= 5, "this test looks in the wrong place"
    for file, module, name in names:
        try:
            found = hasattr(importlib.import_module(module), name)
        except ImportError:
            found = False
        assert found, f"{module.replace('.', '/')}.py lacks {name}, which {file} imports."
