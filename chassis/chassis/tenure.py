"""The operator's tenure (运营期, art. 7): on what its staff act, checked in every service.

Identity publishes when a tenure was granted, revoked and handed over. Each service keeps that as
the read model `tenures`, and carries out no command of the operator's staff outside a tenure that
is in force: neither after its last day nor, a moment after it was revoked, in any service. Reading
goes on, since somebody has to hand over.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, insert, select, update

from chassis import clock
from chassis.context import Context
from chassis.contract import Contract
from chassis.database import Database, Prepared, Statement
from chassis.projection import Fact, Projector
from chassis.refusal import Kind, Refusal
from chassis.subscription import seen_position

OPERATOR = "operator"
"""运营商 staff, the role that a tenure is the authority of (`schemas.roles`)."""

IDENTITY = "identity"
GRANTED = "granted"
REVOKED = "revoked"
HANDED_OVER = "handed-over"

TENURES = Table(
    "tenures",
    MetaData(),
    Column("tenure_id", String, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("operator", String, nullable=False),
    Column("uscc", String, nullable=False),
    Column("contract_number", String, nullable=False),
    Column("valid_from", String, nullable=False),
    Column("valid_until", String, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("successor_id", String),
)

_SAID = ("number", "operator", "uscc", "contract_number", "valid_from", "valid_until")
_ITS = TENURES.c.tenure_id == bindparam("key")
_GRANT = Prepared(
    insert(TENURES).values(
        {name: bindparam(name) for name in ("tenure_id", *_SAID)}
        | {"warnings": 0, "state": GRANTED}
    )
)
_WARN = Prepared(update(TENURES).where(_ITS).values(warnings=TENURES.c.warnings + 1))
_END = Prepared(
    update(TENURES)
    .where(_ITS)
    .values(state=bindparam("new_state"), successor_id=bindparam("successor"))
)
_GUARD = Prepared(
    select(
        TENURES.c.state,
        TENURES.c.valid_from,
        TENURES.c.valid_until,
        seen_position(IDENTITY).label("seen"),
    ).where(_ITS)
)


class OutsideTenure(Refusal):
    """Staff of the operator acted without a tenure that is in force (运营权, art. 7)."""

    code = "operator.outside-tenure"
    kind = Kind.FORBIDDEN
    zh = "运营商现无有效的运营权,其工作人员不能办理此项业务"
    en = "The operator holds no tenure that is in force, so its staff cannot do this"


def learn(projector: Projector) -> None:
    """Keep `tenures` from what identity says, in its own service or in one that follows it."""
    for type_, projection in (
        ("identity.OperatorTenureGranted", tenure_granted),
        ("identity.OperatorTenureWarned", tenure_warned),
        ("identity.OperatorTenureRevoked", tenure_revoked),
        ("identity.OperatorTenureHandedOver", tenure_handed_over),
    ):
        projector.on(type_)(projection)


def tenure_granted(fact: Fact) -> Iterator[Statement]:
    """A company may operate the platform."""
    yield _GRANT(tenure_id=fact.stream, **{name: fact.data[name] for name in _SAID})


def tenure_warned(fact: Fact) -> Iterator[Statement]:
    """It was warned."""
    yield _WARN(key=fact.stream)


def tenure_revoked(fact: Fact) -> Iterator[Statement]:
    """It may not any more."""
    yield _END(key=fact.stream, new_state=REVOKED, successor=None)


def tenure_handed_over(fact: Fact) -> Iterator[Statement]:
    """Its successor has everything."""
    yield _END(key=fact.stream, new_state=HANDED_OVER, successor=fact.data["successor_id"])


def in_force(row: Mapping[str, Any]) -> bool:
    """Whether a tenure is in force on today's legal date."""
    today = clock.legal_date().isoformat()
    return bool(row["state"] == GRANTED and row["valid_from"] <= today <= row["valid_until"])


def guards(contract: type[Contract], who: Context) -> bool:
    """Whether a tenure is what the caller acts on: as the operator, in what takes such a role.

    What anybody signed in may do, such as signing out, is not done as the operator.
    """
    return who.role == OPERATOR and OPERATOR in contract.allowed


def require(database: Database, who: Context) -> dict[str, int]:
    """How far identity's log had been seen; one read by the key. Raises `OutsideTenure`.

    In identity itself there is nothing to be seen: its own log is where it decides.
    """
    row = database.row(*_GUARD(key=who.authority)) if who.authority else None
    if row is None or not in_force(row):
        raise OutsideTenure
    return {} if row["seen"] is None else {IDENTITY: row["seen"]}


def tenures(database: Database) -> list[dict[str, Any]]:
    """Every tenure there was, the newest first."""
    return database.rows(select(TENURES).order_by(TENURES.c.number.desc()))
