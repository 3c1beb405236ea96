"""What identity learns from other logs: the business that stands against an erasure.

Orders, vouchers, shares owed, redemptions and listings, by subject. No row stands on what another
log says, since nobody knows which of two logs is heard of first.
"""

from collections.abc import Iterator
from datetime import datetime

from chassis import clock
from chassis.database import Statement
from chassis.projection import Fact
from chassis.subscription import Policies

POLICIES = Policies("catalog", "matching", "voucher-ledger")

_BEGIN = """
INSERT INTO business (kind, id, subject_id, as_provider, open, until, redeem_by, order_id)
VALUES (%s, %s, %s, %s, true, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_OWE = """
INSERT INTO business (kind, id, subject_id, as_provider, open, until)
SELECT 'share', %s, %s, true, true, redeem_by FROM business WHERE kind = 'voucher' AND id = %s
ON CONFLICT DO NOTHING
"""
_END = "UPDATE business SET open = false WHERE kind = %s AND id = %s"
_TRADED = "UPDATE business SET open = false, traded_on = %s WHERE kind = 'order' AND id = %s"
_BENEFIT = """
INSERT INTO business (kind, id, subject_id, as_provider, open)
SELECT 'benefit', %s, subject_id, false, false FROM business WHERE kind = 'voucher' AND id = %s
ON CONFLICT DO NOTHING
"""
_PAID = """
UPDATE business SET open = false, paid_on = %s WHERE kind IN ('redemption', 'benefit') AND id = %s
"""


def _begin(
    kind: str,
    id_: str,
    subject: str,
    as_provider: bool,
    until: str | None = None,
    redeem_by: str | None = None,
    order_id: str | None = None,
) -> Statement:
    return _BEGIN, (kind, id_, subject, as_provider, until, redeem_by, order_id)


def _day(fact: Fact) -> str:
    """The legal date on which it happened."""
    return clock.legal_date(datetime.fromisoformat(fact.recorded_at)).isoformat()


@POLICIES.on("catalog.ListingPublished")
def listing_published(fact: Fact) -> Iterator[Statement]:
    """A provider offers something."""
    yield _begin("listing", fact.stream, fact.data["provider"], as_provider=True)


@POLICIES.on("catalog.ListingWithdrawn")
def listing_withdrawn(fact: Fact) -> Iterator[Statement]:
    """It is not offered any more."""
    yield _END, ("listing", fact.stream)


@POLICIES.on("matching.OrderPlaced")
def order_placed(fact: Fact) -> Iterator[Statement]:
    """Two subjects have to do with each other."""
    yield _begin("order", fact.stream, fact.data["user"], as_provider=False)
    yield _begin("order", fact.stream, fact.data["provider"], as_provider=True)


@POLICIES.on("matching.OrderRefused", "matching.OrderCancelled", "matching.OrderLapsed")
def order_ended(fact: Fact) -> Iterator[Statement]:
    """Nothing came of it."""
    yield _END, ("order", fact.stream)


@POLICIES.on("matching.OrderAccepted")
def order_accepted(fact: Fact) -> Iterator[Statement]:
    """The trade is complete (交易完成)."""
    yield _TRADED, (_day(fact), fact.stream)


@POLICIES.on("voucher-ledger.VoucherGranted")
def voucher_granted(fact: Fact) -> Iterator[Statement]:
    """A user holds public money, until a day."""
    yield _begin(
        "voucher",
        fact.stream,
        fact.data["holder"],
        as_provider=False,
        until=fact.data["use_by"],
        redeem_by=fact.data["redeem_by"],
    )


@POLICIES.on("voucher-ledger.VoucherExpired", "voucher-ledger.VoucherVoided")
def voucher_expired(fact: Fact) -> Iterator[Statement]:
    """What was left went back."""
    yield _END, ("voucher", fact.stream)


@POLICIES.on("voucher-ledger.VoucherRedeemed")
def share_owed(fact: Fact) -> Iterator[Statement]:
    """A provider can ask for a share, until a day."""
    yield _OWE, (fact.data["order_id"], fact.data["provider"], fact.stream)


@POLICIES.on("voucher-ledger.RedemptionApplied")
def redemption_applied(fact: Fact) -> Iterator[Statement]:
    """A provider asked for it."""
    order = fact.data["order_id"]
    yield _END, ("share", order)
    yield _begin("redemption", fact.stream, fact.data["provider"], as_provider=True, order_id=order)
    yield _BENEFIT, (fact.stream, fact.data["voucher_id"])


@POLICIES.on("voucher-ledger.VoucherShareLapsed")
def share_lapsed(fact: Fact) -> Iterator[Statement]:
    """It is owed no more."""
    yield _END, ("share", fact.data["order_id"])


@POLICIES.on("voucher-ledger.RedemptionRejected")
def redemption_rejected(fact: Fact) -> Iterator[Statement]:
    """It will not be paid."""
    yield _END, ("redemption", fact.stream)


@POLICIES.on("voucher-ledger.RedemptionPaid")
def redemption_paid(fact: Fact) -> Iterator[Statement]:
    """Public money went to a provider, for the benefit of a user."""
    yield _PAID, (_day(fact), fact.stream)
