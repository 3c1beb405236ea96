"""A set of hashes that only grows: eight bytes each, where a set of integers takes sixty-five.

A reading remembers every command of a million entries; that has to fit beside what rules look up.
"""

from array import array

_FIRST, _AT_ONCE = 1 << 10, 1 << 21
"""Places at first, the fewest and the most: what is expected is hearsay."""


class Fingerprints:
    """Hashes of 64 bits, open addressing; half of the places stay empty.

    There is room for as many as are `expected`, and for more when they come.
    """

    def __init__(self, expected: int = 0) -> None:
        places = min(max(_FIRST, 1 << (2 * expected).bit_length()), _AT_ONCE)
        self._places = array("q", [0]) * places
        self._mask = places - 1
        self._count = 0

    def __contains__(self, found: int) -> bool:
        places, mask = self._places, self._mask
        wanted = found or 1  # a free place is 0
        at = wanted & mask
        while there := places[at]:
            if there == wanted:
                return True
            at = (at + 1) & mask
        return False

    def add(self, found: int) -> bool:
        """Remember a hash; whether it is new."""
        places, mask = self._places, self._mask
        wanted = found or 1  # a free place is 0
        at = wanted & mask
        while there := places[at]:
            if there == wanted:
                return False
            at = (at + 1) & mask
        places[at] = wanted
        self._count += 1
        if 2 * self._count > mask:
            self._grow()
        return True

    def __len__(self) -> int:
        return self._count

    def _grow(self) -> None:
        known = self._places
        self._mask = mask = 2 * len(known) - 1
        self._places = places = array("q", [0]) * (2 * len(known))
        for each in known:
            if each:
                at = each & mask
                while places[at]:
                    at = (at + 1) & mask
                places[at] = each
