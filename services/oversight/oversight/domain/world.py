"""What the supervisor has understood so far, reading the logs entry by entry."""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from oversight.domain.accounts import Account, Reset, Staff
from oversight.domain.agreements import Agreements
from oversight.domain.blacklist import Blacklist
from oversight.domain.book import Book
from oversight.domain.clearing import PaymentOrder, Round
from oversight.domain.completeness import Completeness
from oversight.domain.fees import Fees
from oversight.domain.fingerprints import Fingerprints
from oversight.domain.funds import Allotment, Allowance, Budget, Gift, Run, Share, Transfer
from oversight.domain.people import People
from oversight.domain.privacy import Privacy
from oversight.domain.purchases import Purchase
from oversight.domain.reactions import Reactions
from oversight.domain.reconciling import Reconciling
from oversight.domain.traces import Trace, Traces
from oversight.domain.trade import Offer, Order
from oversight.domain.window import Window


class PaymentKey(Protocol):
    """A public key of the payment institution's."""

    def holds(self, signature: bytes, data: bytes) -> bool:
        """Whether a signature of the data is by this key."""


@dataclass(slots=True)
class Batch:
    """A batch: its purse, its money, and the terms that its vouchers must carry."""

    purse: str
    amount_fen: int
    terms: dict[str, Any]
    target_region: str
    target_kinds: list[str]
    category_caps: dict[str, int] = field(default_factory=dict)
    user_cap_fen: int | None = None
    drawn_fen: int = 0
    drawn_by: str | None = None
    """The command that drew last."""

    granted_fen: int = 0
    state: str = "open"
    closed_by: str | None = None
    """The command that closed it."""

    late: dict[str, tuple[Trace, ...]] = field(default_factory=dict)
    """Reservations in its last days, by provider; positions in the ledger's log."""


@dataclass(slots=True)
class Subject:
    """Somebody, from identity's log, with the positions at which it was said."""

    verifications: list[tuple[int, str, bool]] = field(default_factory=list)
    """Position, kind, and whether a registry confirmed the real name."""

    region: str = ""
    admitted_at: int | None = None

    def verified(self, seen: int) -> tuple[str, bool]:
        """The kind, and whether the name was confirmed, as far as identity's log was seen."""
        for position, kind, matched in reversed(self.verifications):
            if position <= seen:
                return kind, matched
        return "", False


@dataclass(slots=True)
class Voucher:
    """A voucher of a batch: what is available, reserved and redeemed of it, by order, in fen."""

    batch: Batch
    holder: str
    available_fen: int
    position: int = 0
    """Of the last event that changed what is available, in the ledger's log."""

    left_since: str = ""
    """The legal date since when what is available has been."""

    state: str = "granted"
    reserved: dict[str, tuple[int, str]] = field(default_factory=dict)
    redeemed: dict[str, tuple[int, str]] = field(default_factory=dict)
    applied: set[str] = field(default_factory=set)
    """The orders whose redemption was applied for."""

    rejected: frozenset[str] = frozenset()
    """The orders whose redemption was refused for good."""

    changed_by: str | None = None
    """The command that last released a share of it, or refused one of its redemptions."""

    redeemed_by: str | None = None
    """The command that redeemed last."""

    redeemed_at: int = -1
    """Where it did, in the ledger's log."""

    @property
    def purse(self) -> str:
        """Where its money comes from."""
        return self.batch.purse


HOLDABLE = ("applied", "approved", "sampled", "publicised", "instructed", "returned")
"""The states of a redemption in which no money has left."""


