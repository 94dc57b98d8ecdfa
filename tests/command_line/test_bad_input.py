"""Bad input is one sentence that names the option, and nothing is changed."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.embedded_account.handle import EmbeddedAccount
from prowler_bedrock.__main__ import main
from prowler_bedrock.check_id import CHECK_ID
from tests.command_line.run import Run, run, run_here, writes

KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
ROLE = "arn:aws:iam::123456789012:role/r"


@pytest.fixture(scope="module")
def account() -> Iterator[EmbeddedAccount]:
    with EmbeddedAccount.start(account="nothing-configured") as running:
        yield running


def refused(
    account: EmbeddedAccount, *arguments: str, more: dict[str, str | None] | None = None
) -> Run:
    environment = {**account.environment(), **(more or {})}
    given = {name: value for name, value in environment.items() if value is not None}
    account.clear_calls()
    found = run_here(given, *arguments)
    assert found.status != 0
    assert found.output == ""
    assert writes(account) == []
    return found


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("enable", "--destination", "kinesis"), 2, "'kinesis' is not one of 'cloudwatch', 's3'"),
        (("enable", "--destination", "s3"), 2, "--destination s3 needs --bucket-name."),
        (("enable", "--destination", "both"), 2, "--destination both needs --bucket-name."),
        (
            ("enable", "--destination", "s3", "--bucket-name", "Logs"),
            2,
            "--bucket-name: expected an S3 bucket name",
        ),
        (
            ("enable", "--bucket-name", "logs"),
            2,
            "--bucket-name has no use with --destination cloudwatch",
        ),
        (
            ("enable", "--destination", "s3", "--bucket-name", "logs", "--log-group-name", "g"),
            2,
            "--log-group-name has no use with --destination s3",
        ),
        (
            ("enable", "--delivery-role-name", "r", "--delivery-role-arn", "arn:aws:iam::1:role/r"),
            2,
            "--delivery-role-arn: expected an ARN",
        ),
        (("enable", "--log-group-name", "a b"), 2, "--log-group-name: expected 1 to 512"),
        (("enable", "--log-group-name", "{user}"), 2, "a name may hold {account} and {region}"),
        (
            ("enable", "--retention-in-days", "366"),
            2,
            "--retention-in-days: CloudWatch Logs offers",
        ),
        (("enable", "--kms-key-id", "alias/x"), 2, "--kms-key-id: expected an ARN"),
        (("enable", "--large-data-key-prefix", "x"), 2, "needs --large-data-bucket-name"),
        (("enable", "--bucket-kms-key-id", KEY), 2, "--bucket-kms-key-id needs --bucket-name"),
        (("enable", "--data-type", "texts"), 2, "'texts' is not one of"),
        (("enable", "--region", "us-east1"), 2, "'us-east1' is not a Region of AWS"),
        (("status", "--region", ""), 2, "'' is not a Region of AWS"),
        (("status", "--profile", "no-such-profile"), 2, "--profile: The config profile (no-such"),
        (("backout", "--record", ""), 2, "'--record': expected a value (got '')"),
        (("enable", "--settings", ""), 2, "'--settings': expected a value"),
        (("enable", "--accounts", ""), 2, "'--accounts': expected a value"),
        (("page", "x.json", "--output", ""), 2, "'--output': expected a value"),
        (("enable", "--role-arn", " "), 2, "'--role-arn': expected a value"),
        (("enable", "--external-id", ""), 2, "'--external-id': expected a value"),
        (("enable", "--profile", ""), 2, "'--profile': expected a value"),
        (("enable", "--assume-role-name", ""), 2, "'--assume-role-name': expected a value"),
        (("backout", "--journal-directory", ""), 2, "'--journal-directory': expected a value"),
        (("history", "--journal-directory", "s3:logs"), 2, "a directory or s3://BUCKET/PREFIX"),
        (("history", "--journal-directory", "s3://A"), 2, "--journal-directory, JournalDirectory"),
        (("status", "--role-arn", "r"), 2, "--role-arn: expected an ARN such as"),
        (("status", "--external-id", "id"), 2, "--external-id needs --role-arn or --assume-role"),
        (("enable", "--usage-window-in-days", "7"), 2, "needs --only-regions-in-use"),
        (("enable", "--retention-in-days", "0"), 2, "--retention-in-days: CloudWatch Logs offers"),
        (
            ("enable", "--delivery-role-name", "r", "--delivery-role-arn", ROLE),
            2,
            "set either --delivery-role-name or --delivery-role-arn, not both",
        ),
        (("status", "--accounts", "missing.txt"), 2, "need --assume-role-name"),
        (("status", "--assume-role-name", "r"), 2, "needs --accounts or --organization"),
        (
            ("status", "--accounts", "f", "--organization", "--assume-role-name", "r"),
            2,
            "either --accounts or --organization",
        ),
        (
            ("status", "--organization", "--assume-role-name", "a/b"),
            2,
            "--assume-role-name: expected 1 to 64",
        ),
        (
            ("status", "--accounts", "missing.txt", "--assume-role-name", "r"),
            2,
            "missing.txt can't be read (No such file or directory)",
        ),
        (("status", "--organization", "--assume-role-name", "r"), 1, "organizations:ListAccounts"),
        (("status", "--role-arn", "arn:aws:iam::123456789012:role/no"), 1, "sts:AssumeRole failed"),
        (("status", "--max-accounts", "0"), 2, "--max-accounts"),
        (("backout", "--remove-data"), 2, "--remove-data needs --remove-created"),
        (("backout", "--no-restore"), 2, "--no-restore needs --remove-created"),
        (
            ("backout", "--no-restore", "--remove-created", "--disable"),
            2,
            "--no-restore goes without --disable, --to and --record",
        ),
        (
            ("backout", "--no-restore", "--remove-created", "--record", "abc"),
            2,
            "--no-restore goes without --disable, --to and --record",
        ),
        (("backout", "--to", "s3", "--disable"), 2, "either --disable or --to"),
        (("backout", "--to", "s3"), 2, "--to s3 needs --bucket-name"),
        (("backout", "--to", "nowhere"), 2, "'nowhere' is not one of"),
        (("backout", "--bucket-name", "logs"), 2, "Settings of a destination need --to"),
        (("backout", "--record", "x", "--disable"), 2, "--record goes without"),
        (("history", "--account", "../123456789012"), 2, "--account: expected a 12-digit account"),
        (("statu",), 2, "No such command 'statu'"),
    ],
)
def test_bad_input_is_one_sentence(
    account: EmbeddedAccount, arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    found = refused(account, *arguments)
    assert sentence in found.errors
    assert found.errors.count("Error:") == 1
    assert found.status == status


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "can't be read (No such file or directory)"),
        ("a: [", "is not YAML"),
        ("a: !!timestamp x", "is not YAML"),
        ("aws: {a: 2024-13-45}", "is not YAML (month must be in 1..12)"),
        ("[]", "has no mapping under 'aws'"),
        ("", "has no mapping under 'aws'"),
        (f"{CHECK_ID}: {{}}\naws: {{}}", f"'{CHECK_ID}' in the file stands outside of 'aws'"),
        (
            f"aws: {{{CHECK_ID}: {{}}}}\naws: {{}}",
            "'aws' stands more than once in the file: keep one.",
        ),
        (f"aws: {{{CHECK_ID}: {{}}, {CHECK_ID}: {{}}}}", f"'{CHECK_ID}' stands more than once"),
        (
            f"aws: {{{CHECK_ID}: {{DryRun: true, Destination: both, DryRun: false}}}}",
            "'DryRun' stands more than once in the file: keep one.",
        ),
        (f"aws: {{{CHECK_ID}d: {{}}}}", f"is not a CheckID: did you mean {CHECK_ID}?"),
        (f"aws: {{{CHECK_ID}: {{}}, {CHECK_ID}d: {{}}}}", "is not a CheckID"),
        (f"aws: {{{CHECK_ID}: []}}", "expected a mapping of settings, got list"),
        (
            "aws: {bedrock_model_invocation_logging_enabled: {Bucket: x}}",
            "Bucket is not a setting of",
        ),
        (
            "aws: {bedrock_model_invocation_logging_enabled: {Destination: s3}}",
            "Destination s3 needs BucketName",
        ),
    ],
)
def test_a_wrong_settings_file(
    account: EmbeddedAccount, tmp_path: Path, text: str | None, sentence: str
) -> None:
    file = tmp_path / "settings.yaml"
    if text is not None:
        file.write_text(text)
    found = refused(account, "enable", "--settings", str(file))
    assert sentence in found.errors
    assert found.status == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "lists no account id"),
        ("# only a comment\n", "lists no account id"),
        ("123456789012\n12345\n", "line 2 of"),
        ("123456789012,210987654321\n", "holds several account ids, expected one"),
        ("123456789012 ours, not 210987654321\n", "holds several account ids"),
        ("account,name\n", "'account', expected a 12-digit account id"),
    ],
)
def test_a_wrong_list_of_accounts(
    account: EmbeddedAccount, tmp_path: Path, text: str, sentence: str
) -> None:
    file = tmp_path / "accounts.txt"
    file.write_text(text)
    found = refused(account, "status", "--accounts", str(file), "--assume-role-name", "r")
    assert sentence in found.errors


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"AWS_PROFILE": "nope"}, "The AWS configuration can't be used: The config profile (nope)"),
        ({"AWS_CONFIG_FILE": __file__}, "The AWS configuration can't be used: Unable to parse"),
    ],
)
def test_a_wrong_aws_configuration_is_not_taken_for_a_wrong_region(
    account: EmbeddedAccount, more: dict[str, str | None], sentence: str
) -> None:
    found = refused(account, "status", "--region", "us-east-1", more=more)
    assert sentence in found.errors
    assert found.status == 2
    shown = run_here({**account.environment(), **more}, "history", "--region", "us-east-1")  # type: ignore[dict-item]
    assert shown.status == 0, "it needs no AWS configuration"


def test_ctrl_c_while_loading_shows_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(name: str, *_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "prowler_bedrock.command_line.app")
    with monkeypatch.context() as patched:
        patched.setattr("builtins.__import__", interrupt)
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code == 130


def test_a_journal_in_a_missing_bucket_names_the_journal(account: EmbeddedAccount) -> None:
    found = refused(account, "history", "--journal-directory", "s3://nobodys-bucket/x")
    assert (
        "The journal s3://nobodys-bucket/x can't be read: s3:ListBucket failed: NoSuchBucket"
    ) in found.errors
    assert "Create the bucket, or name another place." in found.errors


def test_no_credentials(account: EmbeddedAccount) -> None:
    nothing = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
    found = refused(account, "status", more=nothing)
    assert "sts:GetCallerIdentity failed: NoCredentialsError" in found.errors


def test_credentials_that_aws_refuses(account: EmbeddedAccount) -> None:
    account.set_faults({"kind": "denied", "service": "sts"})
    try:
        found = refused(account, "enable")
    finally:
        account.clear_faults()
    assert "sts:GetCallerIdentity failed: AccessDenied" in found.errors


def test_an_endpoint_that_does_not_answer(account: EmbeddedAccount) -> None:
    nowhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    found = refused(account, "status", "--region", "us-east-1", more=nowhere)
    assert "EndpointConnectionError" in found.errors


@pytest.mark.parametrize("command", ["status", "enable", "backout", "history", "page"])
def test_help_shows_examples(account: EmbeddedAccount, command: str) -> None:
    found = run_here(account.environment(), command, "--help")
    assert found.status == 0
    assert f"\n    prowler-bedrock {command}" in found.output[found.output.index("Examples:") :]


def test_shell_completion(account: EmbeddedAccount) -> None:
    environment = {**account.environment(), "_PROWLER_BEDROCK_COMPLETE": "zsh_source"}
    assert "#compdef prowler-bedrock" in run(environment).output
