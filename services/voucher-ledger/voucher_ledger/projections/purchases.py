"""What read models make of the events of government purchases."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, case, insert, update

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.domain.purchase import CONSENTS, OPEN_TENDER
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import PURCHASES

_ADD = Prepared(
    insert(PURCHASES).values({column.name: bindparam(column.name) for column in PURCHASES.c})
)


_LATER = ("contract_sha256", "evidence_sha256", "delivered_at", "accepted_at")


def _set(**columns: Any) -> Prepared:
    return Prepared(update(PURCHASES).where(PURCHASES.c.id == bindparam("key")).values(**columns))


_CONSENT = _set(
    consents=PURCHASES.c.consents + 1,
    state=case((PURCHASES.c.consents + 1 >= len(CONSENTS), "consented"), else_="proposed"),
)
_CONTRACT = _set(
    state="contracted", fen=bindparam("new_fen"), contract_sha256=bindparam("contract")
)
_DELIVER = _set(
    state="delivered", evidence_sha256=bindparam("evidence"), delivered_at=bindparam("at")
)
_ACCEPT = _set(
    state=bindparam("new_state"),
    accepted_fen=bindparam("new_fen"),
    accepted_at=bindparam("at"),
    opinion_sha256=bindparam("opinion"),
)
_MOVE = _set(state=bindparam("new_state"))
_STATES = {
    "voucher-ledger.PurchaseRejected": "rejected",
    "voucher-ledger.PurchaseCancelled": "cancelled",
    "voucher-ledger.PurchaseForfeited": "forfeited",
}


@PROJECTOR.on("voucher-ledger.PurchaseProposed")
def purchase_proposed(fact: Fact) -> Iterator[Statement]:
    """It waits for two consents."""
    names = ("fund", "year", "region", "provider", "title", "fen", "procedure", "beneficiaries")
    said = {name: fact.data[name] for name in names}
    begun = {"consents": 0, "state": "proposed", "accepted_fen": 0, "opinion_sha256": None}
    papers = dict.fromkeys(_LATER, "")
    tendered = fact.data["procedure"] == OPEN_TENDER or fact.data["exemption"] is not None
    yield _ADD(id=fact.stream, **said, **begun, **papers, untendered=not tendered)


@PROJECTOR.on("voucher-ledger.PurchaseConsented")
def purchase_consented(fact: Fact) -> Iterator[Statement]:
    """One office consented."""
    yield _CONSENT(key=fact.stream)


@PROJECTOR.on("voucher-ledger.PurchaseContracted")
def purchase_contracted(fact: Fact) -> Iterator[Statement]:
    """The money is committed."""
    said = {"new_fen": fact.data["fen"], "contract": fact.data["contract_sha256"]}
    yield _CONTRACT(key=fact.stream, **said)


@PROJECTOR.on("voucher-ledger.PurchaseDelivered")
def purchase_delivered(fact: Fact) -> Iterator[Statement]:
    """It waits for its acceptance."""
    evidence = fact.data["evidence_sha256"]
    yield _DELIVER(key=fact.stream, evidence=evidence, at=fact.recorded_at)


@PROJECTOR.on("voucher-ledger.PurchaseAccepted")
def purchase_accepted(fact: Fact) -> Iterator[Statement]:
    """It is owed, as far as it was accepted."""
    data = fact.data
    state = "accepted" if data["fen"] else "refused"
    said = {"new_fen": data["fen"], "opinion": data["opinion_sha256"], "at": fact.recorded_at}
    yield _ACCEPT(key=fact.stream, new_state=state, **said)


@PROJECTOR.on(*_STATES)
def purchase_moved(fact: Fact) -> Iterator[Statement]:
    """It is in another state."""
    yield _MOVE(key=fact.stream, new_state=_STATES[fact.type])
