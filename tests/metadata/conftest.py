import json
import urllib.request
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from tests.metadata.shell import Account

ROOT = Path(__file__).resolve().parents[2]
CHECK_ID = "bedrock_model_invocation_logging_enabled"


@pytest.fixture(scope="session")
def metadata_file():
    return ROOT / "checks" / "bedrock" / CHECK_ID / f"{CHECK_ID}.metadata.json"


@pytest.fixture(scope="session")
def metadata(metadata_file):
    return json.loads(metadata_file.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def framework_file():
    return ROOT / "metadata" / "compliance" / "cis_1.0_bedrock_aws.json"


@pytest.fixture(scope="session")
def framework(framework_file):
    return json.loads(framework_file.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def attribute(framework):
    """The single attribute of the requirement that implements the recommendation."""
    requirement = framework["Requirements"][0]
    (attribute,) = requirement["Attributes"]
    return attribute


@pytest.fixture(scope="session")
def corrections():
    """Rows of the table of corrections: what the text says, what AWS has, source."""
    text = (ROOT / "docs" / "recommendation.md").read_text(encoding="utf-8")
    table = text.split("## What the text says and what AWS has")[1].split("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in table.splitlines()
        if line.startswith("| ")
    ]
    return rows[2:]


@pytest.fixture(scope="module")
def server():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def account(server, tmp_path):
    request = urllib.request.Request(f"{server}/moto-api/reset", method="POST")
    urllib.request.urlopen(request, timeout=10).close()
    return Account(server, tmp_path)
