"""What read models make of the events of vouchers."""

from collections.abc import Iterator

from sqlalchemy import bindparam, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.projections.book import posted
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import SHARES, VOUCHERS

_ADD_VOUCHER = Prepared(
    insert(VOUCHERS).values({column.name: bindparam(column.name) for column in VOUCHERS.c})
)
_SET_VOUCHER_STATE = Prepared(
    update(VOUCHERS).where(VOUCHERS.c.id == bindparam("key")).values(state=bindparam("new_state"))
)
_MOVE_VOUCHER = Prepared(
    update(VOUCHERS)
    .where(VOUCHERS.c.id == bindparam("key"))
    .values(
        available_fen=VOUCHERS.c.available_fen + bindparam("available"),
        reserved_fen=VOUCHERS.c.reserved_fen + bindparam("reserved"),
        redeemed_fen=VOUCHERS.c.redeemed_fen + bindparam("redeemed"),
    )
)
_USE_UP = Prepared(
    update(VOUCHERS)
    .where(
        VOUCHERS.c.id == bindparam("key"),
        VOUCHERS.c.state == "claimed",
        VOUCHERS.c.available_fen == 0,
        VOUCHERS.c.reserved_fen == 0,
    )
    .values(state="used")
)
_ADD_SHARE = Prepared(
    upsert(SHARES)
    .values(order_id=bindparam("order_id"), voucher_id=bindparam("voucher_id"))
    .on_conflict_do_nothing()
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
        use_by=data["use_by"],
    )
    yield from posted(fact)


@PROJECTOR.on("voucher-ledger.VoucherClaimed")
def voucher_claimed(fact: Fact) -> Iterator[Statement]:
    """The holder may use it now."""
    yield _SET_VOUCHER_STATE(key=fact.stream, new_state="claimed")


@PROJECTOR.on("voucher-ledger.VoucherReserved")
def voucher_reserved(fact: Fact) -> Iterator[Statement]:
    """A share is set aside for an order."""
    fen = fact.data["fen"]
    yield _MOVE_VOUCHER(key=fact.stream, available=-fen, reserved=fen, redeemed=0)
    yield _ADD_SHARE(order_id=fact.data["order_id"], voucher_id=fact.stream)
    yield from posted(fact)


@PROJECTOR.on("voucher-ledger.VoucherReleased")
def voucher_released(fact: Fact) -> Iterator[Statement]:
    """The share is back on the voucher."""
    fen = fact.data["fen"]
    yield _MOVE_VOUCHER(key=fact.stream, available=fen, reserved=-fen, redeemed=0)
    yield from posted(fact)


@PROJECTOR.on("voucher-ledger.VoucherRedeemed")
def voucher_redeemed(fact: Fact) -> Iterator[Statement]:
    """The share is owed to the provider; a voucher with nothing left is used up."""
    fen = fact.data["fen"]
    yield _MOVE_VOUCHER(key=fact.stream, available=0, reserved=-fen, redeemed=fen)
    yield _USE_UP(key=fact.stream)
    yield from posted(fact)


@PROJECTOR.on("voucher-ledger.VoucherExpired")
def voucher_expired(fact: Fact) -> Iterator[Statement]:
    """What was left went back to the appropriation."""
    yield _MOVE_VOUCHER(key=fact.stream, available=-fact.data["fen"], reserved=0, redeemed=0)
    yield _SET_VOUCHER_STATE(key=fact.stream, new_state="expired")
    yield from posted(fact)
