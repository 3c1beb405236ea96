"""Open sessions, and whom a token stands for."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis import clock
from chassis.database import Database, Prepared, Statement
from chassis.projection import Fact
from identity.projections import PROJECTOR
from identity.queries import ACCOUNT_ROWS
from identity.queries import bearer as as_bearer
from identity.tables import ACCOUNTS, SESSION_USES, SESSIONS

TOUCHED_AFTER = timedelta(minutes=1)
"""The time of the last use is kept to the minute."""

_ADD = Prepared(
    insert(SESSIONS).values(
        session_id=bindparam("session_id"),
        account_id=bindparam("account_id"),
        opened_at=bindparam("opened_at"),
        expires_at=bindparam("expires_at"),
        factor=bindparam("factor"),
        enrolling=bindparam("enrolling"),
        epoch=bindparam("epoch"),
        ended=False,
    )
)
_END = Prepared(
    update(SESSIONS).where(SESSIONS.c.session_id == bindparam("key")).values(ended=True)
)
_RAISE = Prepared(
    update(SESSIONS)
    .where(SESSIONS.c.session_id == bindparam("key"))
    .values(enrolling=False, factor=bindparam("by"))
)
_NEXT_EPOCH = (
    "UPDATE accounts SET epoch = epoch + 1, key_epoch = key_epoch + %s WHERE account_id = %s"
)
_KEEP = """
UPDATE sessions SET epoch = epoch + 1
WHERE session_id = %s AND account_id = %s AND NOT ended
"""
_END_ALL = """
UPDATE sessions SET ended = true
WHERE account_id = %s AND NOT ended AND session_id IS DISTINCT FROM %s
"""
_FORGET_USES = """
DELETE FROM session_uses u USING sessions s WHERE s.session_id = u.session_id AND s.ended
"""
_USE = upsert(SESSION_USES).values(
    {name: bindparam(name) for name in ("session_id", "account_id", "device", "used_at")}
)
USED = Prepared(_USE)
"""Keep the device of a new session, and that it is used now."""

NOTED = Prepared(
    update(SESSION_USES)
    .where(SESSION_USES.c.session_id == bindparam("key"))
    .values(noted=bindparam("what"))
)
"""Remember which device was looked at last, for whom."""

_TOUCH = "UPDATE session_uses SET used_at = %s WHERE session_id = %s AND used_at < %s"


def all_end(account_id: str, kept: str | None, *, keys_too: bool = False) -> Iterator[Statement]:
    """Every session of an account ends but one, those too that are being opened right now."""
    yield _NEXT_EPOCH, (int(keys_too), account_id)
    yield _END_ALL, (account_id, kept)
    if kept is not None:
        yield _KEEP, (kept, account_id)


@PROJECTOR.on("identity.SessionOpened")
def session_opened(fact: Fact) -> Iterator[Statement]:
    """A session is open until it ends or expires."""
    data = fact.data
    yield _ADD(
        session_id=fact.stream,
        account_id=data["account_id"],
        opened_at=fact.recorded_at,
        expires_at=data["expires_at"],
        factor=data["factor"],
        enrolling=data["enrolling"],
        epoch=data["epoch"],
    )


@PROJECTOR.on("identity.SessionRaised")
def session_raised(fact: Fact) -> Iterator[Statement]:
    """A session may do everything from now on."""
    yield _RAISE(key=fact.stream, by=fact.data["factor"])


@PROJECTOR.on("identity.SessionEnded")
def session_ended(fact: Fact) -> Iterator[Statement]:
    """A session's token stands for nobody any more."""
    yield _END(key=fact.stream)


@PROJECTOR.on("identity.AccountSessionsEnded")
def sessions_ended(fact: Fact) -> Iterator[Statement]:
    """Somebody signed out everywhere."""
    yield from all_end(fact.stream, fact.data["kept"])


@PROJECTOR.on("identity.AccountPasswordChanged")
def password_changed(fact: Fact) -> Iterator[Statement]:
    """Whoever knew the old password is out; with a reset, every API key too."""
    yield from all_end(fact.stream, fact.data["kept"], keys_too=fact.data["how"] != "holder")


