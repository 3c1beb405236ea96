"""The invariants about vouchers, checked at every event of the ledger's log.

Nothing is taken from the reference or the ledger's code: each entry is judged by the entries before
it and by what was offered. Numbers are those of *Vouchers*, *Invariants*; a breach is an assertion
that names its number. Amounts in fen.
"""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from chassis import clock
from chassis.log import Entry
from ledger_model.budgets import Offer

_CAMEL = re.compile(r"(?<!^)(?=[A-Z])")

Data = dict[str, Any]

TERMS: Final = (
    "fund", "year", "region", "face_fen", "rate_bp", "item_cap_fen", "use_by", "redeem_by",
)  # fmt: skip


class Held:
    """A voucher, as its own entries tell it."""

    def __init__(self, data: Data) -> None:
        self.terms = data
        self.holder = data["holder"]
        self.left = data["face_fen"]
        self.voided = False
        self.reserved: dict[str, tuple[int, str]] = {}
        self.redeemed: dict[str, tuple[int, str]] = {}


class Vouchers:
    """Reads the log once, in order."""

    def __init__(self, offers: dict[str, Offer]) -> None:
        self._offers = offers
        self._balances: Counter[str] = Counter()
        self._batches: dict[str, Data] = {}
        self.vouchers: dict[str, Held] = {}
        self._used: Counter[tuple[str, str]] = Counter()
        self._drawn: Counter[tuple[str, str, str]] = Counter()
        self._counts: dict[str, tuple[tuple[str, str], tuple[str, str, str]]] = {}
        self._allowances: dict[str, tuple[str, str]] = {}
        self._allowed: Counter[tuple[str, str]] = Counter()
        self.read = 0
        """How many entries were read."""

    def add(self, entry: Entry) -> None:
        """Judge the next entry."""
        assert entry.position == self.read, "the log is dense"
        recorded = datetime.fromisoformat(entry.event["recorded_at"])
        today = clock.legal_date(recorded).isoformat()
        self.read += 1
        self._post(entry)
        name = _CAMEL.sub("_", entry.type.partition(".")[2]).lower()
        judge: Callable[[Entry, Data, str], None] | None = getattr(self, f"_{name}", None)
        if judge is not None:
            judge(entry, entry.data, today)

    def _post(self, entry: Entry) -> None:
        postings = entry.data.get("postings", ())
        assert sum(p["fen"] for p in postings) == 0, "every posting is balanced within its event"
        for posting in postings:
            account = posting["account"]
            self._balances[account] += posting["fen"]
        purses = {p["account"].partition("/")[2] for p in postings}
        for purse in purses:
            buckets = {k: n for k, n in self._balances.items() if k.endswith("/" + purse)}
            contra = buckets.pop(f"appropriated/{purse}", 0)
            assert sum(buckets.values()) == -contra, f"{purse} is conserved"
            assert all(n >= 0 for n in buckets.values()), f"1: issued <= appropriated: {buckets}"

    def _batch_opened(self, entry: Entry, data: Data, today: str) -> None:
        self._batches[entry.stream] = data
        assert today <= data["use_by"] <= data["redeem_by"], "5: two dates, in their order"

    def _voucher_granted(self, entry: Entry, data: Data, today: str) -> None:
        assert entry.stream not in self.vouchers, "a stream begins once"
        batch = self._batches[data["batch_id"]]
        assert all(data[name] == batch[name] for name in TERMS), "5: its batch's own dates"
        self.vouchers[entry.stream] = Held(data)

    def _voucher_claimed(self, entry: Entry, data: Data, today: str) -> None:
        holder = self.vouchers[entry.stream].holder
        assert entry.event["actor"] == holder, "4: who claims is who was granted it"

    def _voucher_reserved(self, entry: Entry, data: Data, today: str) -> None:
        voucher, order = self.vouchers[entry.stream], data["order_id"]
        batch = self._batches[voucher.terms["batch_id"]]
        year = today[:4]
        (offer,) = (o for o in self._offers.values() if self._is(o, data))
        calculation = data["calculation"]
        assert calculation["price_fen"] == offer.price, "3: the listing's own price"
        assert calculation["share_fen"] == data["fen"], "3: the price after the voucher is shown"
        assert data["provider"] != voucher.holder, "9: no tie between the two"
        assert today <= voucher.terms["use_by"], "5: used by its date"
        assert not voucher.voided, "a voided voucher pays nothing"
        assert order not in voucher.reserved, "an order is reserved for once"
        user, quota = (voucher.holder, year), (voucher.terms["batch_id"], offer.category, year)
        bounds = [
            offer.price * voucher.terms["rate_bp"] // 10_000,
            offer.price * offer.rate_bp // 10_000,
            voucher.terms["item_cap_fen"],
            offer.cap,
            voucher.left,
        ]
        if batch["user_cap_fen"] is not None:
            bounds.append(batch["user_cap_fen"] - self._used[user])
            self._used[user] += data["fen"]
        if (cap := batch["category_caps"].get(offer.category)) is not None:
            bounds.append(cap - self._drawn[quota])
            self._drawn[quota] += data["fen"]
        assert 0 < data["fen"] <= min(bounds), f"2: {data['fen']} of {bounds}"
        self._counts[order] = user, quota
        voucher.left -= data["fen"]
        voucher.reserved[order] = data["fen"], data["provider"]

    @staticmethod
    def _is(offer: Offer, data: Data) -> bool:
        return bool(offer.provider == data["provider"])

    def _voucher_released(self, entry: Entry, data: Data, today: str) -> None:
        voucher, order = self.vouchers[entry.stream], data["order_id"]
        fen, _ = voucher.reserved.pop(order)
        assert fen == data["fen"], "6: what was reserved goes back, to its own voucher"
        voucher.left += fen
        user, quota = self._counts[order]
        batch = self._batches[voucher.terms["batch_id"]]
        if batch["user_cap_fen"] is not None:
            self._used[user] -= fen
        if quota[1] in batch["category_caps"]:
            self._drawn[quota] -= fen

    def _voucher_redeemed(self, entry: Entry, data: Data, today: str) -> None:
        voucher, order = self.vouchers[entry.stream], data["order_id"]
        assert voucher.reserved[order] == (data["fen"], data["provider"]), "3: as was frozen"
        voucher.redeemed[order] = voucher.reserved.pop(order)

    def _voucher_expired(self, entry: Entry, data: Data, today: str) -> None:
        voucher = self.vouchers[entry.stream]
        assert today > voucher.terms["use_by"] == data["use_by"], "8: on the day after, not before"
        assert data["fen"] == voucher.left > 0, "8: all that is left"
        voucher.left = 0
        self._returned(entry, voucher.terms, data["fen"])

    def _voucher_voided(self, entry: Entry, data: Data, today: str) -> None:
        voucher = self.vouchers[entry.stream]
        assert data["fen"] == voucher.left, "8: all that is left"
        voucher.left, voucher.voided = 0, True
        if data["fen"]:
            self._returned(entry, voucher.terms, data["fen"])

    def _voucher_returned(self, entry: Entry, data: Data, today: str) -> None:
        voucher = self.vouchers[entry.stream]
        assert voucher.voided, "6: only a voided voucher keeps nothing"
        assert data["fen"] == voucher.left > 0, "8: what came back"
        voucher.left = 0
        self._returned(entry, voucher.terms, data["fen"])

    def _voucher_share_lapsed(self, entry: Entry, data: Data, today: str) -> None:
        voucher = self.vouchers[entry.stream]
        owed = voucher.redeemed.pop(data["order_id"])
        assert owed == (data["fen"], data["provider"]), "8: all that is owed"
        refused = data["why"] == "rejected"
        assert refused or today > voucher.terms["redeem_by"], "5: not before its date"
        self._returned(entry, voucher.terms, data["fen"])

    def _returned(self, entry: Entry, terms: Data, fen: int) -> None:
        account = f"expired-returned/{terms['fund']}/{terms['region']}/{terms['year']}"
        found = {p["account"]: p["fen"] for p in entry.data["postings"]}
        assert found[account] == fen, "8: back to its appropriation year"

    def _allowance_opened(self, entry: Entry, data: Data, today: str) -> None:
        self._allowances[entry.stream] = data["user"], str(data["year"])

    def _allowance_used(self, entry: Entry, data: Data, today: str) -> None:
        self._allowed[self._allowances[entry.stream]] += data["fen"]

    def _allowance_restored(self, entry: Entry, data: Data, today: str) -> None:
        self._allowed[self._allowances[entry.stream]] -= data["fen"]

    def together(self) -> None:
        """What holds once all events of a command were read."""
        assert +self._used == +self._allowed, "2: yearly allowances are what vouchers reserved"

    def _budget_closed(self, entry: Entry, data: Data, today: str) -> None:
        years = [posting["account"].rpartition("/")[2] for posting in data["postings"]]
        assert min(years, default="") < today[:4], "8: a year is closed after its end"
