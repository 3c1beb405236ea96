"""Leasing: the shares that this process draws from, and how it comes by more.

A share that is in nobody's hands is drawn from at once; its state is in memory, so not even a read
is needed. When there is none, one command at a time leases another, and gives back what is too
small to be of use; when the allotment is empty too, it takes what lies in all other shares, those
of other processes included. Correctness never rests on this memory: two that draw from one share
meet at its stream's version, and one of them decides anew.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from types import TracebackType
from typing import Protocol

from chassis.domain import Aggregate
from voucher_ledger.domain.lease import DRAWS, Allotment, BudgetShare


class Source(Protocol):
    """Where a pool reads the log and the read models."""

    def find_allotment(self, allotment_id: str) -> Allotment | None:
        """An allotment as the log has it."""

    def find_share(self, share_id: str) -> BudgetShare | None:
        """A share as the log has it."""

    def catch_up(self, aggregate: Aggregate) -> None:
        """Apply what happened to an aggregate since it was read."""

    def shares_with_something_left(self, allotment_id: str) -> set[str]:
        """The ids of an allotment's shares that have something left."""


class TooLittleLeft(Exception):
    """An allotment and all its shares together have less than is needed, in fen."""

    def __init__(self, left_fen: int) -> None:
        self.left_fen = left_fen
        super().__init__(left_fen)


class Held:
    """A share in the hands of one command, from its decision until that is written or given up.

    Leaving the context ends it: a share that was written is free again; one that was not (an
    exception left the context) is read anew.
    """

    def __init__(self, pool: "Pool", *, leasing: bool) -> None:
        self._pool = pool
        self.leasing = leasing
        self.leased = False
        self.allotment: Allotment | None = None
        self.given_back: list[BudgetShare] = []
        self.share: BudgetShare

    @property
    def changed(self) -> list[Aggregate]:
        """The aggregates to be written: what was given back, the allotment, the share."""
        allotment = [self.allotment] if self.allotment is not None else []
        return [*self.given_back, *allotment, self.share]

    def touched(self) -> set[str]:
        """The ids of all shares of this process that it has changed in memory.

        A share that was leased just now is none of them: if another process was faster, the share
        of that number is in its hands, and two would draw from it from now on.
        """
        found = {share.key for share in self.given_back}
        return found if self.leased or not hasattr(self, "share") else found | {self.share.key}

    def __enter__(self) -> "Held":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.end(self, written=kind is None)


class Pool:
    """What this process holds of one allotment."""

    def __init__(self, allotment_id: str, source: "Source") -> None:
        self._allotment_id = allotment_id
        self._source = source
        self._allotment: Allotment | None = None
        self._moved = threading.Condition()
        self._free: list[BudgetShare] = []
        self._unsure: set[str] = set()
        self._in_hand = 0
        self._leasing = False

    def take(self, fen: int, least: int, opened: Callable[[], Allotment]) -> Held:
        """A share to draw an amount from; at the end of the allotment one that has at least less.

        `opened` gives the allotment when it does not exist yet. Raises `TooLittleLeft`,
        `AllotmentStandsStill`.
        """
        with self._moved:
            while (share := self._suitable(fen)) is None and self._leasing:
                self._moved.wait()
            held = Held(self, leasing=share is None)
            self._leasing = self._leasing or held.leasing
            self._in_hand += 1
        if share is not None:
            held.share = share
            return held
        try:
            self._lease(held, fen, least, opened)
        except BaseException:
            self.end(held, written=False)
            raise
        return held

    def end(self, held: Held, *, written: bool) -> None:
        """A command wrote what it held, or gave it up."""
        with self._moved:
            self._in_hand -= 1
            if not written:
                self._unsure |= held.touched()
            elif held.share.left_fen:
                self._free.append(held.share)
            if held.leasing:
                self._leasing = False
                if written:
                    self._allotment = held.allotment or self._allotment
            self._moved.notify_all()

    def _suitable(self, fen: int) -> BudgetShare | None:
        for place, share in enumerate(self._free):
            if _suits(share, fen):
                return self._free.pop(place)
        return None

    def _lease(self, held: Held, fen: int, least: int, opened: Callable[[], Allotment]) -> None:
        sure = list(self._read(self._unsure))
        with self._moved:
            self._unsure.clear()
            self._free += sure
            if (found := self._suitable(fen)) is not None:
                held.share = found
                return
            small, self._free = self._free, []
        allotment = held.allotment = self._allotment_now(opened)
        self._give_back(small, held, allotment)
        if allotment.left_fen < fen:
            self._give_back(self._others(held), held, allotment)
        if allotment.left_fen < least:
            raise TooLittleLeft(allotment.left_fen)
        held.share = allotment.lease(min(fen, allotment.left_fen))
        held.leased = True

    def _allotment_now(self, opened: Callable[[], Allotment]) -> Allotment:
        """The allotment, a copy of its own: what is remembered stays as it was written."""
        if self._allotment is None:
            return self._source.find_allotment(self._allotment_id) or opened()
        allotment = deepcopy(self._allotment)
        self._source.catch_up(allotment)
        return allotment

    @staticmethod
    def _give_back(shares: Iterable[BudgetShare], held: Held, allotment: Allotment) -> None:
        for share in shares:
            if share.left_fen:
                held.given_back.append(share)
                allotment.take_back(share)

    def _others(self, held: Held) -> Iterator[BudgetShare]:
        """Every other share with something left, once no other command of this process has one."""
        with self._moved:
            while self._in_hand > 1:
                self._moved.wait()
            self._free.clear()  # they are among those that are read now
        ids = self._source.shares_with_something_left(self._allotment_id)
        yield from self._read(ids - held.touched())

    def _read(self, ids: set[str]) -> Iterator[BudgetShare]:
        for id_ in sorted(ids):
            if (share := self._source.find_share(id_)) is not None:
                yield share


def _suits(share: BudgetShare, fen: int) -> bool:
    return share.left_fen >= fen and share.version < DRAWS
