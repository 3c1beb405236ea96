"""What the use cases of every subject stand on."""

import hmac
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from hashlib import sha256
from typing import ClassVar, TypeVar

from chassis.application import Application
from chassis.domain import Aggregate
from chassis.privacy import available
from chassis.projection import Projector
from chassis.settings import Settings
from voucher_ledger import queries
from voucher_ledger.domain.batch import Caps
from voucher_ledger.domain.lease import Allotment, BudgetShare
from voucher_ledger.leasing import Held, Pool
from voucher_ledger.projections import PROJECTOR
from voucher_ledger.reading_ahead import ReadAhead

A = TypeVar("A", bound=Aggregate)


class LedgerBase(Application):
    """The ledger's log and read models, and the shares of allotments that this process holds."""

    log = "voucher-ledger"
    projector: ClassVar[Projector] = PROJECTOR
    shows_events = True

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._pools: dict[str, Pool] = {}
        self._known_caps: dict[str, Caps] = {}
        self._remembered: dict[str, Aggregate] = {}
        self.run_started = threading.Event()
        """Set when there is a run of grants to carry out."""
        self.ahead = ReadAhead()

    def sample_secret(self, number: int) -> str:
        """The secret of a round of samples, as hex text: the same on every replica, stored nowhere.

        It follows from a key that never changes; without one, everybody could know it.
        """
        key = available(self.settings)
        digests = key.command_digests if key else b""
        return hmac.new(digests, f"sample-round/{number}".encode(), sha256).hexdigest()

    def take_share(
        self,
        allotment_id: str,
        fen: int,
        least: int | None = None,
        opened: Callable[[], Allotment] | None = None,
    ) -> Held:
        """A share of an allotment to draw an amount from (at the end, of at least `least`).

        `opened` opens the allotment when it does not exist yet. Raises `TooLittleLeft`,
        `AllotmentStandsStill`, `NotFound`.
        """
        pool = self._pools.get(allotment_id)
        if pool is None:
            pool = self._pools.setdefault(allotment_id, Pool(allotment_id, self))
        wanted = fen if least is None else least
        return pool.take(fen, wanted, opened or (lambda: self.load(Allotment, allotment_id)))

    def find_allotment(self, allotment_id: str) -> Allotment | None:
        """An allotment as the log has it."""
        return self.find(Allotment, allotment_id)

    def find_share(self, share_id: str) -> BudgetShare | None:
        """A share as the log has it."""
        return self.find(BudgetShare, share_id)

    def shares_with_something_left(self, allotment_id: str) -> set[str]:
        """The ids of an allotment's shares that have something left."""
        return queries.leases.shares_with_something_left(self.database, allotment_id)

    def recall(self, allotment: Allotment) -> list[BudgetShare]:
        """Give back every share of an allotment; returns those that changed."""
        found = []
        for share_id in sorted(self.shares_with_something_left(allotment.key)):
            share = self.load(BudgetShare, share_id)
            if share.left_fen:
                allotment.take_back(share)
                found.append(share)
        return found

    def remembered(self, kind: type[A], id_: str) -> A:
        """An aggregate as it is now, from what this process remembers and what came after.

        For aggregates with many events that one process changes again and again. Raises `NotFound`.
        """
        known = self._remembered.get(id_)
        if not isinstance(known, kind):
            return self.load(kind, id_)
        copy = deepcopy(known)
        self.catch_up(copy)
        return copy

    @contextmanager
    def remembering(self, aggregate: Aggregate) -> Iterator[None]:
        """Remember an aggregate when its decision was written, else forget it."""
        self._remembered.pop(aggregate.key, None)
        yield
        self._remembered[aggregate.key] = aggregate
