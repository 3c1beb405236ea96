"""A set of hashes that only grows: eight bytes each, where a set of integers takes sixty-five.

A reading remembers every command of a million entries; that has to fit beside what rules look up.
"""

from array import array

_BITS = (1 << 64) - 1
_FIRST = 1 << 10


class Fingerprints:
    """Hashes of 64 bits, open addressing; half of the places stay empty."""

    def __init__(self) -> None:
        self._places = array("Q", bytes(8 * _FIRST))
        self._mask = _FIRST - 1
        self._count = 0

    def __contains__(self, found: int) -> bool:
        places, mask = self._places, self._mask
        wanted = found & _BITS or 1
        at = wanted & mask
        while there := places[at]:
            if there == wanted:
                return True
            at = (at + 1) & mask
        return False

    def add(self, found: int) -> bool:
        """Remember a hash; whether it is new."""
        places, mask = self._places, self._mask
        wanted = found & _BITS or 1
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
        self._places = places = array("Q", bytes(16 * len(known)))
        for each in known:
            if each:
                at = each & mask
                while places[at]:
                    at = (at + 1) & mask
                places[at] = each
