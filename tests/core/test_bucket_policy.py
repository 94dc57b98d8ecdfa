"""Our statement comes and goes; every other byte of a policy stays."""

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from prowler_bedrock.enable.bucket_policy import (
    added_statement,
    delivery_statement,
    new_policy,
    same_policy,
    with_statement,
    without_statement,
)
from prowler_bedrock.enable.plan import BucketPlan
from prowler_bedrock.errors import PluginError


def statement() -> dict[str, Any]:
    bucket = BucketPlan(name="logs", key_prefixes=["", "a/b"], kms_key_id=None)
    return delivery_statement(bucket, "123456789012", "aws", "us-east-1")


OURS = statement()
SID = OURS["Sid"]

texts = st.text('ab"\\{}[],: \n\tä日', max_size=10)
values = st.recursive(
    texts | st.booleans() | st.none() | st.integers(-5, 5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
statements = st.dictionaries(st.sampled_from(["Sid", "Effect", "Action", "Resource"]), values)


@st.composite
def policies(draw: st.DrawFn, *, single: bool = False) -> str:
    found = draw(statements if single else st.lists(statements, max_size=4))
    members = {
        "Statement": found,
        **draw(st.dictionaries(st.sampled_from(["Id", "Version"]), texts)),
    }
    order = draw(st.permutations(list(members)))
    text = json.dumps(
        {name: members[name] for name in order},
        indent=draw(st.sampled_from([None, 0, 3])),
        ensure_ascii=draw(st.booleans()),
        separators=draw(st.sampled_from([(",", ":"), (" , ", " : "), (",\n\t", ":  ")])),
    )
    return draw(st.sampled_from(["", " ", "\n"])) + text


@settings(derandomize=True, max_examples=300)
@given(policies())
def test_adding_and_removing_keep_every_byte(policy: str) -> None:
    added = with_statement(policy, OURS)
    assert added is not None
    before, after = json.loads(policy), json.loads(added)
    assert after == {**before, "Statement": [*before["Statement"], OURS]}
    at = added.index(json.dumps(OURS))
    rest = added[:at].rstrip(",") + added[at + len(json.dumps(OURS)) :]
    assert rest == policy, "but for our statement and its comma, the text is the same"
    assert added_statement(policy, added) == OURS
    assert with_statement(added, OURS) is None
    assert without_statement(added, OURS) == (policy if before["Statement"] else None)


@settings(derandomize=True, max_examples=100)
@given(policies(single=True))
def test_a_single_statement_becomes_a_list(policy: str) -> None:
    before = json.loads(policy)
    added = with_statement(policy, OURS)
    assert added is not None
    assert json.loads(added) == {**before, "Statement": [before["Statement"], OURS]}
    removed = without_statement(added, OURS)
    assert removed is not None
    assert json.loads(removed) == {**before, "Statement": [before["Statement"]]}


@settings(derandomize=True, max_examples=200)
@given(policies(), st.data())
def test_ours_goes_from_anywhere_in_the_list(policy: str, data: Any) -> None:
    parsed = json.loads(policy)
    theirs = parsed["Statement"]
    assume(theirs)
    at = data.draw(st.integers(0, len(theirs)))
    text = json.dumps({**parsed, "Statement": [*theirs[:at], OURS, *theirs[at:]]}, indent=2)
    removed = without_statement(text, OURS)
    assert removed is not None
    assert json.loads(removed) == parsed
    assert without_statement(removed, OURS) == removed


TEXT = json.dumps(OURS)


def test_the_sid_of_the_same_grant_is_the_same_in_every_version() -> None:
    assert statement()["Sid"] == "ProwlerBedrockDelivery8cab2110c9d6"


@pytest.mark.parametrize(
    ("policy", "added"),
    [
        (
            '{"Statement": {"Effect":"Deny"} , "Id":"x"}',
            '{"Statement": [{"Effect":"Deny"},OURS] , "Id":"x"}',
        ),
        (
            ' {"Version" : "1", "Statement" : [ {"Sid":"a"} , {"Sid":"b"}\n] }',
            ' {"Version" : "1", "Statement" : [ {"Sid":"a"} , {"Sid":"b"},OURS\n] }',
        ),
        (
            '{"Statement":[{"Sid":"a"},{"Sid":"b"},{"Sid":"c"}]}',
            '{"Statement":[{"Sid":"a"},{"Sid":"b"},{"Sid":"c"},OURS]}',
        ),
        ('{"Statement":[{"Sid":"a"}]}', '{"Statement":[{"Sid":"a"},OURS]}'),
        ('{"Id":[{"a":"}"}],"Statement":[ ]}', '{"Id":[{"a":"}"}],"Statement":[OURS ]}'),
    ],
)
def test_exactly_where_ours_is_put(policy: str, added: str) -> None:
    assert with_statement(policy, OURS) == added.replace("OURS", TEXT)


@pytest.mark.parametrize(
    ("policy", "removed"),
    [
        ('{"Statement": [ OURS , {"Sid":"b"} , 0 ]}', '{"Statement": [ {"Sid":"b"} , 0 ]}'),
        ('{"Statement": [ {"Sid":"a"} , OURS , 0 ]}', '{"Statement": [ {"Sid":"a"} , 0 ]}'),
        ('{"Statement": [ {"Sid":"a"} , 0 , OURS ]}', '{"Statement": [ {"Sid":"a"} , 0 ]}'),
        ('{"Statement": [ 0, {"Sid":"a"} ]}', '{"Statement": [ 0, {"Sid":"a"} ]}'),
        ('{"Statement": [ OURS ]}', None),
        ('{"Statement": OURS }', None),
    ],
)
def test_exactly_what_is_left_without_ours(policy: str, removed: str | None) -> None:
    # Another statement of three members stands for the zero.
    other = '{"Effect":"Deny", "Action":"*", "Resource":"*"}'

    def whole(text: str) -> str:
        return text.replace("OURS", TEXT).replace(" 0", f" {other}")

    assert without_statement(whole(policy), OURS) == (whole(removed) if removed else None)


@pytest.mark.parametrize(
    ("earlier", "later", "statement"),
    [
        (None, new_policy([OURS]), OURS),
        (new_policy([OURS]), new_policy([OURS]), None),
        (new_policy([{"Sid": "a"}]), new_policy([{"Sid": "a"}, {}, OURS]), OURS),
        (new_policy([]), new_policy([{"Sid": "a"}]), None),
        (new_policy([OURS]), None, None),
    ],
)
def test_exactly_which_statement_was_added(
    earlier: str | None, later: str | None, statement: dict[str, Any] | None
) -> None:
    assert added_statement(earlier, later) == statement


def test_exactly_what_is_said_of_a_changed_statement() -> None:
    changed = new_policy([{"Sid": "a"}, {**OURS, "Effect": "Deny"}])
    for act in (with_statement, without_statement):
        with pytest.raises(PluginError) as refused:
            act(changed, OURS)
        assert str(refused.value) == (
            f"the bucket policy's statement {SID} was changed by someone; delete that statement or "
            "give it another Sid."
        )


def test_ours_goes_as_s3_returns_it() -> None:
    assert without_statement(new_policy([AS_S3_RETURNS_IT]), OURS) is None


AS_S3_RETURNS_IT = {
    **OURS,
    "Action": "s3:PutObject",
    "Resource": list(reversed(OURS["Resource"])),
    "Condition": {name: dict(reversed(one.items())) for name, one in OURS["Condition"].items()},
}


def test_ours_is_recognized_as_s3_returns_it() -> None:
    assert with_statement(new_policy([AS_S3_RETURNS_IT]), OURS) is None
    assert with_statement(new_policy([{**AS_S3_RETURNS_IT, "Sid": ""}]), OURS) is None


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ([{}, AS_S3_RETURNS_IT], True),
        ([{"Sid": ""}, AS_S3_RETURNS_IT], True),
        ([{"Sid": "a"}, AS_S3_RETURNS_IT], False),
        ([AS_S3_RETURNS_IT, {}], False),
        ([{}, {**AS_S3_RETURNS_IT, "Action": ["s3:PutObject", "s3:GetObject"]}], False),
        ([{}], False),
    ],
)
def test_which_texts_are_one_policy_to_s3(other: list[dict[str, Any]], same: bool) -> None:
    assert same_policy(new_policy([{}, OURS]), new_policy(other)) is same


