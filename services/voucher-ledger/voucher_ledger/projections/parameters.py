"""What read models make of the events of parameters."""

from collections.abc import Iterator

from sqlalchemy import bindparam, insert

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import PARAMETERS

_SET = Prepared(
    insert(PARAMETERS).values(
        {name: bindparam(name) for name in ("name", "valid_from", "value", "document_number")}
    )
)


@PROJECTOR.on("voucher-ledger.ParameterSet")
def parameter_set(fact: Fact) -> Iterator[Statement]:
    """A figure holds from a day on."""
    names = ("name", "valid_from", "value", "document_number")
    yield _SET(**{name: fact.data[name] for name in names})
