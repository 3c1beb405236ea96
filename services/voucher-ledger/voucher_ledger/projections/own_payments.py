"""What read models make of the events of own payments."""

from collections.abc import Iterator

from sqlalchemy import bindparam, insert

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import OWN_PAYMENTS

_ADD = Prepared(
    insert(OWN_PAYMENTS).values({column.name: bindparam(column.name) for column in OWN_PAYMENTS.c})
)


@PROJECTOR.on("voucher-ledger.OwnPaymentProven")
def own_payment_proven(fact: Fact) -> Iterator[Statement]:
    """A user paid their own share of an order."""
    names = ("order_id", "fen", "reference", "proof_sha256")
    yield _ADD(**{name: fact.data[name] for name in names})
