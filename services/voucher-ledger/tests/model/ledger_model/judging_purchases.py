"""The invariants about government purchases, at every event; see `ledger_model.invariants`."""

from dataclasses import dataclass, field

from chassis.log import Entry
from ledger_model.budgets import Offer
from ledger_model.invariants import Data, Vouchers


@dataclass
class Bought:
    """A purchase, as its own entries tell it."""

    data: Data
    state: str = "proposed"
    fen: int = 0
    consents: dict[str, str] = field(default_factory=dict)
    deliverer: str = ""
    owed: int = 0


class Purchases(Vouchers):
    """Art. 6 and 18."""

    def __init__(self, offers: dict[str, Offer]) -> None:
        super().__init__(offers)
        self.purchases: dict[str, Bought] = {}

    def _batch_opened(self, entry: Entry, data: Data, today: str) -> None:
        super()._batch_opened(entry, data, today)
        assert not data["fund"].startswith("ZFGM-"), "no voucher from the money of purchases"

    def _purchase_proposed(self, entry: Entry, data: Data, today: str) -> None:
        assert data["fund"].startswith("ZFGM-"), "no purchase from the money of vouchers"
        kinds = {o.provider_kind for o in self._offers.values() if o.provider == data["provider"]}
        assert kinds == {"lawful-firm"}, "6: no body of the government, nobody unknown"
        small = data["fen"] < data["threshold_fen"]
        assert small or data["procedure"] == "open-tender" or data["exemption"], "18: tendered"
        self.purchases[entry.stream] = Bought(data)

    def _purchase_consented(self, entry: Entry, data: Data, today: str) -> None:
        bought = self.purchases[entry.stream]
        assert bought.state == "proposed"
        assert data["office"] not in bought.consents, "each office once"
        self._is_other(entry, data["approver"], bought.data["proposer"], *bought.consents.values())
        bought.consents[data["office"]] = data["approver"]

    def _purchase_rejected(self, entry: Entry, data: Data, today: str) -> None:
        bought = self.purchases[entry.stream]
        assert bought.state == "proposed"
        assert len(bought.consents) < 2, "what both consented to is not rejected"
        bought.state = "rejected"

    def _purchase_contracted(self, entry: Entry, data: Data, today: str) -> None:
        bought = self.purchases[entry.stream]
        assert bought.state == "proposed"
        assert set(bought.consents) == {"hrss-province", "finance-province"}, "18: both"
        assert 0 < data["fen"] <= bought.data["fen"], "within what was consented to"
        bought.state, bought.fen = "contracted", data["fen"]

    def _purchase_delivered(self, entry: Entry, data: Data, today: str) -> None:
        bought = self.purchases[entry.stream]
        assert bought.state == "contracted"
        others = bought.data["proposer"], *bought.consents.values()
        self._is_other(entry, data["deliverer"], *others)
        bought.state, bought.deliverer = "delivered", data["deliverer"]

    def _purchase_accepted(self, entry: Entry, data: Data, today: str) -> None:
        bought = self.purchases[entry.stream]
        assert bought.state == "delivered", "nothing is accepted before its delivery, or twice"
        assert data["fen"] + data["returned_fen"] == bought.fen, "what is not accepted goes back"
        self._is_other(entry, data["acceptor"], bought.data["proposer"], bought.deliverer)
        bought.state, bought.owed = "accepted", data["fen"]

    def _purchase_cancelled(self, entry: Entry, data: Data, today: str) -> None:
        bought = self.purchases[entry.stream]
        assert bought.state in ("proposed", "contracted"), "nothing is cancelled once delivered"
        assert data["fen"] == bought.fen, "all that was contracted goes back"
        bought.state = "cancelled"

    def _purchase_forfeited(self, entry: Entry, data: Data, today: str) -> None:
        bought = self.purchases[entry.stream]
        assert data["fen"] == bought.owed > 0, "all that was owed goes back, once"
        bought.owed = 0

    @staticmethod
    def _is_other(entry: Entry, who: str, *others: str) -> None:
        assert who == entry.event["actor"], "everybody acts as themself"
        assert who not in others, "政府采购法 61: different persons"
