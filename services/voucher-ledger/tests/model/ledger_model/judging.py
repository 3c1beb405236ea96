"""The invariants about redemption and payment, at every event; see `ledger_model.invariants`."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from chassis.log import Entry
from ledger_model.budgets import Offer
from ledger_model.invariants import Data
from ledger_model.judging_purchases import Purchases

_ONCE: Final = ("order_id", "invoice_number")


@dataclass
class Owed:
    """A redemption, as its own entries tell it."""

    data: Data
    approved_at: int = 0
    reviewer: str = ""
    payable_from: str = ""
    paid: bool = False
    missing: int = 0
    held: bool = False
    order: str = ""
    """The payment order that it is part of."""

    settlers: set[str] = field(default_factory=set)


@dataclass
class Order:
    """A payment order, as its own entries tell it."""

    data: Data
    approvers: set[str] = field(default_factory=set)
    issued: bool = False


class Invariants(Purchases):
    """Reads the log once, in order; `notes` are what the supervisor cosigned, by size."""

    def __init__(self, offers: dict[str, Offer]) -> None:
        super().__init__(offers)
        self.notes: dict[int, str] = {}
        self._redemptions: dict[str, Owed] = {}
        self._rounds: dict[str, tuple[int, Data]] = {}
        self._sampled: dict[str, bool] = {}
        self._orders: dict[str, Order] = {}
        self._own: dict[str, int] = {}
        self._refunded: set[str] = set()
        """Orders of which something came back that nobody held yet."""

    def _redemption_applied(self, entry: Entry, data: Data, today: str) -> None:
        if bought := self.purchases.get(data["order_id"]):
            said = data["fen"], data["provider"], data["fund"]
            assert said == (bought.owed, bought.data["provider"], bought.data["fund"])
        else:
            voucher = self.vouchers[data["voucher_id"]]
            assert voucher.redeemed[data["order_id"]] == (data["fen"], data["provider"])
            assert today <= voucher.terms["redeem_by"], "5: redeemed by its date"
        assert all(data[k] != r.data[k] for r in self._redemptions.values() for k in _ONCE)
        self._redemptions[entry.stream] = Owed(data)

    def _redemption_approved(self, entry: Entry, data: Data, today: str) -> None:
        owed = self._redemptions[entry.stream]
        owed.approved_at, owed.reviewer = entry.position, data["reviewer"]

    def _redemption_held(self, entry: Entry, data: Data, today: str) -> None:
        owed = self._redemptions[entry.stream]
        owed.held = True
        if data["detector"] == "own-share-refunded":
            self._refunded.discard(owed.data["order_id"])

    def _redemption_hold_released(self, entry: Entry, data: Data, today: str) -> None:
        owed = self._redemptions[entry.stream]
        assert owed.held, "only what is held is released"
        assert data["decider"] != owed.reviewer, "7: somebody else"
        owed.held = False
        self._settled(entry.stream, owed, data)

    def _settled(self, id_: str, owed: Owed, data: Data) -> None:
        owed.settlers.add(data["decider"])
        order = self._orders.get(owed.order)
        assert order is None or data["decider"] not in order.approvers, "7: who approved it"

    def _redemption_instructed(self, entry: Entry, data: Data, today: str) -> None:
        owed = self._redemptions[entry.stream]
        assert not owed.held, "nothing is paid while it is held"
        owed.order = data["payment_order_id"]

    def _redemption_recalled(self, entry: Entry, data: Data, today: str) -> None:
        self._redemptions[entry.stream].order = ""

    def _sample_round_committed(self, entry: Entry, data: Data, today: str) -> None:
        self._rounds[entry.stream] = entry.position, data

    def _sample_round_drawn(self, entry: Entry, data: Data, today: str) -> None:
        began, committed = self._rounds[entry.stream]
        assert _digest(data["secret"]) == committed["commitment"], "the secret of before"
        approved = [self._redemptions[each["redemption_id"]].approved_at for each in data["drawn"]]
        floor = max(began, min(approved))
        assert data["size"] == min(n for n in self.notes if n > floor), "no other cosignature"
        assert max(approved) < data["size"], "nothing is drawn that was not cosigned"
        assert data["note_sha256"] == _digest(self.notes[data["size"]])
        seed = _digest(f"{data['secret']}/{data['note_sha256']}")
        for each in data["drawn"]:
            ticket = int(_digest(f"{seed}/{each['redemption_id']}")[:16], 16)
            assert each["selected"] == (ticket * 10_000 < each["chance_bp"] * 2**64)
            assert each["redemption_id"] not in self._sampled, "drawn once"
            self._sampled[each["redemption_id"]] = each["selected"]

    def _redemption_sampled(self, entry: Entry, data: Data, today: str) -> None:
        assert self._sampled[entry.stream], "who is audited was drawn"

    def _redemption_audited(self, entry: Entry, data: Data, today: str) -> None:
        assert data["auditor"] != self._redemptions[entry.stream].reviewer, "7: somebody else"
        self._sampled[entry.stream] = not data["passed"]

    def _redemption_publicised(self, entry: Entry, data: Data, today: str) -> None:
        assert not self._sampled[entry.stream], "what is drawn is audited before"
        self._redemptions[entry.stream].payable_from = data["payable_from"]

    def _redemption_overdue(self, entry: Entry, data: Data, today: str) -> None:
        owed = self._redemptions[entry.stream]
        assert today > data["pay_by"] == owed.data["pay_by"], "on the day after, not before"
        assert not owed.paid

    def _payment_order_proposed(self, entry: Entry, data: Data, today: str) -> None:
        assert data["total_fen"] == sum(item["fen"] for item in data["items"])
        for item in data["items"]:
            owed = self._redemptions[item["redemption_id"]]
            given = owed.data["fen"], owed.data["provider"]
            assert (item["fen"], item["provider"]) == given, "what was approved is instructed"
            assert owed.payable_from, "it was publicised"
            assert today >= owed.payable_from, "its publicity is over"
            assert not owed.paid
        self._orders[entry.stream] = Order(data)

    def _own_payment_proven(self, entry: Entry, data: Data, today: str) -> None:
        assert entry.stream not in self._own, "an own share is proven once"
        self._own[entry.stream] = data["fen"]

    def _own_payment_refunded(self, entry: Entry, data: Data, today: str) -> None:
        self._own[entry.stream] -= data["fen"]
        assert self._own[entry.stream] >= 0, "no more comes back than was paid"
        self._refunded.add(data["order_id"])

    def _payment_order_approved(self, entry: Entry, data: Data, today: str) -> None:
        for item in self._orders[entry.stream].data["items"]:
            owed = self._redemptions[item["redemption_id"]]
            assert not owed.held, "nothing is approved while it is held"
            assert owed.data["order_id"] not in self._refunded, "a refund holds what is not paid"
        self._orders[entry.stream].approvers.add(data["approver"])

    def _payment_order_issued(self, entry: Entry, data: Data, today: str) -> None:
        order = self._orders[entry.stream]
        items = [self._redemptions[item["redemption_id"]] for item in order.data["items"]]
        involved = {order.data["proposer"]}.union(
            *({o.reviewer, _payee(o), *o.settlers} for o in items)
        )
        assert len(order.approvers - involved) == 2, "7: two persons who had no part in it"
        order.issued = True

    def _redemption_paid(self, entry: Entry, data: Data, today: str) -> None:
        owed, order = self._redemptions[entry.stream], self._orders[data["payment_order_id"]]
        assert order.issued, "7: nothing is paid without two approvals"
        assert entry.stream in {item["redemption_id"] for item in order.data["items"]}
        assert data["fen"] == owed.data["fen"], "what was approved is what is paid"
        assert not owed.paid, "once"
        owed.paid = True

    def _redemption_returned(self, entry: Entry, data: Data, today: str) -> None:
        owed = self._redemptions[entry.stream]
        assert bool(data["postings"]) == owed.paid, "what comes back had been paid"
        owed.paid, owed.order = False, ""

    def _redemption_demanded(self, entry: Entry, data: Data, today: str) -> None:
        owed = self._redemptions[entry.stream]
        assert owed.paid, "what is demanded back was paid"
        assert owed.missing == 0, "once"
        owed.missing = data["fen"]

    def _redemption_repaid(self, entry: Entry, data: Data, today: str) -> None:
        owed = self._redemptions[entry.stream]
        owed.missing -= data["fen"]
        assert owed.missing >= 0, "no more comes back than was demanded"
        account = "clawed-back/{fund}/{region}/{year}".format_map(owed.data)
        found = {p["account"]: p["fen"] for p in data["postings"]}
        assert found[account] == data["fen"], "8: back to its appropriation year"


def _payee(owed: Owed) -> str:
    return str(owed.data["provider"])


def _digest(text: Any) -> str:
    return sha256(str(text).encode()).hexdigest()
