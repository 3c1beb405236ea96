"""What read models make of the events of reconciliations."""

import json
from collections.abc import Iterator

from sqlalchemy import bindparam, insert, update

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.domain.reconciliation import OPEN, SETTLED
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import DIFFERENCES, RECONCILIATIONS

_ADD = Prepared(
    insert(RECONCILIATIONS).values(
        {column.name: bindparam(column.name) for column in RECONCILIATIONS.c}
    )
)
_FIND = (
    "INSERT INTO differences (id, reconciliation_id, order_id, kind, sides, state) "
    "VALUES (%s, %s, %s, %s, %s::jsonb, %s)"
)
_SETTLE = Prepared(
    update(DIFFERENCES)
    .where(DIFFERENCES.c.id == bindparam("key"))
    .values(state=SETTLED, decider=bindparam("who"), reason=bindparam("why"))
)


@PROJECTOR.on("voucher-ledger.ReconciliationDone")
def reconciliation_done(fact: Fact) -> Iterator[Statement]:
    """So much was compared."""
    names = [column.name for column in RECONCILIATIONS.c if column.name != "id"]
    yield _ADD(id=fact.stream, **{name: fact.data[name] for name in names})


@PROJECTOR.on("voucher-ledger.DifferenceFound")
def difference_found(fact: Fact) -> Iterator[Statement]:
    """Nothing is paid for that order."""
    data = fact.data
    about = data["reconciliation_id"], data["order_id"], data["kind"]
    yield _FIND, (fact.stream, *about, json.dumps(data["sides"]), OPEN)


@PROJECTOR.on("voucher-ledger.DifferenceSettled")
def difference_settled(fact: Fact) -> Iterator[Statement]:
    """A person lets it be paid."""
    yield _SETTLE(key=fact.stream, who=fact.data["decider"], why=fact.data["reason"])
