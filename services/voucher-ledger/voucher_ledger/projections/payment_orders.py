"""What read models make of the events of samples and payment orders."""

from collections.abc import Iterator

from sqlalchemy import bindparam, insert, update

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import PAYMENT_LINES, PAYMENT_ORDERS, SAMPLE_ROUNDS

_ADD_ROUND = Prepared(
    insert(SAMPLE_ROUNDS).values(
        id=bindparam("key"),
        number=bindparam("number"),
        commitment=bindparam("commitment"),
        considered=0,
        selected=0,
        state="committed",
    )
)
_DRAW_ROUND = Prepared(
    update(SAMPLE_ROUNDS)
    .where(SAMPLE_ROUNDS.c.id == bindparam("key"))
    .values(
        secret=bindparam("revealed"),
        size=bindparam("of_size"),
        note_sha256=bindparam("note"),
        considered=bindparam("all"),
        selected=bindparam("some"),
        state="drawn",
    )
)
_ADD_ORDER = Prepared(
    insert(PAYMENT_ORDERS).values(
        id=bindparam("key"),
        state="proposed",
        count=bindparam("items"),
        total_fen=bindparam("fen"),
        approvals=0,
        paid_fen=0,
        returned_fen=0,
    )
)
_SET_STATE = Prepared(
    update(PAYMENT_ORDERS)
    .where(PAYMENT_ORDERS.c.id == bindparam("key"))
    .values(state=bindparam("new_state"))
)
_APPROVE = Prepared(
    update(PAYMENT_ORDERS)
    .where(PAYMENT_ORDERS.c.id == bindparam("key"))
    .values(approvals=PAYMENT_ORDERS.c.approvals + 1)
)
_ISSUE = Prepared(
    update(PAYMENT_ORDERS)
    .where(PAYMENT_ORDERS.c.id == bindparam("key"))
    .values(
        state="issued",
        created_at=bindparam("at"),
        csv_sha256=bindparam("csv"),
        pain001_sha256=bindparam("pain001"),
    )
)
_SETTLE = Prepared(
    update(PAYMENT_ORDERS)
    .where(PAYMENT_ORDERS.c.id == bindparam("key"))
    .values(
        state="settled",
        paid_fen=PAYMENT_ORDERS.c.paid_fen + bindparam("paid"),
        returned_fen=PAYMENT_ORDERS.c.returned_fen + bindparam("back"),
    )
)
_ADD_LINES = (
    "INSERT INTO payment_lines (payment_order_id, redemption_id, fen, state) "
    "SELECT %s, line.id, line.fen, 'proposed' "
    "FROM unnest(%s::text[], %s::bigint[]) AS line(id, fen)"
)
_SET_LINES = Prepared(
    update(PAYMENT_LINES)
    .where(PAYMENT_LINES.c.payment_order_id == bindparam("key"))
    .values(state=bindparam("new_state"))
)
_RETURN_LINES = (
    "UPDATE payment_lines SET state = 'returned' "
    "WHERE payment_order_id = %s AND redemption_id = ANY(%s::text[])"
)


@PROJECTOR.on("voucher-ledger.SampleRoundCommitted")
def round_committed(fact: Fact) -> Iterator[Statement]:
    """A round began."""
    yield _ADD_ROUND(
        key=fact.stream, number=fact.data["number"], commitment=fact.data["commitment"]
    )


@PROJECTOR.on("voucher-ledger.SampleRoundDrawn")
def round_drawn(fact: Fact) -> Iterator[Statement]:
    """A round is over: everybody can draw again."""
    data = fact.data
    yield _DRAW_ROUND(
        key=fact.stream,
        revealed=data["secret"],
        of_size=data["size"],
        note=data["note_sha256"],
        all=len(data["drawn"]),
        some=sum(each["selected"] for each in data["drawn"]),
    )


@PROJECTOR.on("voucher-ledger.PaymentOrderProposed")
def order_proposed(fact: Fact) -> Iterator[Statement]:
    """A payment order waits for two approvals."""
    data = fact.data
    yield _ADD_ORDER(key=fact.stream, items=len(data["items"]), fen=data["total_fen"])
    ids = [item["redemption_id"] for item in data["items"]]
    yield _ADD_LINES, (fact.stream, ids, [item["fen"] for item in data["items"]])


@PROJECTOR.on("voucher-ledger.PaymentOrderApproved")
def order_approved(fact: Fact) -> Iterator[Statement]:
    """One more approval."""
    yield _APPROVE(key=fact.stream)


@PROJECTOR.on("voucher-ledger.PaymentOrderRejected")
def order_rejected(fact: Fact) -> Iterator[Statement]:
    """It is not paid."""
    yield _SET_STATE(key=fact.stream, new_state="rejected")
    yield _SET_LINES(key=fact.stream, new_state="rejected")


@PROJECTOR.on("voucher-ledger.PaymentOrderIssued")
def order_issued(fact: Fact) -> Iterator[Statement]:
    """Its files are made; the bank has its turn."""
    data = fact.data
    yield _ISSUE(
        key=fact.stream,
        at=data["created_at"],
        csv=data["csv_sha256"],
        pain001=data["pain001_sha256"],
    )
    yield _SET_LINES(key=fact.stream, new_state="issued")


@PROJECTOR.on("voucher-ledger.PaymentOrderSettled")
def order_settled(fact: Fact) -> Iterator[Statement]:
    """The bank has answered."""
    yield _SETTLE(key=fact.stream, paid=fact.data["paid_fen"], back=fact.data["returned_fen"])
    yield _SET_LINES(key=fact.stream, new_state="paid")
    yield _RETURN_LINES, (fact.stream, fact.data["returned"])


@PROJECTOR.on("voucher-ledger.PaymentOrderReversed")
def order_reversed(fact: Fact) -> Iterator[Statement]:
    """The bank sent back what it had paid."""
    yield _SETTLE(key=fact.stream, paid=-fact.data["fen"], back=fact.data["fen"])
    yield _RETURN_LINES, (fact.stream, fact.data["returned"])
