"""Reservations in two ledgers in turn, a few of them with vouchers out of very many.

`python -m bench.sides.growth LARGE LISTING SMALL LISTING RESERVATIONS` — each ledger by its URL and
a listing; prints what every reservation took in each, in ms, as two JSON lists. One after the
other: first the one ledger, then the other, and the other way round the next time.
"""

import json
import random
import sys
import time

from bench.sides.ledgers import SOME, vouchers
from bench.sides.orders import Bought, Desk, serving

WARM = 100
"""Reservations in each that come first and are not counted."""


class Side:
    """One of the two ledgers."""

    def __init__(self, url: str, listing: str, count: int, first: int) -> None:
        self._ledger = serving(url, 2)
        self._desk = Desk(self._ledger, first)
        found = vouchers(self._ledger.database, count, SOME)
        random.shuffle(found)
        self._orders = iter([Bought(*voucher, listing) for voucher in found])
        self.spent: list[float] = []

    def reserve(self) -> None:
        """Reserve for the next order."""
        order = next(self._orders)
        began = time.perf_counter()
        self._desk.reserve(order)
        self.spent.append((time.perf_counter() - began) * 1000)


def main(large: tuple[str, str], small: tuple[str, str], count: int) -> list[list[float]]:
    """What every reservation took in each of the two, in ms."""
    first = random.randrange(10**12)  # a round has positions of its own
    sides = [Side(*each, count + WARM, first) for each in (large, small)]
    for number in range(count + WARM):
        for side in sides if number % 2 else reversed(sides):
            side.reserve()
    return [side.spent[WARM:] for side in sides]


if __name__ == "__main__":
    url, listing, other, its_listing, count = sys.argv[1:]
    print(json.dumps(main((url, listing), (other, its_listing), int(count))))
