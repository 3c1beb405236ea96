"""The blacklist, entry by entry, with each step of a case."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Integer, String, Table, bindparam, insert, select, update

from chassis import region_scope
from chassis.acting import Blacklisted
from chassis.database import Database, Prepared, Statement
from chassis.projection import Fact
from identity.projections import PROJECTOR
from identity.tables import METADATA

_NAMES = (
    *("number", "subject_id", "region", "grounds", "reason", "evidence_sha256"),
    *("entered_on", "until", "appeal_by"),
)

BLACKLISTINGS = Table(
    "blacklistings",
    METADATA,
    Column("id", String, primary_key=True),
    *(Column(name, Integer if name == "number" else String, nullable=False) for name in _NAMES),
    Column("state", String, nullable=False),
    Column("decide_by", String),
    Column("referred_to", String),
)

_ITS = BLACKLISTINGS.c.id == bindparam("key")
_ENTER = Prepared(
    insert(BLACKLISTINGS).values(
        {name: bindparam(name) for name in ("id", *_NAMES)} | {"state": "entered"}
    )
)
_SET_STATE = Prepared(update(BLACKLISTINGS).where(_ITS).values(state=bindparam("new_state")))
_APPEAL = Prepared(
    update(BLACKLISTINGS).where(_ITS).values(state="appealed", decide_by=bindparam("day"))
)
_REFER = Prepared(update(BLACKLISTINGS).where(_ITS).values(referred_to=bindparam("authority")))
_STANDS = BLACKLISTINGS.c.state.not_in(("lifted", "ended"))


@PROJECTOR.on("identity.BlacklistingEntered")
def entered(fact: Fact) -> Iterator[Statement]:
    """A subject is on the list."""
    yield _ENTER(id=fact.stream, **{name: fact.data[name] for name in _NAMES})


@PROJECTOR.on("identity.BlacklistingAppealed")
def appealed(fact: Fact) -> Iterator[Statement]:
    """It waits for a decision."""
    yield _APPEAL(key=fact.stream, day=fact.data["decide_by"])


@PROJECTOR.on("identity.BlacklistingAppealDecided")
def appeal_decided(fact: Fact) -> Iterator[Statement]:
    """It was decided."""
    yield _SET_STATE(key=fact.stream, new_state="lifted" if fact.data["lift"] else "upheld")


@PROJECTOR.on("identity.BlacklistingReferred")
def referred(fact: Fact) -> Iterator[Statement]:
    """It is with the judiciary."""
    yield _REFER(key=fact.stream, authority=fact.data["authority"])


@PROJECTOR.on("identity.BlacklistingEnded")
def ended(fact: Fact) -> Iterator[Statement]:
    """It is over."""
    yield _SET_STATE(key=fact.stream, new_state="ended")


def within(
    database: Database, region: str | None, state: str | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """Entries within a staff region, in id order."""
    found = select(BLACKLISTINGS).where(region_scope.within(region, BLACKLISTINGS.c.region))
    if state is not None:
        found = found.where(BLACKLISTINGS.c.state == state)
    if after is not None:
        found = found.where(BLACKLISTINGS.c.id > after)
    return database.rows(found.order_by(BLACKLISTINGS.c.id).limit(limit))


def of_subject(database: Database, subject: str) -> list[dict[str, Any]]:
    """Entries of a subject, the newest first."""
    found = select(BLACKLISTINGS).where(BLACKLISTINGS.c.subject_id == subject)
    return database.rows(found.order_by(BLACKLISTINGS.c.number.desc()))


def standing(database: Database, subject: str) -> dict[str, Any] | None:
    """The entry of a subject that has its effects, if there is one."""
    found = select(BLACKLISTINGS).where(BLACKLISTINGS.c.subject_id == subject, _STANDS)
    return database.row(found)


def require_not_on_it(database: Database, subject: str) -> None:
    """Raise `Blacklisted`: who is on the list gets no further role (art. 28)."""
    entry = standing(database, subject)
    if entry is not None:
        raise Blacklisted(until=entry["until"])


def to_end(database: Database, today: str, after: str, limit: int) -> list[dict[str, Any]]:
    """Entries whose last day is past."""
    return database.rows(
        select(BLACKLISTINGS.c.id, BLACKLISTINGS.c.until)
        .where(
            BLACKLISTINGS.c.until < today,
            _STANDS,
            BLACKLISTINGS.c.id > after,
        )
        .order_by(BLACKLISTINGS.c.id)
        .limit(limit)
    )
