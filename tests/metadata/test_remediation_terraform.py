import re

import hcl2
import pytest

# Arguments of the provider's documentation, by block.
ARGUMENTS = {
    "logging_config": {
        "cloudwatch_config",
        "embedding_data_delivery_enabled",
        "image_data_delivery_enabled",
        "s3_config",
        "text_data_delivery_enabled",
        "video_data_delivery_enabled",
    },
    "cloudwatch_config": {"large_data_delivery_s3_config", "log_group_name", "role_arn"},
}


def clean(value):
    """Drop the marks and quotes in which versions of python-hcl2 differ."""
    if isinstance(value, dict):
        return {
            key.strip('"'): clean(item) for key, item in value.items() if not key.startswith("__")
        }
    if isinstance(value, list):
        return [clean(item) for item in value]
    return value.strip('"') if isinstance(value, str) else value


@pytest.fixture(scope="module")
def source(metadata):
    code = metadata["Remediation"]["Code"]["Terraform"]
    return re.fullmatch(r"```hcl\n(.*)\n```", code, re.S)[1] + "\n"


@pytest.fixture(scope="module")
def blocks(source):
    """Resources and data sources by address."""
    parsed = clean(hcl2.loads(source))
    found = {}
    for kind, prefix in (("resource", ""), ("data", "data.")):
        for block in parsed[kind]:
            ((type_name, named),) = block.items()
            ((name, body),) = named.items()
            found[f"{prefix}{type_name}.{name}"] = body
    return found


def test_configuration_names_the_arguments_of_the_provider(blocks):
    body = blocks["aws_bedrock_model_invocation_logging_configuration.this"]
    (logging,) = body["logging_config"]
    (cloudwatch,) = logging["cloudwatch_config"]
    assert set(logging) <= ARGUMENTS["logging_config"]
    assert set(cloudwatch) <= ARGUMENTS["cloudwatch_config"]
    delivered = {name for name in logging if name.endswith("_data_delivery_enabled")}
    assert {logging[name] for name in delivered} == {True}
    assert len(delivered) == 4
    assert "aws_iam_role_policy.bedrock" in str(body["depends_on"])


def test_role_and_log_group(blocks):
    group = blocks["aws_cloudwatch_log_group.bedrock"]
    assert (group["name"], group["retention_in_days"]) == ("/aws/bedrock/modelinvocations", 365)
    (trust,) = blocks["data.aws_iam_policy_document.trust"]["statement"]
    assert trust["principals"][0]["identifiers"] == ["bedrock.amazonaws.com"]
    assert {(c["test"], c["variable"]) for c in trust["condition"]} == {
        ("StringEquals", "aws:SourceAccount"),
        ("ArnLike", "aws:SourceArn"),
    }
    (write,) = blocks["data.aws_iam_policy_document.write"]["statement"]
    assert write["actions"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert write["resources"][0].endswith(":log-stream:aws/bedrock/modelinvocations")


def test_every_reference_is_declared(source, blocks):
    references = set(re.findall(r"(?<![\w\"])((?:data\.)?aws_\w+\.\w+)\.\w+", source))
    assert len(references) >= 6
    assert references <= set(blocks)
