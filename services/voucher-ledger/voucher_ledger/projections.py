"""What the ledger's read models make of its own events."""

from collections.abc import Iterator

from sqlalchemy import bindparam, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.database import Prepared, Statement
from chassis.projection import Fact, Projector
from voucher_ledger.tables import (
    APPROPRIATIONS,
    BATCHES,
    POSTINGS,
    REDEMPTIONS,
    SHARES,
    VOUCHERS,
)

PROJECTOR = Projector()

_ADD_APPROPRIATION = Prepared(
    insert(APPROPRIATIONS).values(
        id=bindparam("id"),
        fund=bindparam("fund"),
        year=bindparam("year"),
        appropriated_fen=0,
        allocated_fen=0,
    )
)
_MOVE_APPROPRIATION = Prepared(
    update(APPROPRIATIONS)
    .where(APPROPRIATIONS.c.id == bindparam("key"))
    .values(
        appropriated_fen=APPROPRIATIONS.c.appropriated_fen + bindparam("appropriated"),
        allocated_fen=APPROPRIATIONS.c.allocated_fen + bindparam("allocated"),
    )
)
_ADD_BATCH = Prepared(
    insert(BATCHES).values({column.name: bindparam(column.name) for column in BATCHES.c})
)
_GRANT = Prepared(
    update(BATCHES)
    .where(BATCHES.c.id == bindparam("key"))
    .values(
        granted=BATCHES.c.granted + bindparam("count"),
        granted_fen=BATCHES.c.granted_fen + bindparam("fen"),
    )
)
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
_ADD_REDEMPTION = Prepared(
    insert(REDEMPTIONS).values({column.name: bindparam(column.name) for column in REDEMPTIONS.c})
)
_SET_REDEMPTION_STATE = Prepared(
    update(REDEMPTIONS)
    .where(REDEMPTIONS.c.id == bindparam("key"))
    .values(state=bindparam("new_state"))
)
_POST = Prepared(
    insert(POSTINGS).values(
        stream=bindparam("stream"),
        version=bindparam("version"),
        account=bindparam("account"),
        fen=bindparam("fen"),
    )
)


def _posted(fact: Fact) -> Iterator[Statement]:
    for posting in fact.data["postings"]:
        yield _POST(
            stream=fact.stream,
            version=fact.version,
            account=posting["account"],
            fen=posting["fen"],
        )


@PROJECTOR.on("voucher-ledger.AppropriationOpened")
def appropriation_opened(fact: Fact) -> Iterator[Statement]:
    """A fund's year begins at zero."""
    yield _ADD_APPROPRIATION(id=fact.stream, fund=fact.data["fund"], year=fact.data["year"])


@PROJECTOR.on("voucher-ledger.AppropriationIncreased")
def appropriation_increased(fact: Fact) -> Iterator[Statement]:
    """There is more to allocate."""
    yield _MOVE_APPROPRIATION(key=fact.stream, appropriated=fact.data["fen"], allocated=0)
    yield from _posted(fact)


@PROJECTOR.on("voucher-ledger.AppropriationAllocated")
def appropriation_allocated(fact: Fact) -> Iterator[Statement]:
    """A batch took its share."""
    yield _MOVE_APPROPRIATION(key=fact.stream, appropriated=0, allocated=fact.data["fen"])
    yield from _posted(fact)


@PROJECTOR.on("voucher-ledger.BatchOpened")
def batch_opened(fact: Fact) -> Iterator[Statement]:
    """A batch begins with nothing granted."""
    data = fact.data
    yield _ADD_BATCH(
        id=fact.stream,
        fund=data["fund"],
        year=data["year"],
        region=data["region"],
        amount_fen=data["amount_fen"],
        granted_fen=0,
        granted=0,
    )


@PROJECTOR.on("voucher-ledger.BatchGranted")
def batch_granted(fact: Fact) -> Iterator[Statement]:
    """Less is left of the batch."""
    yield _GRANT(key=fact.stream, count=fact.data["count"], fen=fact.data["fen"])


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
    yield from _posted(fact)


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
    yield from _posted(fact)


@PROJECTOR.on("voucher-ledger.VoucherReleased")
def voucher_released(fact: Fact) -> Iterator[Statement]:
    """The share is back on the voucher."""
    fen = fact.data["fen"]
    yield _MOVE_VOUCHER(key=fact.stream, available=fen, reserved=-fen, redeemed=0)
    yield from _posted(fact)


@PROJECTOR.on("voucher-ledger.VoucherRedeemed")
def voucher_redeemed(fact: Fact) -> Iterator[Statement]:
    """The share is owed to the provider; a voucher with nothing left is used up."""
    fen = fact.data["fen"]
    yield _MOVE_VOUCHER(key=fact.stream, available=0, reserved=-fen, redeemed=fen)
    yield _USE_UP(key=fact.stream)
    yield from _posted(fact)


@PROJECTOR.on("voucher-ledger.VoucherExpired")
def voucher_expired(fact: Fact) -> Iterator[Statement]:
    """What was left went back to the appropriation."""
    yield _MOVE_VOUCHER(key=fact.stream, available=-fact.data["fen"], reserved=0, redeemed=0)
    yield _SET_VOUCHER_STATE(key=fact.stream, new_state="expired")
    yield from _posted(fact)


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
    yield from _posted(fact)
