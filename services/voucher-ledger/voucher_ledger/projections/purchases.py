"""What read models make of the events of government purchases."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, case, insert, update

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.domain.purchase import CONSENTS
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import PURCHASES

_ADD = Prepared(
    insert(PURCHASES).values({column.name: bindparam(column.name) for column in PURCHASES.c})
)


def _set(**columns: Any) -> Prepared:
    return Prepared(update(PURCHASES).where(PURCHASES.c.id == bindparam("key")).values(**columns))


_CONSENT = _set(
    consents=PURCHASES.c.consents + 1,
    state=case((PURCHASES.c.consents + 1 >= len(CONSENTS), "consented"), else_="proposed"),
)
_CONTRACT = _set(state="contracted", fen=bindparam("new_fen"))
_ACCEPT = _set(
    state=bindparam("new_state"),
    accepted_fen=bindparam("new_fen"),
    opinion_sha256=bindparam("opinion"),
)
_MOVE = _set(state=bindparam("new_state"))
_STATES = {
    "voucher-ledger.PurchaseRejected": "rejected",
    "voucher-ledger.PurchaseDelivered": "delivered",
    "voucher-ledger.PurchaseCancelled": "cancelled",
    "voucher-ledger.PurchaseForfeited": "forfeited",
}


@PROJECTOR.on("voucher-ledger.PurchaseProposed")
def purchase_proposed(fact: Fact) -> Iterator[Statement]:
    """It waits for two consents."""
    names = ("fund", "year", "region", "provider", "title", "fen", "procedure", "beneficiaries")
    said = {name: fact.data[name] for name in names}
    begun = {"consents": 0, "state": "proposed", "accepted_fen": 0, "opinion_sha256": None}
    yield _ADD(id=fact.stream, **said, **begun)


@PROJECTOR.on("voucher-ledger.PurchaseConsented")
def purchase_consented(fact: Fact) -> Iterator[Statement]:
    """One office consented."""
    yield _CONSENT(key=fact.stream)


@PROJECTOR.on("voucher-ledger.PurchaseContracted")
def purchase_contracted(fact: Fact) -> Iterator[Statement]:
    """The money is committed."""
    yield _CONTRACT(key=fact.stream, new_fen=fact.data["fen"])


@PROJECTOR.on("voucher-ledger.PurchaseAccepted")
def purchase_accepted(fact: Fact) -> Iterator[Statement]:
    """It is owed, as far as it was accepted."""
    data = fact.data
    state = "accepted" if data["fen"] else "refused"
    opinion = data["opinion_sha256"]
    yield _ACCEPT(key=fact.stream, new_state=state, new_fen=data["fen"], opinion=opinion)


@PROJECTOR.on(*_STATES)
def purchase_moved(fact: Fact) -> Iterator[Statement]:
    """It is in another state."""
    yield _MOVE(key=fact.stream, new_state=_STATES[fact.type])
