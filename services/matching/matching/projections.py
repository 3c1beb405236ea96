"""What matching's read models make of its own events."""

import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import bindparam, insert, update

from chassis import clock
from chassis.database import Prepared, Statement
from chassis.projection import Fact, Projector
from matching.tables import ORDERS

PROJECTOR = Projector()

LATER = (
    "voucher_fen",
    "own_fen",
    "accepted_fen",
    "voucher_due_fen",
    "own_due_fen",
    "accepted_on",
    "due_by",
    "refusal",
)
"""What an order does not have when it is placed."""

_ADD = Prepared(insert(ORDERS).values({column.name: bindparam(column.name) for column in ORDERS.c}))
_SET_STATE = Prepared(
    update(ORDERS).where(ORDERS.c.id == bindparam("key")).values(state=bindparam("new_state"))
)
_FUND = Prepared(
    update(ORDERS)
    .where(ORDERS.c.id == bindparam("key"))
    .values(
        state="funded",
        voucher_fen=bindparam("share"),
        own_fen=bindparam("rest"),
        due_by=bindparam("deliver_by"),
    )
)
_DELIVER = Prepared(
    update(ORDERS)
    .where(ORDERS.c.id == bindparam("key"))
    .values(state="delivered", due_by=bindparam("accept_by"))
)
_ACCEPT = Prepared(
    update(ORDERS)
    .where(ORDERS.c.id == bindparam("key"))
    .values(
        state="accepted",
        accepted_fen=bindparam("accepted"),
        voucher_due_fen=bindparam("voucher_due"),
        own_due_fen=bindparam("own_due"),
        accepted_on=bindparam("on_day"),
    )
)
_REFUSE = Prepared(
    update(ORDERS)
    .where(ORDERS.c.id == bindparam("key"))
    .values(state="refused", refusal=bindparam("why"))
)


@PROJECTOR.on("matching.OrderPlaced")
def order_placed(fact: Fact) -> Iterator[Statement]:
    """An order waits for the ledger."""
    frozen = {
        column.name: fact.data[column.name] for column in ORDERS.c if column.name in fact.data
    }
    fee = fact.data.get("fee")
    frozen["fee"] = None if fee is None else json.dumps(fee)
    later = dict.fromkeys(LATER)
    yield _ADD(**frozen, **later, id=fact.stream, state="placed")


@PROJECTOR.on("matching.OrderFunded")
def order_funded(fact: Fact) -> Iterator[Statement]:
    """The voucher pays a share; the provider can deliver."""
    data = fact.data
    yield _FUND(
        key=fact.stream,
        share=data["voucher_fen"],
        rest=data["own_fen"],
        deliver_by=data["deliver_by"],
    )


@PROJECTOR.on("matching.OrderRefused")
def order_refused(fact: Fact) -> Iterator[Statement]:
    """The ledger refused; the order ended, with the reason."""
    why = {"code": fact.data["code"], "grounds": fact.data["grounds"]}
    yield _REFUSE(key=fact.stream, why=json.dumps(why, ensure_ascii=False))


@PROJECTOR.on("matching.OrderDelivered")
def order_delivered(fact: Fact) -> Iterator[Statement]:
    """The user can accept."""
    yield _DELIVER(key=fact.stream, accept_by=fact.data["accept_by"])


@PROJECTOR.on("matching.OrderAccepted")
def order_accepted(fact: Fact) -> Iterator[Statement]:
    """The provider is owed the share, or the accepted part of it."""
    data = fact.data
    yield _ACCEPT(
        key=fact.stream,
        accepted=data["accepted_fen"],
        voucher_due=data["voucher_due_fen"],
        own_due=data["own_due_fen"],
        on_day=clock.legal_date(datetime.fromisoformat(fact.recorded_at)).isoformat(),
    )


@PROJECTOR.on("matching.OrderCancelled")
def order_cancelled(fact: Fact) -> Iterator[Statement]:
    """The order ended undelivered."""
    yield _SET_STATE(key=fact.stream, new_state="cancelled")


@PROJECTOR.on("matching.OrderLapsed")
def order_lapsed(fact: Fact) -> Iterator[Statement]:
    """The order ended because a party did not take its step."""
    yield _SET_STATE(key=fact.stream, new_state="lapsed")
