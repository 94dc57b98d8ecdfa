"""Whatever a bucket's policy holds, our statement comes in and out and the rest stays."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from prowler_bedrock.destination.problem import unreadable
from prowler_bedrock.destination.simulation import statements_for
from prowler_bedrock.enable.bucket_policy import (
    added_statement,
    delivery_statement,
    with_statement,
    without_statement,
)
from prowler_bedrock.enable.plan import BucketPlan
from prowler_bedrock.errors import PluginError
from tests.fuzz.values import json_values, mappings, texts

OURS = delivery_statement(
    BucketPlan(name="logs", key_prefixes=[""], kms_key_id=None), "123456789012", "aws", "us-east-1"
)
ELEMENTS = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"])},
    optional={"Sid": texts, "Principal": json_values, "Action": json_values},
)
POLICIES = st.builds(
    lambda statements, more, indent: json.dumps({**more, "Statement": statements}, indent=indent),
    st.one_of(ELEMENTS, st.lists(ELEMENTS, max_size=3)),
    mappings,
    st.sampled_from([None, 0, 2]),
)


@given(POLICIES)
def test_our_statement_comes_and_goes(policy: str) -> None:
    merged = with_statement(policy, OURS)
    assert merged is not None
    before, after = json.loads(policy), json.loads(merged)
    theirs = before["Statement"]
    theirs = theirs if isinstance(theirs, list) else [theirs]
    assert after == before | {"Statement": [*theirs, OURS]}
    assert added_statement(policy, merged) == OURS
    left = without_statement(merged, OURS)
    assert (json.loads(left)["Statement"] if left else []) == theirs
    assert with_statement(merged, OURS) is None


@given(st.one_of(texts, json_values.map(json.dumps), POLICIES.map(lambda text: text[:-3])))
def test_any_text_is_merged_or_refused(policy: str) -> None:
    try:
        merged = with_statement(policy, OURS)
    except PluginError:
        return
    assert merged is None or OURS in json.loads(merged)["Statement"]


@given(st.one_of(texts, json_values.map(json.dumps), POLICIES))
def test_any_policy_is_read_or_not_known(policy: str) -> None:
    problems: list[Any] = []
    with unreadable(problems, "the policy"):
        for statement in statements_for(policy, {"bedrock.amazonaws.com"}):
            assert {"Principal", "Sid"}.isdisjoint(statement)
    assert all(not problem.broken for problem in problems)
