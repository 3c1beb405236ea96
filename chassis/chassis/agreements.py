"""What subjects have agreed to (协议与承诺, art. 29), as identity publishes it.

An agreement has a kind, which is the role whose agreement it is, and versions. Identity says when a
version took effect, and which version was signed for a subject. Where something new begins, the
guard of `chassis.standing` asks for the newest version in force, in the read that it makes anyway.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Integer, MetaData, String, Table, and_, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.database import Prepared, Statement
from chassis.projection import Fact, Projector

_METADATA = MetaData()
IN_FORCE = Table(
    "agreements_in_force",
    _METADATA,
    Column("kind", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("text_sha256", String, nullable=False),
)
SIGNED = Table(
    "agreements_signed",
    _METADATA,
    Column("subject_id", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("version", Integer, nullable=False),
)

_OF_KIND, _OF_SUBJECT = ("kind", "version", "text_sha256"), ("subject_id", "kind", "version")
_IN_FORCE = upsert(IN_FORCE).values({name: bindparam(name) for name in _OF_KIND})
_TAKE_EFFECT = Prepared(
    _IN_FORCE.on_conflict_do_update(
        index_elements=["kind"],
        set_={name: _IN_FORCE.excluded[name] for name in ("version", "text_sha256")},
    )
)
_SIGNED = upsert(SIGNED).values({name: bindparam(name) for name in _OF_SUBJECT})
_SIGN = Prepared(
    _SIGNED.on_conflict_do_update(
        index_elements=["subject_id", "kind"],
        set_={"version": func.greatest(SIGNED.c.version, _SIGNED.excluded.version)},
    )
)

TOOK_EFFECT = "identity.AgreementTookEffect"
SIGNATURE = "identity.AgreementSignatureGiven"
LEARNT = frozenset({TOOK_EFFECT, SIGNATURE})


def learn(projector: Projector) -> None:
    """Keep both tables from what identity says, in its own service or in one that follows it."""
    projector.on(TOOK_EFFECT)(_took_effect)
    projector.on(SIGNATURE)(_signed)


def _took_effect(fact: Fact) -> Iterator[Statement]:
    data = fact.data
    yield _TAKE_EFFECT(kind=data["kind"], version=data["number"], text_sha256=data["text_sha256"])


def _signed(fact: Fact) -> Iterator[Statement]:
    data = fact.data
    yield _SIGN(subject_id=data["subject_id"], kind=data["kind"], version=data["number"])


def unsigned(subject: Any) -> Any:
    """A column: the agreements in force that a subject has not signed.

    By kind, version and digest; NULL when there is none.
    """
    at_least = and_(
        SIGNED.c.subject_id == subject,
        SIGNED.c.kind == IN_FORCE.c.kind,
        SIGNED.c.version >= IN_FORCE.c.version,
    )
    said = func.jsonb_build_array(IN_FORCE.c.version, IN_FORCE.c.text_sha256)
    found = select(func.jsonb_object_agg(IN_FORCE.c.kind, said)).where(
        ~select(SIGNED.c.kind).where(at_least).exists()
    )
    return found.scalar_subquery()
