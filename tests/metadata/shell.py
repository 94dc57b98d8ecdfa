"""Documented shell commands, and what runs them: a shell with a stand-in for the AWS CLI."""

import os
import re
import subprocess
import sys
from pathlib import Path

import boto3

ROOT = Path(__file__).resolve().parents[2]
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
RECORD = """
printf '%s\\n' "$*" >> "$CALLS"
"""

# As many Puts as the file says are refused, as AWS refuses a role that is too new.
REFUSE = """
case "$2" in put-model-invocation-*)
  left=$(cat "$REFUSALS")
  if [ "$left" -gt 0 ]; then
    echo $((left - 1)) > "$REFUSALS"
    echo "ValidationException: Failed to validate permissions for log group" >&2
    exit 254
  fi
esac
"""


def blocks(text):
    return re.findall(r"```bash\n(.*?)\n```", text, re.DOTALL)


def requirement(framework, number):
    (found,) = [one for one in framework["Requirements"] if one["Id"] == number]
    return found["Attributes"][0]


class Account:
    """An account behind an endpoint, and a directory with the programs that the commands call."""

    def __init__(self, endpoint, directory):
        self.endpoint = endpoint
        self.directory = directory
        self.refusals = directory / "refusals"
        self.refusals.write_text("0", encoding="utf-8")
        self.programs = directory / "programs"
        self.programs.mkdir()
        self.script("sleep", 'echo "$@" >> "$SLEPT"')
        stand_in = f'"{sys.executable}" -m tests.metadata.aws_stand_in'
        self.script("aws", f'{RECORD}{REFUSE}exec env PYTHONPATH="{ROOT}" {stand_in} "$@"')

    def script(self, name, line):
        program = self.programs / name
        program.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        program.chmod(0o755)

    def client(self, service, region="us-east-1"):
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    def configuration(self, region="us-east-1"):
        answer = self.client("bedrock", region).get_model_invocation_logging_configuration()
        return answer.get("loggingConfig") or None

    def slept(self):
        file = self.directory / "slept"
        return file.read_text(encoding="utf-8").split() if file.exists() else []

    def calls(self):
        """The arguments of each call of the AWS CLI, one line each."""
        file = self.directory / "calls"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    def bash(self, script, shell="bash"):
        return subprocess.run(
            [shell, "-c", script],
            cwd=self.directory,
            env={
                **CREDENTIALS,
                "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
                "HOME": str(self.directory),
                "AWS_ENDPOINT_URL": self.endpoint,
                "AWS_DEFAULT_REGION": "us-east-1",
                "REFUSALS": str(self.refusals),
                "CALLS": str(self.directory / "calls"),
                "SLEPT": str(self.directory / "slept"),
            },
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
