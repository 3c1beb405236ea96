"""What read models make of the events of redemptions."""

from collections.abc import Iterator

from sqlalchemy import bindparam, insert, update

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import REDEMPTIONS, SHARES, VOUCHERS

_ADD_REDEMPTION = Prepared(
    insert(REDEMPTIONS).values({column.name: bindparam(column.name) for column in REDEMPTIONS.c})
)
_SET_REDEMPTION_STATE = Prepared(
    update(REDEMPTIONS)
    .where(REDEMPTIONS.c.id == bindparam("key"))
    .values(state=bindparam("new_state"))
)
_PUBLICISE = Prepared(
    update(REDEMPTIONS)
    .where(REDEMPTIONS.c.id == bindparam("key"))
    .values(state="publicised", payable_from=bindparam("day"))
)
_SAMPLE = Prepared(
    update(REDEMPTIONS)
    .where(REDEMPTIONS.c.id == bindparam("key"))
    .values(state="sampled", sampled=True)
)
_SET_ORDER = Prepared(
    update(REDEMPTIONS)
    .where(REDEMPTIONS.c.id == bindparam("key"))
    .values(state=bindparam("new_state"), payment_order_id=bindparam("of"))
)
_FLAG = Prepared(
    update(REDEMPTIONS).where(REDEMPTIONS.c.id == bindparam("key")).values(overdue=True)
)
_APPLY = Prepared(update(SHARES).where(SHARES.c.order_id == bindparam("key")).values(applied=True))
_PAY_SHARE = Prepared(
    update(SHARES)
    .where(SHARES.c.order_id == REDEMPTIONS.c.order_id, REDEMPTIONS.c.id == bindparam("key"))
    .values(paid_fen=SHARES.c.paid_fen + bindparam("fen"))
)
_PAY_VOUCHER = Prepared(
    update(VOUCHERS)
    .where(VOUCHERS.c.id == REDEMPTIONS.c.voucher_id, REDEMPTIONS.c.id == bindparam("key"))
    .values(paid_fen=VOUCHERS.c.paid_fen + bindparam("fen"))
)


@PROJECTOR.on("voucher-ledger.RedemptionApplied")
def redemption_applied(fact: Fact) -> Iterator[Statement]:
    """A redemption waits for review."""
    data = fact.data
    yield _ADD_REDEMPTION(
        id=fact.stream,
        order_id=data["order_id"],
        voucher_id=data["voucher_id"],
        provider=data["provider"],
        region=data["region"],
        fen=data["fen"],
        invoice_number=data["invoice_number"],
        state="applied",
        sampled=False,
        payable_from=None,
        pay_by=data["pay_by"],
        overdue=False,
        payment_order_id=None,
        demanded_fen=0,
        repaid_fen=0,
        written_off_fen=0,
        repay_by=None,
    )
    yield _APPLY(key=data["order_id"])


@PROJECTOR.on("voucher-ledger.RedemptionApproved")
def redemption_approved(fact: Fact) -> Iterator[Statement]:
    """A redemption waits for the supervisor, and then for the draw."""
    yield _SET_REDEMPTION_STATE(key=fact.stream, new_state="approved")


@PROJECTOR.on("voucher-ledger.RedemptionRejected")
def redemption_rejected(fact: Fact) -> Iterator[Statement]:
    """A redemption ended unpaid."""
    yield _SET_REDEMPTION_STATE(key=fact.stream, new_state="rejected")


@PROJECTOR.on("voucher-ledger.RedemptionSampled")
def redemption_sampled(fact: Fact) -> Iterator[Statement]:
    """A redemption waits for its audit."""
    yield _SAMPLE(key=fact.stream)


@PROJECTOR.on("voucher-ledger.RedemptionPublicised")
def redemption_publicised(fact: Fact) -> Iterator[Statement]:
    """Everybody can see it; it is paid from a day on."""
    yield _PUBLICISE(key=fact.stream, day=fact.data["payable_from"])


@PROJECTOR.on("voucher-ledger.RedemptionInstructed")
def redemption_instructed(fact: Fact) -> Iterator[Statement]:
    """It is part of a payment order."""
    of = fact.data["payment_order_id"]
    yield _SET_ORDER(key=fact.stream, new_state="instructed", of=of)


@PROJECTOR.on("voucher-ledger.RedemptionRecalled")
def redemption_recalled(fact: Fact) -> Iterator[Statement]:
    """It can be part of another payment order."""
    yield _SET_ORDER(key=fact.stream, new_state="publicised", of=None)


@PROJECTOR.on("voucher-ledger.RedemptionPaid")
def redemption_paid(fact: Fact) -> Iterator[Statement]:
    """The money has left."""
    yield _SET_REDEMPTION_STATE(key=fact.stream, new_state="paid")
    yield from _money(fact.stream, fact.data["fen"])


@PROJECTOR.on("voucher-ledger.RedemptionReturned")
def redemption_returned(fact: Fact) -> Iterator[Statement]:
    """The money is here; what the bank had paid is owed again."""
    yield _SET_ORDER(key=fact.stream, new_state="returned", of=None)
    if fact.data["postings"]:
        yield from _money(fact.stream, -fact.data["fen"])


@PROJECTOR.on("voucher-ledger.RedemptionOverdue")
def redemption_overdue(fact: Fact) -> Iterator[Statement]:
    """Its last day passed."""
    yield _FLAG(key=fact.stream)


def _money(redemption: str, fen: int) -> Iterator[Statement]:
    yield _PAY_SHARE(key=redemption, fen=fen)
    yield _PAY_VOUCHER(key=redemption, fen=fen)
