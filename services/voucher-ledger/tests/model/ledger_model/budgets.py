"""The reference ledger: what each command does to plain numbers, and when it is refused.

It has no streams, shares, leases or replicas: money is one number per place. Each method does what
the command of its name does, or returns the code of its refusal and does nothing. Amounts in fen,
dates ISO text in Asia/Shanghai.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

FUND: Final = "JYCY"
PROVINCE: Final = "340000"
DONE: Final = "done"
GONE: Final = "voucher-ledger.budget-stands-still"
TOO_MUCH: Final = "voucher-ledger.appropriation-exceeded"

Year = tuple[str, int]
"""A budget: region and year."""


@dataclass
class Budget:
    """A region's money of a year."""

    received: int = 0
    given: int = 0
    committed: int = 0
    state: str = "open"

    @property
    def free(self) -> int:
        """What is neither given away nor set aside."""
        return self.received - self.given - self.committed


@dataclass
class Batch:
    """A batch with its terms and what it has left to issue."""

    of: Year
    terms: dict[str, Any]
    left: int
    state: str = "open"


@dataclass
class Voucher:
    """A voucher: where each of its fen is."""

    batch: Batch
    batch_id: str
    holder: str
    available: int
    state: str = "granted"
    orders: set[str] = field(default_factory=set)
    reserved: dict[str, int] = field(default_factory=dict)
    redeemed: dict[str, int] = field(default_factory=dict)
    paid: int = 0
    expired: int = 0
    """Went back to its year: expired, voided or owed no more."""

    clawed: int = 0
    asked: set[str] = field(default_factory=set)
    """Orders whose redemption was applied for."""


@dataclass
class Offer:
    """A listing as vouchers see it."""

    provider: str
    provider_kind: str | None
    category: str
    price: int
    rate_bp: int
    cap: int
    valid_from: str | None
    valid_until: str | None


@dataclass
class User:
    """Somebody who may get vouchers."""

    region: str
    kind: str
    verified: bool
    frozen: bool = False


@dataclass
class Transfer:
    """A transfer that waits for its approvals."""

    source: Year
    target: Year
    fen: int
    proposer: str
    approvers: list[str] = field(default_factory=list)
    state: str = "proposed"


class Budgets:
    """Where every fen is, and the commands about public money before it is anybody's."""

    def __init__(self) -> None:
        self.today = ""
        self.buckets: dict[Year, Counter[str]] = {}
        self.budgets: dict[Year, Budget] = {}
        self.batches: dict[str, Batch] = {}
        self.vouchers: dict[str, Voucher] = {}
        self.offers: dict[str, Offer] = {}
        self.users: dict[str, User] = {}
        self.transfers: dict[str, Transfer] = {}
        self.frozen: set[str] = set()
        self.providers: dict[str, str] = {}
        self.used: Counter[tuple[str, int]] = Counter()
        self.drawn: Counter[tuple[str, str, int]] = Counter()
        self.counted: dict[str, tuple[tuple[str, int] | None, tuple[str, str, int] | None]] = {}

    def move(self, of: Year, source: str, target: str, fen: int) -> None:
        """Money goes from one bucket of a purse to another."""
        purse = self.buckets.setdefault(of, Counter())
        purse[source] -= fen
        purse[target] += fen

    def balances(self) -> dict[Year, dict[str, int]]:
        """Each purse's buckets that have something."""
        found = {of: {k: n for k, n in purse.items() if n} for of, purse in self.buckets.items()}
        return {of: purse for of, purse in found.items() if purse}

    def appropriate(self, year: int, fen: int) -> str:
        """New money for the province."""
        budget = self._budget((PROVINCE, year))
        if budget.state == "closed":
            return GONE
        budget.received += fen
        self.move((PROVINCE, year), "appropriated", "unissued", fen)
        return self._keep((PROVINCE, year), budget)

    def allocate(self, target: Year, fen: int) -> str:
        """Money of the province for a region."""
        source = (PROVINCE, target[1])
        refused = self._transferable(source, target, fen)
        if refused != DONE:
            return refused
        self._give(source, target, fen)
        return DONE

    def _transferable(self, source: Year, target: Year, fen: int) -> str:
        if source == target:
            return "voucher-ledger.same-budget"
        giver, taker = self._budget(source), self._budget(target)
        if giver.state != "open":
            return GONE
        if fen > giver.free:
            return TOO_MUCH
        return DONE if taker.state == "open" else GONE

    def _give(self, source: Year, target: Year, fen: int) -> None:
        giver, taker = self._budget(source), self._budget(target)
        giver.given += fen
        taker.received += fen
        for of, sign in ((source, -1), (target, 1)):
            self.move(of, "appropriated", "unissued", sign * fen)
        self._keep(source, giver)
        self._keep(target, taker)

    def may_propose(self, transfer: Transfer) -> str:
        """What proposing it would say."""
        return self._transferable(transfer.source, transfer.target, transfer.fen)

    def decide(self, id_: str, approve: bool, who: str) -> str:
        """Approve or reject; the second approval carries it out."""
        transfer = self.transfers[id_]
        if transfer.state != "proposed":
            return "voucher-ledger.transfer-decided"
        if who == transfer.proposer:
            return "voucher-ledger.own-proposal"
        if not approve:
            transfer.state = "rejected"
            return DONE
        if who in transfer.approvers:
            return "voucher-ledger.approved-before"
        if len(transfer.approvers) == 1:
            refused = self._transferable(transfer.source, transfer.target, transfer.fen)
            if refused != DONE:
                return refused
            self._give(transfer.source, transfer.target, transfer.fen)
            transfer.state = "carried-out"
        transfer.approvers.append(who)
        return DONE

    def freeze(self, of: Year) -> str:
        """Stop a budget."""
        budget = self.budgets[of]
        if budget.state != "open":
            return GONE
        budget.state = "frozen"
        return DONE

    def unfreeze(self, of: Year) -> str:
        """Let it go on."""
        budget = self.budgets[of]
        if budget.state != "frozen":
            return "voucher-ledger.budget-not-frozen"
        budget.state = "open"
        return DONE

    def close_year(self, of: Year, remainder: str) -> str:
        """The year is over: what was not issued moves on."""
        region, year = of
        budget, after = self.budgets[of], self._budget((region, year + 1))
        if int(self.today[:4]) <= year:
            return "voucher-ledger.year-not-over"
        if budget.state != "open":
            return GONE
        unissued = sum(b.left for b in self.batches.values() if b.of == of and b.state == "open")
        fen = budget.free + unissued
        carried = fen > 0 and remainder == "carry-over"
        if carried and after.state == "closed":
            return GONE
        for batch in self.batches.values():
            if batch.of == of and batch.state == "open":
                self._close(batch)
        budget.given += fen
        budget.state = "closed"
        if carried:
            after.received += fen
            for each, sign in ((of, -1), ((region, year + 1), 1)):
                self.move(each, "appropriated", "unissued", sign * fen)
            self._keep((region, year + 1), after)
        elif fen:
            self.move(of, "unissued", "expired-returned", fen)
        return DONE

    def _close(self, batch: Batch) -> None:
        self.budgets[batch.of].committed -= batch.left
        batch.left, batch.state = 0, "closed"

    def _budget(self, of: Year) -> Budget:
        return self.budgets.get(of) or Budget()

    def _keep(self, of: Year, budget: Budget) -> str:
        self.budgets[of] = budget
        return DONE
