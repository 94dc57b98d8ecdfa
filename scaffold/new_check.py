"""A new check: which files it has, and which lines register it."""

from __future__ import annotations

import re
from keyword import iskeyword
from pathlib import Path
from string import Template

TEMPLATES = Path(__file__).parent / "templates"
PREFIXES = ("bedrock_model_invocation_logging_", "bedrock_")
# The line of setup.cfg before which a line is put, and that line.
SETUP_LINES = (
    ("    prowler_bedrock.prowler_adapter\n", "    prowler_bedrock.$topic\n"),
    ("    prowler_bedrock.metadata\n", "    prowler_bedrock.checks.bedrock.$name\n"),
    (
        "prowler_bedrock.metadata.compliance = *.json\n",
        "prowler_bedrock.checks.bedrock.$name = *.metadata.json\n",
    ),
)


class ScaffoldError(Exception):
    """The check can't be written; the text says why in one sentence."""


class NewCheck:
    """A check that does not exist yet.

    Args:
        name: its CheckID.
        root: the root of the source tree.

    Attributes:
        topic: name of its folder in the core.

    Raises:
        ScaffoldError: when the name can't be a CheckID, or its topic no package.
    """

    def __init__(self, name: str, root: Path) -> None:
        if not re.fullmatch(r"bedrock(_[a-z0-9]+)+", name):
            raise ScaffoldError(
                f"{name!r} can't be a CheckID: it is bedrock_ and lower-case words joined by "
                "underscores, since Prowler finds the service by the first word."
            )
        self.name = name
        self.topic = next(
            name.removeprefix(prefix) for prefix in PREFIXES if name.startswith(prefix)
        )
        if not self.topic.isidentifier() or iskeyword(self.topic):
            raise ScaffoldError(
                f"{name!r} can't be a CheckID here: its topic {self.topic!r} names a package of "
                "Python, which begins with a letter and is no keyword."
            )
        self._root = root
        self._names = {
            "name": name,
            "topic": self.topic,
            "constant": f"{self.topic.upper()}_CHECK_ID",
        }

    def write(self) -> list[Path]:
        """Write the files and lines, and return the files that are new or changed.

        Raises:
            ScaffoldError: when something of that name exists, or setup.cfg has another form; then
                nothing was written.
        """
        texts = {**self._new_files(), **self._registrations()}
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return list(texts)

    def _new_files(self) -> dict[Path, str]:
        check = self._root / "checks" / "bedrock" / self.name
        core = self._root / "prowler_bedrock" / self.topic
        files = {
            check / "__init__.py": "",
            check / f"{self.name}.py": self._filled("check.py"),
            check / f"{self.name}.metadata.json": self._filled("metadata.json"),
            core / "__init__.py": self._filled("core.py"),
            core / "judge.py": self._filled("judge.py"),
            self._root / "tests" / "core" / f"test_{self.topic}.py": self._filled("test.py"),
        }
        # A package beside a module of its name would hide it.
        for path in (check, core, core.with_suffix(".py"), *files):
            if path.exists():
                raise ScaffoldError(f"{path.relative_to(self._root)} exists.")
        return files

    def _registrations(self) -> dict[Path, str]:
        setup = self._root / "setup.cfg"
        text = setup.read_text(encoding="utf-8")
        for before, line in SETUP_LINES:
            if text.count(before) != 1:
                raise ScaffoldError(f"setup.cfg has no single line {before.strip()!r}.")
            text = text.replace(before, Template(line).substitute(self._names) + before)
        ids = self._root / "prowler_bedrock" / "check_id.py"
        constant = f'{self.topic.upper()}_CHECK_ID = "{self.name}"\n'
        return {setup: text, ids: ids.read_text(encoding="utf-8") + constant}

    def _filled(self, template: str) -> str:
        text = (TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")
        return Template(text).substitute(self._names)
