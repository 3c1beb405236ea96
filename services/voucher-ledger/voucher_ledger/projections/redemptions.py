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
    )


@PROJECTOR.on("voucher-ledger.RedemptionApproved")
def redemption_approved(fact: Fact) -> Iterator[Statement]:
    """A redemption waits for payment."""
    yield _SET_REDEMPTION_STATE(key=fact.stream, new_state="approved")


@PROJECTOR.on("voucher-ledger.RedemptionRejected")
def redemption_rejected(fact: Fact) -> Iterator[Statement]:
    """A redemption ended unpaid."""
    yield _SET_REDEMPTION_STATE(key=fact.stream, new_state="rejected")


@PROJECTOR.on("voucher-ledger.RedemptionPaid")
def redemption_paid(fact: Fact) -> Iterator[Statement]:
    """The money has left."""
    yield _SET_REDEMPTION_STATE(key=fact.stream, new_state="paid")
    yield _PAY_SHARE(key=fact.stream, fen=fact.data["fen"])
    yield _PAY_VOUCHER(key=fact.stream, fen=fact.data["fen"])
