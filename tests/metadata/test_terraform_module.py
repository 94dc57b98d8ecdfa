"""The Terraform module: parsed everywhere; validated and applied where Terraform is at hand."""

import os
import shutil
import subprocess
from pathlib import Path

import hcl2
import pytest

from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.enable.names import KEY_PREFIX
from tests.metadata.level_one import level_one
from tests.metadata.prefixes import BAD_PREFIXES, GOOD_PREFIXES

MODULE = Path(__file__).parents[2] / "metadata" / "terraform"
REGION, BUCKET = "eu-west-1", "module-logs"
ROOT = f"""
provider "aws" {{
  region            = "{REGION}"
  s3_use_path_style = true
}}

module "logging" {{
  source      = "{MODULE.as_posix()}"
  bucket_name = BUCKET
}}
"""


def terraform(directory, environment, *arguments):
    return subprocess.run(
        ["terraform", f"-chdir={directory}", *arguments],
        env={**os.environ, **environment, "TF_IN_AUTOMATION": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module", params=["null", f'"{BUCKET}"'], ids=["cloudwatch", "with-bucket"])
def applied(request, tmp_path_factory):
    """A Region of the embedded account to which the module was applied."""
    if shutil.which("terraform") is None:
        pytest.skip("Terraform is not on this machine")
    base = tmp_path_factory.mktemp("root")
    (base / "main.tf").write_text(ROOT.replace("BUCKET", request.param), encoding="utf-8")
    if terraform(base, {}, "init", "-no-color", "-input=false").returncode:
        pytest.skip("Terraform finds no AWS provider on this machine")
    with EmbeddedAccount.start(account="settled") as account:
        environment = account.environment()
        validated = terraform(base, environment, "validate", "-no-color")
        assert validated.returncode == 0, validated.stderr
        done = terraform(base, environment, "apply", "-no-color", "-auto-approve", "-input=false")
        assert done.returncode == 0, done.stderr
        again = terraform(base, environment, "plan", "-no-color", "-detailed-exitcode")
        yield account, again


def test_all_level_one_checks_pass(applied):
    account, _ = applied
    verdicts = level_one(account, REGION)
    assert [verdict.status for verdict in verdicts] == ["PASS"] * 5, verdicts


def test_a_second_plan_changes_nothing(applied):
    _, again = applied
    assert again.returncode == 0, again.stdout


def test_a_prefix_is_one_that_a_setting_may_have(tmp_path):
    """The variables alone need no provider."""
    if shutil.which("terraform") is None:
        pytest.skip("Terraform is not on this machine")
    shutil.copy(MODULE / "variables.tf", tmp_path)
    assert terraform(tmp_path, {}, "init", "-input=false").returncode == 0
    for prefix in (*GOOD_PREFIXES, *BAD_PREFIXES):
        planned = terraform(tmp_path, {"TF_VAR_key_prefix": prefix}, "plan", "-no-color")
        fits = planned.returncode == 0
        assert fits == bool(KEY_PREFIX.pattern.fullmatch(prefix)) == (prefix in GOOD_PREFIXES)
        assert fits or "neither begin nor end with a slash" in planned.stderr


def test_the_module_parses_and_every_variable_is_described():
    parsed = {path.name: hcl2.loads(path.read_text("utf-8")) for path in MODULE.glob("*.tf")}
    assert set(parsed) == {
        "bucket.tf", "main.tf", "outputs.tf", "variables.tf", "versions.tf",
    }  # fmt: skip
    variables = [one for block in parsed["variables.tf"]["variable"] for one in block.values()]
    assert len(variables) == 4
    assert all(one["description"] for one in variables)
