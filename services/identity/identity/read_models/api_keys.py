"""API keys: which there are, and whom one stands for."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from chassis import clock
from chassis.database import Database, Prepared, Statement
from chassis.projection import Fact
from identity.projections import PROJECTOR
from identity.queries import ACCOUNT_ROWS
from identity.queries import bearer as as_bearer
from identity.read_models.sessions import TOUCHED_AFTER
from identity.tables import ACCOUNTS, API_KEY_USES, API_KEYS

_ADD = Prepared(
    insert(API_KEYS).values(
        key_id=bindparam("key_id"),
        account_id=bindparam("account_id"),
        scopes=bindparam("scopes"),
        expires_at=bindparam("expires_at"),
        epoch=bindparam("epoch"),
        revoked=False,
    )
)
_REVOKE = Prepared(
    update(API_KEYS).where(API_KEYS.c.key_id == bindparam("key")).values(revoked=True)
)
LABELLED = Prepared(
    insert(API_KEY_USES).values(
        key_id=bindparam("key_id"),
        account_id=bindparam("account_id"),
        label=bindparam("label"),
        used_at=None,
    )
)
"""Keep what a new key is called."""

_TOUCH = "UPDATE api_key_uses SET used_at = %s WHERE key_id = %s"


@PROJECTOR.on("identity.ApiKeyIssued")
def key_issued(fact: Fact) -> Iterator[Statement]:
    """A program may act, within the scopes of its key."""
    data = fact.data
    yield _ADD(
        key_id=fact.stream,
        account_id=data["account_id"],
        scopes=json.dumps(data["scopes"]),
        expires_at=data["expires_at"],
        epoch=data["epoch"],
    )


@PROJECTOR.on("identity.ApiKeyRevoked")
def key_revoked(fact: Fact) -> Iterator[Statement]:
    """A key is of no use any more."""
    yield _REVOKE(key=fact.stream)


def bearer(database: Database, key_id: str) -> dict[str, Any] | None:
    """The account of a key that is good now, with its `scopes`; None when it is not."""
    row = database.row(
        ACCOUNT_ROWS.add_columns(API_KEYS.c.scopes, API_KEYS.c.expires_at, API_KEY_USES.c.used_at)
        .join(API_KEYS, API_KEYS.c.account_id == ACCOUNTS.c.account_id)
        .join(API_KEY_USES, API_KEY_USES.c.key_id == API_KEYS.c.key_id)
        .where(
            API_KEYS.c.key_id == key_id,
            ~API_KEYS.c.revoked,
            API_KEYS.c.epoch == ACCOUNTS.c.key_epoch,
            ACCOUNTS.c.case_id.is_(None),
        )
    )
    now = clock.now()
    if row is None or row["expires_at"] <= clock.timestamp(now):
        return None
    if row["used_at"] is None or row["used_at"] <= clock.timestamp(now - TOUCHED_AFTER):
        database.execute([(_TOUCH, (clock.timestamp(now), key_id))])
    return {**as_bearer(row), "scopes": row["scopes"]}


def of_account(database: Database, account_id: str) -> list[dict[str, Any]]:
    """The API keys of an account as `ApiKeyView` shows them, those that are good first."""
    rows = database.rows(
        select(
            API_KEYS,
            API_KEY_USES.c.label,
            API_KEY_USES.c.used_at,
            (API_KEYS.c.revoked | (API_KEYS.c.epoch != ACCOUNTS.c.key_epoch)).label("void"),
        )
        .join(ACCOUNTS, ACCOUNTS.c.account_id == API_KEYS.c.account_id)
        .join(API_KEY_USES, API_KEY_USES.c.key_id == API_KEYS.c.key_id)
        .where(API_KEYS.c.account_id == account_id)
        .order_by(API_KEYS.c.expires_at.desc(), API_KEYS.c.key_id)
    )
    now = clock.timestamp()
    found = []
    for row in rows:
        over = "expired" if row["expires_at"] <= now else "good"
        names = ("key_id", "label", "scopes", "expires_at", "used_at")
        state = "revoked" if row["void"] else over
        found.append({**{name: row[name] for name in names}, "state": state})
    return sorted(found, key=lambda each: each["state"] != "good")


def label(database: Database, key_id: str) -> str | None:
    """What its holder calls a key."""
    row = database.row(select(API_KEY_USES.c.label).where(API_KEY_USES.c.key_id == key_id))
    return None if row is None else str(row["label"])
