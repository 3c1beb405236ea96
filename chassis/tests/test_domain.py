"""Things that their own attributes name have one id, one by one and many at once."""

from hypothesis import given
from hypothesis import strategies as st

from chassis.domain import stream_id, stream_ids


@given(st.lists(st.text(max_size=60)), st.lists(st.text(max_size=20), max_size=3))
def test_many_ids_are_those_of_each(names: list[str], parts: list[str]) -> None:
    assert stream_ids(names, "voucher", *parts) == [
        stream_id("voucher", *parts, name) for name in names
    ]