def test_one_statement_and_a_list_of_it_are_one_policy_to_s3() -> None:
    assert same_policy(json.dumps({"Statement": OURS}), json.dumps({"Statement": [OURS]}))
    assert not same_policy(json.dumps({"Statement": OURS}), new_policy([OURS]))


def test_no_policy_and_what_is_no_policy_are_only_themselves() -> None:
    for text in (None, "{", "[]", '{"Statement": 7}'):
        assert same_policy(text, text)
        assert not same_policy(text, new_policy([OURS]))
        assert not same_policy(new_policy([OURS]), text)


def test_a_bucket_without_policy_gets_and_loses_one() -> None:
    added = with_statement(None, OURS)
    assert added is not None
    assert json.loads(added) == {"Version": "2012-10-17", "Statement": [OURS]}
    assert added_statement(None, added) == OURS
    assert without_statement(added, OURS) is None
    assert added_statement(added, None) is None


def test_the_same_grant_under_another_sid_is_enough() -> None:
    for theirs in (
        {**OURS, "Sid": "AmazonBedrockLogsWrite"},
        {k: OURS[k] for k in OURS if k != "Sid"},
    ):
        assert with_statement(new_policy([theirs]), OURS) is None


@pytest.mark.parametrize(
    "policy",
    ["", "{", "[]", "7", "{}", '{"Statement": 7}', '{"Statement": [7]}', '{"a": 1', "null"],
)
def test_what_is_no_policy_is_refused(policy: str) -> None:
    with pytest.raises(PluginError, match="could not be read as a JSON policy"):
        with_statement(policy, OURS)
    with pytest.raises(PluginError, match="could not be read as a JSON policy"):
        without_statement(policy, OURS)


@settings(derandomize=True, max_examples=300)
@given(policies(), st.integers(0, 200))
def test_a_cut_policy_is_refused_and_nothing_else_happens(policy: str, at: int) -> None:
    cut = policy[:at]
    assume(cut != policy)
    with pytest.raises(PluginError):
        with_statement(cut, OURS)
