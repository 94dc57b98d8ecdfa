"""The Terraform module: parsed everywhere; validated and applied where Terraform is at hand."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


@dataclass
class Applied:
    """A root module that was applied to an account, and a second plan of it."""

    account: Any
    base: Path
    again: Any

    def run(self, command, *arguments):
        plain = () if command in ("state",) else ("-no-color",)
        return terraform(self.base, self.account.environment(), command, *plain, *arguments)


def settings_of(s3):
    """What protects the bucket, as S3 says it."""
    return [
        s3.get_bucket_policy(Bucket=BUCKET)["Policy"],
        s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"],
        s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"],
        s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"],
        s3.get_bucket_versioning(Bucket=BUCKET)["Status"],
    ]


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
        yield Applied(account, base, again)


def test_all_level_one_checks_pass(applied):
    verdicts = level_one(applied.account, REGION)
    assert [verdict.status for verdict in verdicts] == ["PASS"] * 5, verdicts


def test_a_second_plan_changes_nothing(applied):
    assert applied.again.returncode == 0, applied.again.stdout


def test_a_bucket_with_logs_keeps_what_protects_it(applied):
    """Last: it takes the module away."""
    bucket = applied.run("state", "list").stdout.count("aws_s3_bucket.logs") == 1
    s3 = applied.account.client("s3", REGION)
    if bucket:
        s3.put_object(Bucket=BUCKET, Key="bedrock/log", Body=b"x")
        before = settings_of(s3)
        main = applied.base / "main.tf"
        asked = main.read_text(encoding="utf-8")
        for other in (f'"{BUCKET}-2"', "null"):
            main.write_text(asked.replace(f'"{BUCKET}"', other), encoding="utf-8")
            renamed = applied.run("apply", "-auto-approve", "-input=false")
            assert "prevent_destroy" in renamed.stderr
        main.write_text(asked, encoding="utf-8")
        refused = applied.run("destroy", "-auto-approve", "-input=false")
        assert "prevent_destroy" in refused.stderr
        assert settings_of(s3) == before
        assert level_one(applied.account, REGION)[0].status == "PASS"
        for address in applied.run("state", "list").stdout.split():
            if "aws_s3_bucket" in address and ".data." not in address:
                assert applied.run("state", "rm", address).returncode == 0
    destroyed = applied.run("destroy", "-auto-approve", "-input=false")
    assert destroyed.returncode == 0, destroyed.stderr
    bedrock = applied.account.client("bedrock", REGION)
    assert "loggingConfig" not in bedrock.get_model_invocation_logging_configuration()
    assert not bucket or settings_of(s3) == before
    again = applied.run("apply", "-auto-approve", "-input=false")
    assert "ResourceAlreadyExistsException" in again.stderr
    group = "module.logging.aws_cloudwatch_log_group.this"
    imported = applied.run("import", "-input=false", group, "/aws/bedrock/modelinvocations")
    assert imported.returncode == 0, imported.stderr
    if not bucket:
        assert applied.run("apply", "-auto-approve", "-input=false").returncode == 0


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
