"""What users pay of orders themselves, and whether the institution said that they did."""

from typing import Any

from sqlalchemy import Select, case, select

from chassis import context
from chassis.database import Database
from chassis.subscription.policies import seen_position
from schemas import roles
from voucher_ledger.domain.own_payment import own_payment_id
from voucher_ledger.queries.visibility import visible
from voucher_ledger.tables import BATCHES, OWN_PAYMENTS, OWN_SHARES, SHARES, VOUCHERS

_JOINED = (
    OWN_SHARES.join(SHARES, SHARES.c.order_id == OWN_SHARES.c.order_id)
    .join(VOUCHERS, VOUCHERS.c.id == SHARES.c.voucher_id)
    .join(BATCHES, BATCHES.c.id == VOUCHERS.c.batch_id)
    .outerjoin(OWN_PAYMENTS, OWN_PAYMENTS.c.order_id == OWN_SHARES.c.order_id)
)


def own_share(database: Database, order_id: str) -> tuple[int | None, dict[str, int]]:
    """What the user pays of an order, in fen, and how far matching's log had been seen.

    None when the ledger has not heard that the order was accepted.
    """
    statement = select(OWN_SHARES.c.own_fen, seen_position("matching").label("seen"))
    row = database.row(statement.where(OWN_SHARES.c.order_id == order_id))
    if row is None:
        return None, {}
    return int(row["own_fen"]), {} if row["seen"] is None else {"matching": row["seen"]}


def proof_of(database: Database, order_id: str) -> str | None:
    """The digest of the proof that the user paid their own share of an order."""
    found = select(OWN_PAYMENTS.c.proof_sha256).where(OWN_PAYMENTS.c.order_id == order_id)
    row = database.row(found)
    return None if row is None else str(row["proof_sha256"])


def due(database: Database, day: str, after: str, limit: int) -> list[dict[str, Any]]:
    """Own shares that are to be paid and not proven, whose orders can be redeemed on that day."""
    statement = _rows().where(
        OWN_SHARES.c.own_fen > 0,
        OWN_PAYMENTS.c.order_id.is_(None),
        BATCHES.c.redeem_by >= day,
        OWN_SHARES.c.order_id > after,
    )
    return _shown(database.rows(statement.order_by(OWN_SHARES.c.order_id).limit(limit)))


def listed(
    database: Database, order_id: str | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Own shares that the caller may see, in the order of their orders' ids."""
    provider = context.current().role == roles.PROVIDER
    owner = SHARES.c.provider if provider else VOUCHERS.c.holder
    statement = visible(_rows().where(OWN_SHARES.c.own_fen > 0), owner, VOUCHERS.c.region)
    if order_id is not None:
        statement = statement.where(OWN_SHARES.c.order_id == order_id)
    if after is not None:
        statement = statement.where(OWN_SHARES.c.order_id > after)
    return _shown(database.rows(statement.order_by(OWN_SHARES.c.order_id).limit(limit)))


def _rows() -> Select[Any]:
    return select(
        OWN_SHARES.c.order_id,
        VOUCHERS.c.holder.label("user"),
        SHARES.c.provider,
        OWN_SHARES.c.own_fen.label("fen"),
        case((OWN_PAYMENTS.c.order_id.is_(None), "due"), else_="proven").label("state"),
        BATCHES.c.redeem_by.label("pay_by"),
        OWN_PAYMENTS.c.reference,
        OWN_PAYMENTS.c.proof_sha256,
    ).select_from(_JOINED)


def _shown(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": own_payment_id(row["order_id"]), **row} for row in rows]
