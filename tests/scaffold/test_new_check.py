"""A scaffolded check is whole at once: registered, found by Prowler, MANUAL, and clean to lint."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.new_check import NewCheck, ScaffoldError

ROOT = Path(__file__).parents[2]
NAME = "bedrock_model_invocation_logging_kept_apart"
# The service has read one Region that delivers logs.
PROGRAM = f"""
import sys
from types import SimpleNamespace
import prowler.providers.aws.services.bedrock as service
service.__path__.insert(0, sys.argv[1])
from prowler.lib.check.check import import_check
from prowler.lib.check.utils import recover_checks_from_provider
from prowler_bedrock.logging_configuration.model import Configured, LoggingConfiguration

config = LoggingConfiguration.model_validate({{"s3Config": {{"bucketName": "logs"}}}})
client = SimpleNamespace(
    observations={{"us-east-1": Configured(configuration=config)}},
    resource_arn=lambda region: "arn",
    fixer_config={{}},
)
sys.modules["prowler_bedrock.prowler_adapter.client"] = SimpleNamespace(client=client)
print([name for name, _ in recover_checks_from_provider("aws", "bedrock") if name == "{NAME}"])
module = import_check("prowler.providers.aws.services.bedrock.{NAME}.{NAME}")
for finding in module.{NAME}().execute():
    print(finding.region, finding.status, finding.status_extended)
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources with one new check."""
    root = tmp_path_factory.mktemp("scaffold") / "tree"
    ignored = shutil.ignore_patterns(".*", "dist", "build", "output", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT, root, ignore=ignored)
    told = run(root, "-m", "scaffold", NAME)
    assert f"checks/bedrock/{NAME}/{NAME}.py" in told.splitlines()
    return root


def run(tree: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=tree,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_prowler_finds_it_and_it_reports_manual(tree: Path) -> None:
    output = run(tree, "-c", PROGRAM, str(tree / "checks" / "bedrock"))
    assert output.splitlines() == [
        f"['{NAME}']",
        "us-east-1 MANUAL This check is not written yet: nothing was judged in us-east-1.",
    ]


def test_its_settings_are_known_by_its_check_id(tree: Path) -> None:
    program = "from prowler_bedrock.check_id import check_ids; print(*sorted(check_ids()))"
    folders = sorted(path.name for path in (tree / "checks" / "bedrock").glob("bedrock_*"))
    assert run(tree, "-c", program).split() == folders


def test_its_metadata_and_its_own_tests_pass(tree: Path) -> None:
    own = "tests/core/test_kept_apart.py"
    output = run(tree, "-m", "pytest", "-q", own, "tests/metadata/test_metadata_of_every_check.py")
    before = len(list((ROOT / "checks" / "bedrock").glob("bedrock_*")))
    assert f"{2 + 1 + before + 1} passed" in output, "its two, packaging, and each check's metadata"


def test_it_is_clean_to_lint(tree: Path) -> None:
    new = [f"checks/bedrock/{NAME}", "prowler_bedrock/kept_apart", "tests/core/test_kept_apart.py"]
    run(tree, "-m", "ruff", "check", "--no-cache", *new)
    run(tree, "-m", "ruff", "format", "--check", "--no-cache", *new)


def test_the_framework_asks_for_a_requirement(tree: Path) -> None:
    with pytest.raises(AssertionError, match=NAME):
        run(
            tree, "-m", "pytest", "-q", "tests/metadata/test_compliance_framework.py",
            "-k", "every_check_of_the_plugin_has_a_requirement",
        )  # fmt: skip


@pytest.mark.parametrize("name", ["guardrail_x", "bedrock", "bedrock_Upper", "bedrock_a-b", "../x",
             "bedrock_2fa_on", "bedrock_class"])  # fmt: skip
def test_a_wrong_name_is_refused(name: str) -> None:
    with pytest.raises(ScaffoldError, match="can't be a CheckID"):
        NewCheck(name, ROOT)


@pytest.mark.parametrize("module", ["text", "fixes", "check_id", "errors", "enable"])
def test_no_package_hides_a_module(tree: Path, module: str) -> None:
    with pytest.raises(ScaffoldError, match=rf"prowler_bedrock/{module}(\.py)? exists"):
        NewCheck(f"bedrock_{module}", tree).write()


def test_what_exists_is_not_overwritten(tree: Path) -> None:
    setup = (tree / "setup.cfg").read_text(encoding="utf-8")
    with pytest.raises(ScaffoldError, match=f"{NAME} exists"):
        NewCheck(NAME, tree).write()
    assert (tree / "setup.cfg").read_text(encoding="utf-8") == setup
