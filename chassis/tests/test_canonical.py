"""Canonical JSON against the RFC 8785 package, and what is refused."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from chassis.canonical import MAX_SAFE_INTEGER, NotPlain, canonical

KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
)
PLAIN = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
)


@given(PLAIN)
def test_it_writes_what_rfc_8785_asks_for(value: Any) -> None:
    written = canonical(value)
    assert written == rfc8785.dumps(value)
    assert json.loads(written) == value


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), MAX_SAFE_INTEGER + 1, {"键": 1}, {1: 2}, b"bytes", {"a": [object()]}],
)
def test_what_the_log_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(NotPlain):
        canonical(value)
