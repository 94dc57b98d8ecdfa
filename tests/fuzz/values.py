"""Values that nobody expects: what AWS, a file or a user may hold."""

from __future__ import annotations

from typing import Any

from botocore.model import Shape
from hypothesis import strategies as st

texts = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["", "\x1b[31mred", "=1+1", "a\nb", "\u202e", "\x00", "<script>", "{region}"]),
)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=True, allow_infinity=True), texts
)
json_values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)
mappings = st.dictionaries(texts, json_values, max_size=4)


def of_shape(shape: Shape, wrong: bool = False) -> st.SearchStrategy[Any]:
    """Return values of a botocore shape.

    Args:
        shape: the shape.
        wrong: True mixes in values of other types, and members that the shape does not know.
    """
    right: st.SearchStrategy[Any]
    if shape.type_name == "structure":
        members = {name: of_shape(one, wrong) for name, one in shape.members.items()}
        required = set() if wrong else set(shape.required_members)
        right = st.fixed_dictionaries(
            {name: members[name] for name in required},
            optional={name: one for name, one in members.items() if name not in required},
        )
        if wrong:
            more = st.dictionaries(texts, scalars, max_size=1)
            right = st.builds(lambda a, b: a | b, right, more)
    elif shape.type_name == "list":
        right = st.lists(of_shape(shape.member, wrong), max_size=2)
    elif shape.type_name == "boolean":
        right = st.booleans()
    elif shape.type_name in ("integer", "long"):
        right = st.integers(0, 10**6)
    elif shape.type_name in ("double", "float"):
        right = st.floats()
    else:
        right = texts.filter(bool)
    return st.one_of(right, json_values) if wrong else right
