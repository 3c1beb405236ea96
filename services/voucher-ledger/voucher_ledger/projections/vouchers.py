"""What read models make of the events of vouchers."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import and_, bindparam, case, insert, update

from chassis import clock
from chassis.database import Prepared, Statement
from chassis.eventstore.bulk import array
from chassis.projection import Fact, Many
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import SHARES, VOUCHERS

_ADD_VOUCHER = Prepared(
    insert(VOUCHERS).values({column.name: bindparam(column.name) for column in VOUCHERS.c})
)
_ADD_MANY = (
    "INSERT INTO vouchers (id, batch_id, holder, region, state, face_fen, available_fen, "
    "reserved_fen, redeemed_fen, paid_fen, expired_fen, clawed_fen, use_by) "
    "SELECT given.id, %s, given.holder, %s, 'granted', %s, %s, 0, 0, 0, 0, 0, %s "
    "FROM unnest(%s::text[], %s::text[]) AS given(id, holder)"
)
_SET_VOUCHER_STATE = Prepared(
    update(VOUCHERS).where(VOUCHERS.c.id == bindparam("key")).values(state=bindparam("new_state"))
)
_RESERVE = Prepared(  # also back, with a negative amount
    update(VOUCHERS)
    .where(VOUCHERS.c.id == bindparam("key"))
    .values(
        available_fen=VOUCHERS.c.available_fen - bindparam("fen"),
        reserved_fen=VOUCHERS.c.reserved_fen + bindparam("fen"),
    )
)
_IS_USED_UP = and_(
    VOUCHERS.c.state == "claimed",
    VOUCHERS.c.available_fen == 0,
    VOUCHERS.c.reserved_fen == bindparam("fen"),
)
_REDEEM = Prepared(
    update(VOUCHERS)
    .where(VOUCHERS.c.id == bindparam("key"))
    .values(
        reserved_fen=VOUCHERS.c.reserved_fen - bindparam("fen"),
        redeemed_fen=VOUCHERS.c.redeemed_fen + bindparam("fen"),
        state=case((_IS_USED_UP, "used"), else_=VOUCHERS.c.state),
    )
)
_EXPIRE = Prepared(
    update(VOUCHERS)
    .where(VOUCHERS.c.id == bindparam("key"))
    .values(
        available_fen=VOUCHERS.c.available_fen - bindparam("fen"),
        expired_fen=VOUCHERS.c.expired_fen + bindparam("fen"),
        state=bindparam("new_state"),
    )
)
_LAPSE = Prepared(
    update(VOUCHERS)
    .where(VOUCHERS.c.id == bindparam("key"))
    .values(
        redeemed_fen=VOUCHERS.c.redeemed_fen - bindparam("fen"),
        expired_fen=VOUCHERS.c.expired_fen + bindparam("fen"),
    )
)
_ADD_SHARE = Prepared(
    insert(SHARES).values({column.name: bindparam(column.name) for column in SHARES.c})
)
_LAPSE_SHARE = Prepared(
    update(SHARES)
    .where(SHARES.c.order_id == bindparam("key"))
    .values(
        redeemed_fen=SHARES.c.redeemed_fen - bindparam("fen"),
        lapsed_fen=SHARES.c.lapsed_fen + bindparam("fen"),
    )
)
_MOVE_SHARE = Prepared(
    update(SHARES)
    .where(SHARES.c.order_id == bindparam("key"))
    .values(
        reserved_fen=SHARES.c.reserved_fen - bindparam("fen"),
        redeemed_fen=SHARES.c.redeemed_fen + bindparam("redeemed"),
    )
)


@PROJECTOR.on("voucher-ledger.VoucherGranted")
def voucher_granted(fact: Fact) -> Iterator[Statement]:
    """A voucher begins with its face value."""
    data = fact.data
    yield _ADD_VOUCHER(
        id=fact.stream,
        batch_id=data["batch_id"],
        holder=data["holder"],
        region=data["region"],
        state="granted",
        face_fen=data["face_fen"],
        available_fen=data["face_fen"],
        reserved_fen=0,
        redeemed_fen=0,
        paid_fen=0,
        expired_fen=0,
        clawed_fen=0,
        use_by=data["use_by"],
    )


@PROJECTOR.on_many("voucher-ledger.VoucherGranted")
def vouchers_granted(many: Many) -> Iterator[Statement]:
    """Vouchers of one batch begin with their face value."""
    common = many.common
    terms = (common["batch_id"], common["region"], common["face_fen"], common["face_fen"])
    values = (*terms, common["use_by"], array(many.streams), array(many.varying["holder"]))
    yield _ADD_MANY, values


@PROJECTOR.on("voucher-ledger.VoucherClaimed")
def voucher_claimed(fact: Fact) -> Iterator[Statement]:
    """The holder may use it now."""
    yield _SET_VOUCHER_STATE(key=fact.stream, new_state="claimed")


@PROJECTOR.on("voucher-ledger.VoucherReserved")
def voucher_reserved(fact: Fact) -> Iterator[Statement]:
    """A share is set aside for an order."""
    data = fact.data
    yield _RESERVE(key=fact.stream, fen=data["fen"])
    yield _ADD_SHARE(
        order_id=data["order_id"],
        voucher_id=fact.stream,
        provider=data["provider"],
        reserved_fen=data["fen"],
        redeemed_fen=0,
        paid_fen=0,
        clawed_fen=0,
        lapsed_fen=0,
        applied=False,
        reserved_on=clock.legal_date(datetime.fromisoformat(fact.recorded_at)).isoformat(),
    )


@PROJECTOR.on("voucher-ledger.VoucherReleased")
def voucher_released(fact: Fact) -> Iterator[Statement]:
    """The share is back on the voucher."""
    fen = fact.data["fen"]
    yield _RESERVE(key=fact.stream, fen=-fen)
    yield _MOVE_SHARE(key=fact.data["order_id"], fen=fen, redeemed=0)


@PROJECTOR.on("voucher-ledger.VoucherRedeemed")
def voucher_redeemed(fact: Fact) -> Iterator[Statement]:
    """The share is owed to the provider; a voucher with nothing left is used up."""
    fen = fact.data["fen"]
    yield _REDEEM(key=fact.stream, fen=fen)
    yield _MOVE_SHARE(key=fact.data["order_id"], fen=fen, redeemed=fen)


@PROJECTOR.on("voucher-ledger.VoucherExpired")
def voucher_expired(fact: Fact) -> Iterator[Statement]:
    """What was left went back to the appropriation."""
    yield _EXPIRE(key=fact.stream, fen=fact.data["fen"], new_state="expired")


@PROJECTOR.on("voucher-ledger.VoucherVoided", "voucher-ledger.VoucherReturned")
def voucher_voided(fact: Fact) -> Iterator[Statement]:
    """It is worth nothing any more; what was left, or came back to it, went to its year."""
    yield _EXPIRE(key=fact.stream, fen=fact.data["fen"], new_state="voided")


@PROJECTOR.on("voucher-ledger.VoucherShareLapsed")
def share_lapsed(fact: Fact) -> Iterator[Statement]:
    """It is owed no more, and went to its year."""
    fen = fact.data["fen"]
    yield _LAPSE(key=fact.stream, fen=fen)
    yield _LAPSE_SHARE(key=fact.data["order_id"], fen=fen)
