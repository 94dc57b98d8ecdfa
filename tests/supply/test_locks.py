"""The locks hold what `setup.cfg` asks for, by hash, and name no place to get it from."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "locks").glob("*.txt"))
PROWLERS = [path for path in LOCKS if path.name.startswith("prowler-")]


def entries(lock: Path) -> dict[str, list[tuple[Requirement, int]]]:
    """Package to its versions, each with the number of its hashes."""
    found: dict[str, list[tuple[Requirement, int]]] = {}
    for block in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8")):
        if block.startswith("#"):
            continue
        requirement = Requirement(block.split("\\\n")[0].strip())
        found.setdefault(canonicalize_name(requirement.name), []).append(
            (requirement, block.count("--hash=sha256:"))
        )
    return found


def asked_for(extra: str) -> list[Requirement]:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = (
        setup["options"]["install_requires"].splitlines()
        + setup["options.extras_require"][extra].splitlines()
    )
    return [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_everything_is_exact_and_has_hashes(lock: Path) -> None:
    found = entries(lock)
    assert found
    for versions in found.values():
        for requirement, hashes in versions:
            assert [one.operator for one in requirement.specifier] == ["=="], requirement
            assert hashes > 0, requirement


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_no_lock_names_a_host_or_a_folder(lock: Path) -> None:
    assert not re.search(r"://|file:|--(extra-)?index-url|--find-links|@ ", lock.read_text())


@pytest.mark.parametrize(
    ("lock", "extra"),
    [
        *((lock, "test") for lock in PROWLERS),
        (ROOT / "locks" / "release.txt", "release"),
        (ROOT / "locks" / "benchmark.txt", "benchmark"),
        *((ROOT / "locks" / "mutation.txt", extra) for extra in ("test", "mutation")),
    ],
    ids=lambda value: getattr(value, "stem", value),
)
def test_every_requirement_is_locked_in_a_version_that_it_allows(lock: Path, extra: str) -> None:
    found = entries(lock)
    for wanted in asked_for(extra):
        versions = found.get(canonicalize_name(wanted.name), [])
        assert versions, f"{lock.name} lacks {wanted.name}: run make lock"
        for requirement, _ in versions:
            (one,) = requirement.specifier
            assert wanted.specifier.contains(Version(one.version)), (
                f"{lock.name} has {requirement}, setup.cfg asks for {wanted}: run make lock"
            )


def test_the_lock_of_prowler_is_named_after_its_version() -> None:
    assert len(PROWLERS) >= 2, "the oldest supported and the newest"
    for lock in PROWLERS:
        ((requirement, _),) = entries(lock)["prowler"]
        assert f"prowler-{str(requirement.specifier).removeprefix('==')}.txt" == lock.name
