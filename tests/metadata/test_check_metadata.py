from prowler.lib.check.models import CheckMetadata


def test_metadata_is_valid_for_the_installed_prowler(metadata_file, metadata):
    parsed = CheckMetadata.parse_file(metadata_file)
    assert parsed.CheckID == metadata_file.parent.name
    assert set(metadata) <= set(CheckMetadata.__fields__), "a field that Prowler drops"


def test_findings_compare_with_those_of_the_builtin_check(metadata):
    import prowler.providers.aws

    builtin = CheckMetadata.parse_file(
        f"{prowler.providers.aws.__path__[0]}/services/bedrock/{metadata['CheckID']}"
        f"/{metadata['CheckID']}.metadata.json"
    ).dict()
    for field in (
        "Provider",
        "CheckID",
        "CheckTitle",
        "CheckType",
        "ServiceName",
        "ResourceType",
        "ResourceGroup",
        "Severity",
    ):
        assert metadata[field] == builtin[field], field
    assert set(builtin["Categories"]) <= set(metadata["Categories"])


def test_every_remediation_field_is_filled(metadata):
    remediation = metadata["Remediation"]
    assert all(value.strip() for value in remediation["Code"].values())
    assert set(remediation["Code"]) == {"CLI", "NativeIaC", "Other", "Terraform"}
    # ASFF cuts a longer text
    assert 0 < len(remediation["Recommendation"]["Text"]) <= 512
    assert remediation["Recommendation"]["Url"].endswith(metadata["CheckID"])
    assert metadata["AdditionalURLs"] and metadata["Categories"]


def test_notes_say_scope_origin_manual_verdict_and_backout(metadata):
    for words in (
        "prowler-bedrock plugin",
        "per account and Region, not per model",
        "MANUAL",
        "aws bedrock delete-model-invocation-logging-configuration --region",
    ):
        assert words in metadata["Notes"]


def test_console_steps_follow_the_settings_page(metadata):
    steps = metadata["Remediation"]["Code"]["Other"].splitlines()
    assert [step.split(".")[0] for step in steps] == [str(n + 1) for n in range(len(steps))]
    path = ("**Settings**", "**Model invocation logging**", "**CloudWatch Logs only**", "**Save")
    positions = [metadata["Remediation"]["Code"]["Other"].index(word) for word in path]
    assert positions == sorted(positions)