@dataclass(slots=True)
class Redemption:
    """What a provider is to be paid, from whose money, and who approved it."""

    purse: str
    fen: int
    provider: str = ""
    risks: tuple[str, ...] = ()
    pay_by: str = ""
    state: str = "applied"
    reviewer: str = ""
    approved_at: int = -1
    audited: bool | None = None
    """Whether an audit found it in order; None while there was none."""

    payable_from: str = ""
    order: str = ""
    """The payment order that it is part of."""

    payment_orders: tuple[str, ...] = ()
    """Those that it ever was part of."""

    of: tuple[str, str] = ("", "")
    """Its voucher, and the order whose share it asks for."""

    demander: str = ""
    missing_fen: int = 0
    """What is demanded back and has not come in."""

    contract: str = ""
    unheld: bool = False
    """Whether the user got back of their own share, and it was not held for that."""

    hold: str = ""
    held_at: str = ""
    """When it was held last (RFC 3339)."""

    detectors: frozenset[str] = frozenset()
    """Those that were said to hit."""

    hold_deciders: frozenset[str] = frozenset()


@dataclass(slots=True)
class LogState:
    """How far a log was read: the position that is next, and each stream's last version."""

    window: Window = field(default_factory=Window)
    """When the next entry can have been recorded."""

    next: int = 0
    versions: dict[str, int] = field(default_factory=dict)
    command: str | None = None
    """The command of the last entry."""

    repeated: bool = False
    """Whether that command had taken effect before, further back."""

    commands: Fingerprints = field(default_factory=Fingerprints)
    """The commands of all entries so far, as their hashes (64 bits under a key of this process): of
    a million, two are alike once in thirty million readings."""

    def repeats(self, command: str | None) -> bool:
        """Take note of the next entry's command: whether it had taken effect before (`repeated`).

        It did not when it is the last entry's.
        """
        self.repeated = False
        if command != self.command:
            self.command = command
            if command is not None:
                self.repeated = not self.commands.add(hash(command))
        return self.repeated


