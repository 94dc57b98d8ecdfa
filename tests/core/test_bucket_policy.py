"""Our statement comes and goes; every other byte of a policy stays."""

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from prowler_bedrock.enable.bucket_policy import (
    added_sid,
    delivery_statement,
    new_policy,
    with_statement,
    without_statement,
)
from prowler_bedrock.enable.plan import BucketPlan
from prowler_bedrock.errors import PluginError

OURS = delivery_statement(
    BucketPlan(name="logs", key_prefixes=["", "a/b"], kms_key_id=None),
    "123456789012",
    "aws",
    "us-east-1",
)
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
    assert added_sid(policy, added) == SID
    assert with_statement(added, OURS) is None
    assert without_statement(added, SID) == (policy if before["Statement"] else None)


@settings(derandomize=True, max_examples=100)
@given(policies(single=True))
def test_a_single_statement_becomes_a_list(policy: str) -> None:
    before = json.loads(policy)
    added = with_statement(policy, OURS)
    assert added is not None
    assert json.loads(added) == {**before, "Statement": [before["Statement"], OURS]}
    removed = without_statement(added, SID)
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
    removed = without_statement(text, SID)
    assert removed is not None
    assert json.loads(removed) == parsed
    assert without_statement(removed, SID) == removed


def test_a_bucket_without_policy_gets_and_loses_one() -> None:
    added = with_statement(None, OURS)
    assert added is not None
    assert json.loads(added) == {"Version": "2012-10-17", "Statement": [OURS]}
    assert added_sid(None, added) == SID
    assert without_statement(added, SID) is None
    assert added_sid(added, None) is None


def test_the_same_grant_under_another_sid_is_enough() -> None:
    for theirs in (
        {**OURS, "Sid": "AmazonBedrockLogsWrite"},
        {k: OURS[k] for k in OURS if k != "Sid"},
    ):
        assert with_statement(new_policy([theirs]), OURS) is None


def test_a_changed_statement_under_our_sid_is_refused() -> None:
    with pytest.raises(PluginError, match=f"{SID} was changed by someone"):
        with_statement(new_policy([{**OURS, "Effect": "Deny"}]), OURS)


@pytest.mark.parametrize(
    "policy",
    ["", "{", "[]", "7", "{}", '{"Statement": 7}', '{"Statement": [7]}', '{"a": 1', "null"],
)
def test_what_is_no_policy_is_refused(policy: str) -> None:
    with pytest.raises(PluginError, match="could not be read as a JSON policy"):
        with_statement(policy, OURS)
    with pytest.raises(PluginError, match="could not be read as a JSON policy"):
        without_statement(policy, SID)


@settings(derandomize=True, max_examples=300)
@given(policies(), st.integers(0, 200))
def test_a_cut_policy_is_refused_and_nothing_else_happens(policy: str, at: int) -> None:
    cut = policy[:at]
    assume(cut != policy)
    with pytest.raises(PluginError):
        with_statement(cut, OURS)
