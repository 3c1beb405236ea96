"""What the supervisor knows of trade: listings as the catalog has them, orders as matching does."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """A listing after one entry of the catalog's log. Amounts in fen, rate in basis points."""

    position: int
    revision: int
    provider: str
    region: str
    category: str
    price_fen: int
    valid_from: str = ""
    valid_until: str = ""
    rate_bp: int = 0
    cap_fen: int = 0
    withdrawn: bool = False

    def whitelisted_on(self, day: str) -> bool:
        """True when vouchers may pay for it on that legal date (art. 17)."""
        return not self.withdrawn and "" < self.valid_from <= day <= self.valid_until


@dataclass(slots=True)
class Order:
    """An order, from matching's log; `reserved_fen` from the ledger's."""

    position: int
    user: str
    provider: str
    voucher_id: str
    listing_id: str
    category: str
    price_fen: int
    state: str = "placed"
    voucher_fen: int | None = None
    funded_at: int = -1
    funded_by: int = -1
    reserved_fen: int | None = None
    accepted_fen: int | None = None
    own_due_fen: int | None = None
    """What the user pays themself of what they accepted."""

    voucher_due_fen: int | None = None
    """What the voucher pays of it."""

    accepted_at: int = -1
    """Where it was accepted, in matching's log."""

    placed_on: str = ""
    evidence_sha256: str = ""
    simhash: str | None = None
    delivered_at: str = ""
    """When it was (RFC 3339); empty before, and once it is accepted."""

    accepted_after: int | None = None
    """How long after that the user accepted, in microseconds."""

    redemption: str = ""
    """The one that was applied for."""

    due_by: str = ""
    """The last legal date of the step that it waits for; empty while it waits for none."""

    moved_at: int = -1
    """Where that was said, in matching's log."""