@dataclass(slots=True)
class World:
    """Everything that rules look up. Keys are stream ids unless said otherwise."""

    logs: dict[str, LogState] = field(default_factory=dict)
    """By log."""

    institutions: Mapping[str, PaymentKey] = field(default_factory=dict)
    """The payment institution's public keys by name, as the supervisor was given them."""

    reactions: Reactions = field(default_factory=Reactions)
    """What logs did because of each other."""

    cosigned: dict[int, str] = field(default_factory=dict)
    """The sizes of the ledger's log that the supervisor's log says it cosigned, with the SHA-256 of
    the note."""

    payments: list[tuple[int, int]] = field(default_factory=list)
    """Positions of instructions to pay in the ledger's log, each with that of its approval."""

    latest: str = ""
    """The latest instant (RFC 3339, UTC) at which any log says that something happened."""

    deposits: set[str] = field(default_factory=set)
    """The bank's references of what came in of clawbacks."""

    accounts: dict[str, Account] = field(default_factory=dict)
    resets: dict[str, Reset] = field(default_factory=dict)
    staff: Staff = field(default_factory=Staff)
    users: dict[str, int] = field(default_factory=dict)
    """Admitted users, with the position of their admission in identity's log."""

    providers: dict[str, int] = field(default_factory=dict)
    """Admitted providers, likewise."""

    public_agencies: set[str] = field(default_factory=set)
    """Providers that are of the government: they take no money (art. 6)."""

    subjects: dict[str, Subject] = field(default_factory=dict)
    verified: set[str] = field(default_factory=set)
    """Subjects whose real name a registry confirmed."""

    listings: dict[str, list[Offer]] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    fees: dict[str, Fees] = field(default_factory=dict)
    fees_of: dict[str, Fees] = field(default_factory=dict)
    """By provider."""

    budgets: dict[str, Budget] = field(default_factory=dict)
    budget_of: dict[str, Budget] = field(default_factory=dict)
    """By purse."""

    transfers: dict[str, Transfer] = field(default_factory=dict)
    under_way: dict[tuple[str, str], Gift] = field(default_factory=dict)
    """Money that one budget gave and another has not received yet: by purse and giver."""

    unfinished: str | None = None
    """The command of the ledger's last entry: a reading may end in the middle of what it wrote."""

    allotments: dict[str, Allotment] = field(default_factory=dict)
    shares: dict[str, Share] = field(default_factory=dict)
    allowances: dict[str, Allowance] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    holders: set[tuple[str, str]] = field(default_factory=set)
    """(batch, holder) of every voucher."""

    parameters: dict[str, list[tuple[str, int, str, int]]] = field(default_factory=dict)
    """By name, in order: from when on, value, document, position in the ledger's log."""

    deadlines: dict[tuple[str, tuple[str, str], str], "array[int]"] = field(default_factory=dict)
    """What orders say of their deadlines: by parameter, the days on which it can have been decided,
    and the deadline; of each, how far the ledger's log was seen, and the position in matching's."""

    batches: dict[str, Batch] = field(default_factory=dict)
    vouchers: dict[str, Voucher] = field(default_factory=dict)
    purchases: dict[str, Purchase] = field(default_factory=dict)
    redemptions: dict[str, Redemption] = field(default_factory=dict)
    undrawn: dict[str, int] = field(default_factory=dict)
    """Approved redemptions that no draw was about yet, with the position of their approval."""

    rounds: dict[str, Round] = field(default_factory=dict)
    payment_orders: dict[str, PaymentOrder] = field(default_factory=dict)
    own_payments: dict[str, tuple[int, str]] = field(default_factory=dict)
    """What users paid themselves, in fen, with the digest of its proof: by order."""

    proofs: dict[str, str] = field(default_factory=dict)
    """The order that a proof of payment was used for: by the reference in it."""

    refunded: dict[str, str] = field(default_factory=dict)
    """The order that a notice of refund was about: by the reference in it."""

    invoices: dict[str, str] = field(default_factory=dict)
    """By invoice number: the order that it was used for."""

    applied_invoices: dict[str, str] = field(default_factory=dict)
    """By invoice number: the order of the redemption that names it."""

    reconciling: Reconciling = field(default_factory=Reconciling)
    """What the ledger compared, and what differs."""

    traces: Traces = field(default_factory=Traces)
    """What detectors of fictitious trade decide on."""

    refusals: dict[str, int] = field(default_factory=dict)
    """How often commands were refused, by code."""

    people: People = field(default_factory=People)
    """Questions to registries, cases of admission, and how subjects stand."""

    agreements: Agreements = field(default_factory=Agreements)
    blacklist: Blacklist = field(default_factory=Blacklist)
    privacy: Privacy = field(default_factory=Privacy)
    """Subject keys, erasures and consents."""

    book: Book = field(default_factory=Book)
    completeness: Completeness = field(default_factory=Completeness)
    """What was published, and what of it was applied by whom."""

    def offer(self, listing_id: str, position: int) -> Offer | None:
        """A listing as the catalog's log had it up to a position."""
        for offer in reversed(self.listings.get(listing_id, ())):
            if offer.position <= position:
                return offer
        return None

    def unfinished_by(self, command: str | None) -> bool:
        """Whether the reading may have ended in the middle of what a command wrote."""
        return command is not None and command == self.unfinished

    def states(self) -> dict[str, dict[str, int]]:
        """How many vouchers, orders and redemptions are in which state; refusals by code."""
        return {
            "vouchers": _counted(self.vouchers),
            "orders": _counted(self.orders),
            "redemptions": _counted(self.redemptions),
            "refusals": dict(sorted(self.refusals.items())),
            "government": self.government(),
        }

    def government(self) -> dict[str, int]:
        """The zero-balance proof (零余额证明, art. 6): what bodies of the government got, in fen.

        `bodies` are the public agencies among the providers; `fen` is everything that vouchers
        ever reserved for them or owed them, paid or not, and everything bought of them. It has to
        be 0.
        """
        fen = sum(
            share
            for voucher in self.vouchers.values()
            for share, provider in (*voucher.reserved.values(), *voucher.redeemed.values())
            if provider in self.public_agencies
        )
        fen += sum(
            purchase.fen
            for purchase in self.purchases.values()
            if purchase.provider in self.public_agencies
        )
        return {"bodies": len(self.public_agencies), "fen": fen}


def _counted(things: dict[str, Any]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for thing in things.values():
        counts[thing.state] = counts.get(thing.state, 0) + 1
    return dict(sorted(counts.items()))
