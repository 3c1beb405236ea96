"""What read models make of the events of clawbacks."""

from collections.abc import Iterator

from sqlalchemy import bindparam, case, insert, update

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import DEPOSITS, REDEMPTIONS, SHARES, VOUCHERS

_DEMAND = Prepared(
    update(REDEMPTIONS)
    .where(REDEMPTIONS.c.id == bindparam("key"))
    .values(state="demanded", demanded_fen=bindparam("fen"), repay_by=bindparam("day"))
)
_IS_ALL = REDEMPTIONS.c.repaid_fen + bindparam("fen") >= REDEMPTIONS.c.demanded_fen
_REPAY = Prepared(
    update(REDEMPTIONS)
    .where(REDEMPTIONS.c.id == bindparam("key"))
    .values(
        repaid_fen=REDEMPTIONS.c.repaid_fen + bindparam("fen"),
        state=case((_IS_ALL, "repaid"), else_=REDEMPTIONS.c.state),
    )
)
_RECEIVE = Prepared(
    insert(DEPOSITS).values({column.name: bindparam(column.name) for column in DEPOSITS.c})
)
_WRITE_OFF = Prepared(
    update(REDEMPTIONS)
    .where(REDEMPTIONS.c.id == bindparam("key"))
    .values(state="written-off", written_off_fen=bindparam("fen"))
)
_OF_SHARE = Prepared(
    update(SHARES)
    .where(SHARES.c.order_id == REDEMPTIONS.c.order_id, REDEMPTIONS.c.id == bindparam("key"))
    .values(
        redeemed_fen=SHARES.c.redeemed_fen - bindparam("fen"),
        paid_fen=SHARES.c.paid_fen - bindparam("fen"),
        clawed_fen=SHARES.c.clawed_fen + bindparam("fen"),
    )
)
_OF_VOUCHER = Prepared(
    update(VOUCHERS)
    .where(VOUCHERS.c.id == REDEMPTIONS.c.voucher_id, REDEMPTIONS.c.id == bindparam("key"))
    .values(
        redeemed_fen=VOUCHERS.c.redeemed_fen - bindparam("fen"),
        paid_fen=VOUCHERS.c.paid_fen - bindparam("fen"),
        clawed_fen=VOUCHERS.c.clawed_fen + bindparam("fen"),
    )
)


@PROJECTOR.on("voucher-ledger.RedemptionDemanded")
def redemption_demanded(fact: Fact) -> Iterator[Statement]:
    """Money is to come back, until a day."""
    yield _DEMAND(key=fact.stream, fen=fact.data["fen"], day=fact.data["due_by"])


@PROJECTOR.on("voucher-ledger.RedemptionRepaid")
def redemption_repaid(fact: Fact) -> Iterator[Statement]:
    """Some of it has; all of it ends the clawback."""
    fen = fact.data["fen"]
    yield _RECEIVE(bank_reference=fact.data["bank_reference"], redemption_id=fact.stream)
    yield _REPAY(key=fact.stream, fen=fen)
    yield _OF_SHARE(key=fact.stream, fen=fen)
    yield _OF_VOUCHER(key=fact.stream, fen=fen)


@PROJECTOR.on("voucher-ledger.RedemptionWrittenOff")
def redemption_written_off(fact: Fact) -> Iterator[Statement]:
    """The rest will not."""
    yield _WRITE_OFF(key=fact.stream, fen=fact.data["fen"])