def _open() -> Any:
    """Sessions that neither ended by themselves nor with all the others of their account."""
    whole = (SESSIONS.c.epoch == ACCOUNTS.c.epoch) & ACCOUNTS.c.case_id.is_(None)
    return ~SESSIONS.c.ended & whole


def bearer(database: Database, session_id: str, idle: timedelta) -> dict[str, Any] | None:
    """The account of a session that is open now, with `enrolling`; None when it is not."""
    row = database.row(
        ACCOUNT_ROWS.add_columns(
            SESSIONS.c.enrolling, SESSIONS.c.expires_at, SESSION_USES.c.used_at
        )
        .join(SESSIONS, SESSIONS.c.account_id == ACCOUNTS.c.account_id)
        .join(SESSION_USES, SESSION_USES.c.session_id == SESSIONS.c.session_id)
        .where(SESSIONS.c.session_id == session_id, _open())
    )
    now = clock.now()
    # Compared here: the database may collate text in another way than instants are ordered.
    if row is None or row["expires_at"] <= clock.timestamp(now):
        return None
    if row["used_at"] <= clock.timestamp(now - idle):
        return None
    _touch(database, session_id, row["used_at"], now)
    return {**as_bearer(row), "enrolling": row["enrolling"]}


def noted_device(database: Database, session_id: str) -> str | None:
    """Which device of a session was looked at last, for whom."""
    row = database.row(select(SESSION_USES.c.noted).where(SESSION_USES.c.session_id == session_id))
    return None if row is None else row["noted"]


def is_ended(database: Database, session_id: str) -> bool:
    """Whether there was such a session, which somebody ended."""
    found = (
        select(SESSIONS.c.session_id)
        .join(ACCOUNTS, ACCOUNTS.c.account_id == SESSIONS.c.account_id)
        .where(SESSIONS.c.session_id == session_id, ~_open())
    )
    return database.row(found) is not None


def _touch(database: Database, session_id: str, used_at: str, now: datetime) -> None:
    """Remember that a session is used: beside the log, for `idle` alone."""
    before = clock.timestamp(now - TOUCHED_AFTER)
    if used_at <= before:
        database.execute([(_TOUCH, (clock.timestamp(now), session_id, clock.timestamp(now)))])


def of_account(database: Database, account_id: str, idle: timedelta) -> list[dict[str, Any]]:
    """The open sessions of an account, the newest first."""
    rows = database.rows(
        select(SESSIONS, SESSION_USES.c.device, SESSION_USES.c.used_at)
        .join(ACCOUNTS, ACCOUNTS.c.account_id == SESSIONS.c.account_id)
        .join(SESSION_USES, SESSION_USES.c.session_id == SESSIONS.c.session_id)
        .where(SESSIONS.c.account_id == account_id, _open())
        .order_by(SESSIONS.c.opened_at.desc(), SESSIONS.c.session_id)
    )
    now = clock.now()
    expired, lapsed = clock.timestamp(now), clock.timestamp(now - idle)
    return [row for row in rows if row["expires_at"] > expired and row["used_at"] > lapsed]


def lapsed(database: Database, idle: timedelta, after: str, most: int) -> list[tuple[str, str]]:
    """Sessions that ended by the clock and whose end is not in the log yet, with the reason.

    In the order of their ids, beyond `after`.
    """
    now = clock.now()
    expired, unused = clock.timestamp(now), clock.timestamp(now - idle)
    rows = database.rows(
        select(SESSIONS.c.session_id, SESSIONS.c.expires_at)
        .join(SESSION_USES, SESSION_USES.c.session_id == SESSIONS.c.session_id)
        .where(
            ~SESSIONS.c.ended,
            SESSIONS.c.session_id > after,
            (SESSIONS.c.expires_at <= expired) | (SESSION_USES.c.used_at <= unused),
        )
        .order_by(SESSIONS.c.session_id)
        .limit(most)
    )
    return [
        (row["session_id"], "expired" if row["expires_at"] <= expired else "idle") for row in rows
    ]


def forget_uses(database: Database) -> None:
    """Delete what is privately known of sessions that have ended."""
    database.execute([(_FORGET_USES, ())])
