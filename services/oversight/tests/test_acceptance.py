"""Quick acceptance never accepts what the schemas refuse."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from oversight.acceptance import acceptance
from schemas.registry import EVENTS

ACCEPTS = {type_: acceptance(schema()) for type_, schema in EVENTS.items()}
ODD: list[Any] = [
    None, True, False, 0, -1, 1, 2**53, 2**53 + 1, 10**15 + 1, 1.0, float("nan"), "", " ", "x", "0",
    "340100", "34010\u0660", "34010", "350100", "2026-02-29", "2026-2-1", "20260201", "a" * 201,
    "a" * 4001, " a", "a\u0007", "e\u0301", "é", "\n", "合肥", [], {}, [None], [1], {"a": 1},
    {"a": None}, [{}], [{"account": "a", "fen": 1}], [{"account": "a", "fen": "1"}],
    [{"account": 1, "fen": 1}], [{"account": "a", "fen": 1, "more": 1}], {"": {}}, {"a": "1"},
    "0" * 64, "0" * 63, "A" * 64, "00000000-0000-4000-8000-000000000001",
    "00000000000040008000000000000001", "00000000-0000-4000-8000-00000000000G", "JYCY", "jycy",
    "clean", "dirty", "0" * 64 + "\n", "340100\n",
]  # fmt: skip


@pytest.mark.parametrize("type_", sorted(EVENTS))
def test_every_example_is_accepted_quickly(type_: str) -> None:
    assert ACCEPTS[type_](EVENTS[type_].example)


@pytest.mark.parametrize("type_", sorted(EVENTS))
def test_no_odd_value_is_accepted_that_the_schema_refuses(type_: str) -> None:
    for name in EVENTS[type_].example:
        for value in ODD:
            data = {**copy.deepcopy(EVENTS[type_].example), name: value}
            _accepted_only_if_it_loads(type_, data)
        data = copy.deepcopy(EVENTS[type_].example)
        del data[name]
        assert not ACCEPTS[type_](data)
    assert not ACCEPTS[type_]({**EVENTS[type_].example, "more": 1})
    assert not ACCEPTS[type_]([])


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_is_accepted_loads(data: st.DataObject) -> None:
    type_ = data.draw(st.sampled_from(sorted(EVENTS)))
    event = copy.deepcopy(EVENTS[type_].example)
    for name in data.draw(st.lists(st.sampled_from([*event, "more"]), max_size=2)):
        event[name] = data.draw(plain)
    _accepted_only_if_it_loads(type_, event)


def _accepted_only_if_it_loads(type_: str, data: dict[str, Any]) -> None:
    if ACCEPTS[type_](data):
        try:
            EVENTS[type_]().load(data)
        except ValidationError as error:
            pytest.fail(f"{type_} accepted {data}: {error}")
