"""On what a 政务服务管理员 acts (授权, art. 27), checked in every service.

Identity publishes when the head of a department authorised an account: for what, from when to when.
Each service keeps that as the read model `authorisations`, and carries out no command of that role
which does not name an authorisation (`authority`) of the caller's own, in force today, whose scope
the command is of (`authorised_as` of its contract). Reading needs none.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    MetaData,
    String,
    Table,
    bindparam,
    insert,
    select,
    update,
)

from chassis import clock
from chassis.context import Context
from chassis.contract import Command, Contract
from chassis.database import Database, Prepared, Statement
from chassis.projection import Fact, Projector
from chassis.refusal import Kind, Refusal
from chassis.subscription import seen_position
from chassis.tenure import IDENTITY

GOVERNMENT_SERVICE = "gov-service-admin"
"""政务服务管理员, the role that an authorisation is the authority of (`schemas.roles`)."""

AUTHORISATIONS = Table(
    "authorisations",
    MetaData(),
    Column("authorisation_id", String, primary_key=True),
    Column("account_id", String, nullable=False),
    Column("region", String, nullable=False),
    Column("department", String, nullable=False),
    Column("scope", ARRAY(String), nullable=False),
    Column("valid_from", String, nullable=False),
    Column("valid_until", String, nullable=False),
    Column("document_sha256", String, nullable=False),
    Column("granted_by", String, nullable=False),
    Column("revoked", Boolean, nullable=False),
)

GRANTED, REVOKED = "identity.AuthorisationGranted", "identity.AuthorisationRevoked"
LEARNT = frozenset({GRANTED, REVOKED})

_SAID = (
    *("account_id", "region", "department", "valid_from", "valid_until"),
    *("document_sha256", "granted_by"),
)
_A = AUTHORISATIONS.c
_ITS = _A.authorisation_id == bindparam("key")
_GRANT = Prepared(
    insert(AUTHORISATIONS).values(
        {name: bindparam(name) for name in ("authorisation_id", *_SAID)}
        | {"scope": bindparam("scope", type_=ARRAY(String)), "revoked": False}
    )
)
_REVOKE = Prepared(update(AUTHORISATIONS).where(_ITS).values(revoked=True))
_GUARD = Prepared(
    select(
        *(_A.account_id, _A.scope, _A.valid_from, _A.valid_until, _A.revoked),
        seen_position(IDENTITY).label("seen"),
    ).where(_ITS)
)


class AuthorisationRequired(Refusal):
    """No authorisation of the caller's own is named (`Acting-Authority`)."""

    code = "authorisation.required"
    kind = Kind.FORBIDDEN
    zh = "请指明本部门负责人对您的授权(请求头 Acting-Authority)"
    en = "Name your department head's authorisation of you (the header Acting-Authority)"


class AuthorisationNotInForce(Refusal):
    """Before its first day, after its last, or revoked."""

    code = "authorisation.not-in-force"
    kind = Kind.FORBIDDEN
    zh = "该授权({valid_from} 至 {valid_until})未生效、已到期或已撤销"
    en = "The authorisation ({valid_from} to {valid_until}) is not in force, or was revoked"


class OutOfScope(Refusal):
    """The authorisation is for other things."""

    code = "authorisation.out-of-scope"
    kind = Kind.FORBIDDEN
    zh = "该授权不包括 {needed};授权事项:{scope}"
    en = "The authorisation does not cover {needed}; it covers: {scope}"


def learn(projector: Projector) -> None:
    """Keep `authorisations` from what identity says, in its own service or one that follows it."""
    projector.on(GRANTED)(_granted)
    projector.on(REVOKED)(_revoked)


def _granted(fact: Fact) -> Iterator[Statement]:
    said = {name: fact.data[name] for name in _SAID}
    yield _GRANT(authorisation_id=fact.stream, scope=fact.data["scope"], **said)


def _revoked(fact: Fact) -> Iterator[Statement]:
    yield _REVOKE(key=fact.stream)


def guards(contract: type[Contract], who: Context) -> bool:
    """Whether an authorisation is what the caller acts on."""
    return who.role == GOVERNMENT_SERVICE and GOVERNMENT_SERVICE in contract.allowed


def require(database: Database, contract: type[Command], who: Context) -> dict[str, int]:
    """How far identity's log had been seen; one read by the key.

    Raises `AuthorisationRequired`, `AuthorisationNotInForce`, `OutOfScope`.
    """
    row = database.row(*_GUARD(key=who.authority)) if who.authority else None
    if row is None or row["account_id"] != who.actor:
        raise AuthorisationRequired
    if not in_force(row):
        raise AuthorisationNotInForce(valid_from=row["valid_from"], valid_until=row["valid_until"])
    if contract.authorised_as not in row["scope"]:
        raise OutOfScope(needed=contract.authorised_as, scope=", ".join(row["scope"]))
    return {} if row["seen"] is None else {IDENTITY: row["seen"]}


def in_force(row: dict[str, Any]) -> bool:
    """Whether an authorisation is in force on today's legal date."""
    today = clock.legal_date().isoformat()
    return not row["revoked"] and bool(row["valid_from"] <= today <= row["valid_until"])
