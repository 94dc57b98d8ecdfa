"""Scan, Security Hub, fix, scan again: the real executable against the embedded account."""

from html import unescape
from typing import Any

from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.page.findings import read_findings
from prowler_bedrock.page.render import render
from tests.end_to_end.conftest import DENIED, IN_USE, OFF, REGIONS, Story, prowler_files

WRITES = ("Create", "Put", "Delete", "Tag", "Attach", "Update", "Associate")
GET = "GetModelInvocationLoggingConfiguration"
PUT = "PutModelInvocationLoggingConfiguration"


def operation(call: Any) -> str:
    return str(call["operation"])


def test_readable_regions_get_what_the_builtin_gives(story: Story) -> None:
    def comparable(run: Any) -> dict[str, tuple[str, ...]]:
        columns = (
            "CHECK_ID",
            "STATUS",
            "STATUS_EXTENDED",
            "RESOURCE_UID",
            "RESOURCE_NAME",
            "SEVERITY",
        )
        return {row["REGION"]: tuple(row[name] for name in columns) for row in run.csv(CHECK_ID)}

    builtin, ours = comparable(story.builtin), comparable(story.scan)
    assert set(builtin) == set(REGIONS) - {DENIED}
    same = {
        region: tuple(cell.partition(" The Region is ")[0] for cell in row)
        for region, row in ours.items()
        if region in builtin
    }
    assert same == builtin


def test_failing_findings_say_whether_the_region_is_in_use(story: Story) -> None:
    said = {row["REGION"]: row["STATUS_EXTENDED"] for row in story.scan.csv()}
    assert "The Region is in use: 7 invocations in the last 30 days, the last in" in said[IN_USE]
    assert "The Region is not in use: no invocations in the last 30 days." in said["us-west-2"]
    asked = [call for call in story.scan_calls if operation(call) == "GetMetricData"]
    assert sorted(call["region"] for call in asked) == sorted(OFF), "one call for each that fails"


def test_the_builtin_and_ours_have_the_same_finding_ids(story: Story) -> None:
    def ids(run: Any) -> set[tuple[str, str]]:
        return {
            (one["Id"], one["Compliance"]["Status"])
            for one in run.json(".asff.json")
            if one["GeneratorId"] == f"prowler-{CHECK_ID}"
        }

    assert ids(story.scan) == ids(story.builtin)
    assert len(ids(story.scan)) == len(REGIONS) - 1


def test_an_unreadable_region_is_manual_with_the_cause(story: Story) -> None:
    (row,) = [row for row in story.scan.csv() if row["REGION"] == DENIED]
    assert row["STATUS"] == "MANUAL"
    assert "AccessDeniedException" in row["STATUS_EXTENDED"]
    assert "bedrock:GetModelInvocationLoggingConfiguration" in row["STATUS_EXTENDED"]


def test_the_scan_makes_one_bedrock_call_per_region(story: Story) -> None:
    calls = [call for call in story.scan_calls if call["service"].startswith("bedrock")]
    assert sorted((call["region"], operation(call)) for call in calls) == sorted(
        (region, GET) for region in REGIONS
    )


def test_ocsf_and_html_hold_every_finding(story: Story) -> None:
    findings = story.scan.json(".ocsf.json")
    assert {one["cloud"]["region"]: one["status_code"] for one in findings} == {
        "us-east-1": "FAIL",
        "us-west-2": "FAIL",
        "eu-west-1": "PASS",
        "eu-central-1": "PASS",
        DENIED: "MANUAL",
    }
    html = story.scan.html()
    assert all(region in html for region in REGIONS)


def test_the_page_shows_the_scan(story: Story) -> None:
    (file,) = story.scan.directory.rglob("*.ocsf.json")
    found = read_findings([file])
    assert {key[1]: one.status for key, one in found.findings.items()} == story.scan.statuses()
    html = render(found)
    assert all(row["STATUS_EXTENDED"][:60] in unescape(html) for row in story.scan.csv())


def test_the_log_says_which_check_is_in_charge(story: Story) -> None:
    assert f"the plugin's {CHECK_ID} is in charge" in story.scan.output


