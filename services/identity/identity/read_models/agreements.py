"""Agreements, version by version, and which were signed for whom (`chassis.agreements`)."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Integer, String, Table, and_, bindparam, func, insert, select, update

from chassis import agreements
from chassis.agreements import SIGNED
from chassis.database import Database, Prepared, Statement
from chassis.projection import Fact
from identity.projections import PROJECTOR
from identity.tables import METADATA

_SAID = ("kind", "zh", "en", "text_sha256", "valid_from", "published_by")

AGREEMENTS = Table(
    "agreements",
    METADATA,
    Column("id", String, primary_key=True),
    Column("version", Integer, nullable=False),
    *(Column(name, String, nullable=False) for name in _SAID),
    Column("state", String, nullable=False),
)
agreements.learn(PROJECTOR)

_A = AGREEMENTS.c
_PUBLISH = Prepared(
    insert(AGREEMENTS).values(
        {name: bindparam(name) for name in ("id", "version", *_SAID)} | {"state": "announced"}
    )
)
_SUPERSEDE = Prepared(
    update(AGREEMENTS)
    .where(_A.kind == bindparam("its_kind"), _A.version < bindparam("newer"))
    .values(state="superseded")
)
_TAKE_EFFECT = Prepared(
    update(AGREEMENTS).where(_A.id == bindparam("key")).values(state="in-force")
)
_NEWEST_FIRST = _A.kind, _A.version.desc()


@PROJECTOR.on("identity.AgreementPublished")
def published(fact: Fact) -> Iterator[Statement]:
    """There is a further version."""
    said = {name: fact.data[name] for name in _SAID}
    yield _PUBLISH(id=fact.stream, version=fact.data["number"], **said)


@PROJECTOR.on("identity.AgreementTookEffect")
def took_effect(fact: Fact) -> Iterator[Statement]:
    """It is in force; the ones before it are not any more."""
    yield _SUPERSEDE(its_kind=fact.data["kind"], newer=fact.data["number"])
    yield _TAKE_EFFECT(key=fact.stream)


def newest(database: Database, kind: str) -> str | None:
    """The id of the newest version of an agreement."""
    found = select(_A.id).where(_A.kind == kind).order_by(_A.version.desc()).limit(1)
    row = database.row(found)
    return None if row is None else str(row["id"])


def in_force(database: Database, kind: str) -> int:
    """The version that is in force; 0 for none."""
    found = func.coalesce(func.max(_A.version), 0).label("version")
    row = database.row(select(found).where(_A.kind == kind, _A.state == "in-force"))
    return 0 if row is None else int(row["version"])


def versions(database: Database, kind: str | None) -> list[dict[str, Any]]:
    """Every version, the newest of each kind first."""
    found = select(AGREEMENTS)
    if kind is not None:
        found = found.where(_A.kind == kind)
    return database.rows(found.order_by(*_NEWEST_FIRST))


def of_subject(database: Database, subject: str) -> list[dict[str, Any]]:
    """What is in force or announced, and whether a subject has signed it or a later one."""
    its = and_(
        SIGNED.c.subject_id == subject, SIGNED.c.kind == _A.kind, SIGNED.c.version >= _A.version
    )
    signed = select(SIGNED.c.kind).where(its).exists().label("signed")
    found = select(AGREEMENTS, signed).where(_A.state != "superseded")
    return database.rows(found.order_by(*_NEWEST_FIRST))


def to_take_effect(database: Database, today: str, after: str, limit: int) -> list[dict[str, Any]]:
    """Versions whose day has come."""
    due = select(_A.id, _A.valid_from).where(
        _A.state == "announced", _A.valid_from <= today, _A.id > after
    )
    return database.rows(due.order_by(_A.id).limit(limit))
