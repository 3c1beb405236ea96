"""What read models make of the events of own payments."""

from collections.abc import Iterator

from sqlalchemy import bindparam, insert
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import OWN_PAYMENTS, PAID_FROM, REFUNDS

_ADD = Prepared(
    insert(OWN_PAYMENTS).values({column.name: bindparam(column.name) for column in OWN_PAYMENTS.c})
)
_FROM = Prepared(
    upsert(PAID_FROM)
    .values(payer=bindparam("payer"), digest=bindparam("digest"))
    .on_conflict_do_nothing()
)
_GIVE_BACK = Prepared(
    insert(REFUNDS).values({column.name: bindparam(column.name) for column in REFUNDS.c})
)


@PROJECTOR.on("voucher-ledger.OwnPaymentProven")
def own_payment_proven(fact: Fact) -> Iterator[Statement]:
    """A user paid their own share of an order."""
    names = ("order_id", "fen", "reference", "proof_sha256")
    yield _ADD(**{name: fact.data[name] for name in names})
    if account := fact.data.get("payer_account"):
        yield _FROM(payer=fact.data["payer"], digest=account)


@PROJECTOR.on("voucher-ledger.OwnPaymentRefunded")
def own_payment_refunded(fact: Fact) -> Iterator[Statement]:
    """A user got back of their own share."""
    yield _GIVE_BACK(**{name: fact.data[name] for name in ("reference", "order_id", "fen")})