def test_the_scan_fails_and_says_so_by_its_exit_status(story: Story) -> None:
    assert story.scan.status == 3


def test_the_fixer_fixes_what_failed(story: Story) -> None:
    assert story.fix.status == 0, story.fix.output
    assert "2 findings fixed!" in story.fix.output
    for region in OFF:
        assert f"Model invocation logging is on in {region}" in story.fix.output
    assert story.rescan.statuses(CHECK_ID) == {
        "us-east-1": "PASS",
        "us-west-2": "PASS",
        "eu-west-1": "PASS",
        "eu-central-1": "PASS",
        DENIED: "MANUAL",
    }


def test_the_fixer_makes_five_calls_in_a_region_once_the_role_stands(story: Story) -> None:
    _, after_the_role = OFF
    assert [
        operation(call)
        for call in story.fix_calls
        if call["region"] == after_the_role and call["service"].startswith(("bedrock", "logs"))
    ] == [GET, "CreateLogGroup", "PutRetentionPolicy", GET, PUT, GET], "the scan's, and five"


def test_security_hub_holds_one_finding_per_region_that_turns_passed(story: Story) -> None:
    for region in OFF:
        (before,), (after,) = story.hub_after_scan[region], story.hub_after_rescan[region]
        assert before["Compliance"]["Status"] == "FAILED"
        assert after["Compliance"]["Status"] == "PASSED"
        assert after["Id"] == before["Id"]
        assert after["RecordState"] == "ACTIVE"


def test_the_sweep_makes_the_findings_that_prowler_sent(story: Story) -> None:
    def comparable(finding: Any) -> Any:
        # Prowler takes frameworks in the order of its file system.
        compliance = finding["Compliance"] | {
            name: sorted(finding["Compliance"][name], key=str)
            for name in ("AssociatedStandards", "RelatedRequirements")
        }
        times = {name: "" for name in ("FirstObservedAt", "UpdatedAt", "CreatedAt")}
        return {**finding, "Compliance": compliance, **times}

    for run, made in (
        (story.scan, story.sweep_after_scan),
        (story.rescan, story.sweep_after_rescan),
    ):
        sent = {
            one["Resources"][0]["Region"]: one
            for one in run.json(".asff.json")
            if one["GeneratorId"] == f"prowler-{CHECK_ID}"
        }
        assert len(sent) == len(REGIONS) - 1
        for region, finding in made.items():
            if region == DENIED:
                assert finding is None
                assert region not in sent
            else:
                assert comparable(finding) == comparable(sent[region]), region


def test_scanning_again_changes_nothing(story: Story) -> None:
    assert [c for c in map(operation, story.rescan_calls) if c.startswith(WRITES)] == []


def test_the_framework_shows_level_and_result(story: Story) -> None:
    assert "Level 1" in story.rescan.output
    (path,) = (story.rescan.directory / "compliance").glob("*cis_1.0_bedrock_aws.csv")
    text = path.read_text(encoding="utf-8")
    assert "Level 1" in text
    assert "PASS" in text


def test_every_other_bedrock_check_gives_what_it_gave(story: Story) -> None:
    def findings(run: Any) -> set[tuple[str, ...]]:
        columns = ("CHECK_ID", "REGION", "STATUS", "STATUS_EXTENDED", "RESOURCE_UID")
        # Whether the Region is in use is the plugin's addition.
        return {
            tuple(row[name].partition(" The Region is ")[0] for name in columns)
            for row in run.csv()
        }

    with_plugin, without = findings(story.service), findings(story.builtin)
    assert len({one[0] for one in without}) > 3
    assert without < with_plugin
    assert [one[:3] for one in with_plugin - without] == [(CHECK_ID, DENIED, "MANUAL")]


def test_mutelist_and_custom_metadata_apply(story: Story) -> None:
    rows = {row["REGION"]: row for row in story.service.csv(CHECK_ID)}
    assert [region for region, row in rows.items() if row["MUTED"] == "True"] == ["us-west-2"]
    assert {row["SEVERITY"] for row in rows.values()} == {"critical"}


def test_prowlers_files_are_byte_for_byte_the_same(story: Story) -> None:
    assert prowler_files() == story.files_before
