"""What was added is there, nothing else is, however many there are."""

from hypothesis import given
from hypothesis import strategies as st

from oversight.domain.fingerprints import Fingerprints

hashes = st.integers(-(2**63), 2**63 - 1) | st.sampled_from([0, 1, 1024, 2048, 2**63 - 1024])


@given(st.lists(hashes), st.lists(hashes))
def test_it_holds_what_a_set_would_hold(added: list[int], asked: list[int]) -> None:
    ours, theirs = Fingerprints(), set[int]()
    for each in added:
        ours.add(each)
        theirs.add(each or 1)  # a free place is 0
    assert len(ours) == len(theirs)
    for each in (*added, *asked):
        assert (each in ours) == ((each or 1) in theirs)


def test_it_grows() -> None:
    ours, chosen = Fingerprints(), [hash(str(number)) for number in range(5_000)]
    for each in chosen:
        ours.add(each)
    assert len(ours) == len(set(chosen))
    assert all(each in ours for each in chosen)
    assert not any(hash(f"other {number}") in ours for number in range(5_000))
