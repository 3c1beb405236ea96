"""The invariants about reconciliations, at every event; see `ledger_model.judging`."""

from chassis.log import Entry
from ledger_model.budgets import Offer
from ledger_model.invariants import Data
from ledger_model.judging import Invariants

OF_PURCHASES = "ZFGM-"

MOVING = (
    "VoucherRedeemed",
    "VoucherShareLapsed",
    "OwnPaymentProven",
    "RedemptionApplied",
    "RedemptionRejected",
    "RedemptionInstructed",
    "RedemptionRecalled",
    "RedemptionPaid",
    "RedemptionReturned",
    "RedemptionRepaid",
    "PaymentOrderIssued",
)
"""After these, an order is compared anew."""


class Audited(Invariants):
    """Purchases, and the comparison of everything that moved."""

    def __init__(self, offers: dict[str, Offer]) -> None:
        super().__init__(offers)
        self.heard: list[tuple[int, str]] = []
        """Acceptances that the ledger heard of: positions in matching's log, and orders."""

        self._moves: list[tuple[int, str]] = []
        self._last = {"number": 0, "covered": 0, "orders_seen": -1}
        self._found: list[str | None] = []
        self._open: dict[str, str] = {}

    def moved(self, order: str) -> bool:
        """Whether an order moved since what was compared last."""
        return order in self._since(self.read, 10**9)

    def _since(self, covered: int, seen: int) -> set[str]:
        here = {order for n, order in self._moves if self._last["covered"] <= n < covered}
        known = self._last["orders_seen"]
        return here | {order for n, order in self.heard if known < n <= seen}

    def add(self, entry: Entry) -> None:
        """Judge the next entry."""
        super().add(entry)
        data, name = entry.data, entry.type.partition(".")[2]
        if name in MOVING:
            for order in self._orders_of(entry, data):
                self._moves.append((entry.position, order))
        of_purchase = self._is_bought(entry, data)
        for posting in data.get("postings", ()):
            fund = posting["account"].split("/")[1]
            if not name.startswith("Budget"):
                assert fund.startswith(OF_PURCHASES) == of_purchase, "6, 18: funds never mix"

    def _orders_of(self, entry: Entry, data: Data) -> list[str]:
        if "order_id" in data:
            return [data["order_id"]]
        if entry.stream in self._redemptions:
            return [self._redemptions[entry.stream].data["order_id"]]
        items = self._orders[entry.stream].data["items"]
        return [self._redemptions[item["redemption_id"]].data["order_id"] for item in items]

    def _is_bought(self, entry: Entry, data: Data) -> bool:
        redemption = self._redemptions.get(entry.stream)
        of = redemption.data["order_id"] if redemption is not None else entry.stream
        return of in self.purchases

    def _reconciliation_done(self, entry: Entry, data: Data, today: str) -> None:
        last = self._last
        assert (data["number"], data["since"]) == (last["number"] + 1, last["covered"]), "no gap"
        assert data["day"] == today, "of its day"
        assert data["covered"] <= entry.position, "what is sealed"
        assert data["checked"] == len(self._since(data["covered"], data["orders_seen"])), "all"
        assert data["found"] == self._found.count(entry.event["command"])
        self._last = {name: data[name] for name in last}

    def _difference_found(self, entry: Entry, data: Data, today: str) -> None:
        assert entry.event["version"] == 1, "a difference is said once"
        self._found.append(entry.event["command"])
        self._open[entry.stream] = data["order_id"]

    def _difference_settled(self, entry: Entry, data: Data, today: str) -> None:
        order_id = self._open.pop(entry.stream)  # what is open is settled, once
        for id_, owed in self._redemptions.items():
            if owed.data["order_id"] == order_id:
                self._settled(id_, owed, data)

    def _redemption_instructed(self, entry: Entry, data: Data, today: str) -> None:
        super()._redemption_instructed(entry, data, today)
        self._agrees(self._redemptions[entry.stream].data)

    def _payment_order_approved(self, entry: Entry, data: Data, today: str) -> None:
        super()._payment_order_approved(entry, data, today)
        for item in self._orders[entry.stream].data["items"]:
            self._agrees(self._redemptions[item["redemption_id"]].data)

    def _agrees(self, data: Data) -> None:
        assert data["order_id"] not in self._open.values(), "nothing that differs is paid"
