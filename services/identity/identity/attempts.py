"""Attempts to sign in, counted beside the log in a private table (`domain.lockout`).

A row belongs to a login or a network address, known by keyed digests alone; a login that nobody has
is counted like any other, so neither the answer nor its time says which exist. What failed is
summed up in the log every minute (`application.sign_ins`): an attacker cannot flood it.

Counting is no decision and takes effect whether the command succeeds or not, so it is written at
once, one row with one compare-and-set, in the manner of asking a registry.
"""

import ipaddress
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from sqlalchemy import Column, Integer, String, Table

from chassis import clock
from chassis.database import Database, Statement
from chassis.privacy import lookup_digest
from chassis.refusal import Contention, Refusal
from identity.domain.lockout import ACCOUNT, ADDRESS, Attempts, Locked, Policy
from identity.domain.refusals.sign_in import AddressLocked, SignInLocked
from identity.tables import METADATA

TRIES: Final = 50
KEPT: Final = timedelta(days=2)

SIGN_IN_ATTEMPTS = Table(
    "sign_in_attempts",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("last", String, nullable=False),
    Column("unlogged", Integer, nullable=False),
    Column("replayed", Integer, nullable=False),
    Column("locked_until", String),
    comment="private: failures to sign in by login and address, as keyed digests",
)

_READ = "SELECT state FROM sign_in_attempts WHERE kind = %s AND key = %s"
_ADD = """
INSERT INTO sign_in_attempts (kind, key, state, last, unlogged, replayed, locked_until)
VALUES (%s, %s, %s, %s, greatest(%s, 0), 0, %s) ON CONFLICT DO NOTHING RETURNING key
"""
_SET = """
UPDATE sign_in_attempts SET state = %s, last = %s, unlogged = greatest(unlogged + %s, 0),
    locked_until = %s
WHERE kind = %s AND key = %s AND state = %s RETURNING key
"""
_FORGIVE = """
UPDATE sign_in_attempts SET state = %s, unlogged = greatest(unlogged - 1, 0), locked_until = NULL
WHERE kind = 'login' AND key = %s
"""
_RELEASE = """
UPDATE sign_in_attempts SET state = %s, locked_until = NULL WHERE kind = 'login' AND key = %s
"""
_REPLAYED = "UPDATE sign_in_attempts SET replayed = replayed + 1 WHERE kind = 'login' AND key = %s"
_UNLOGGED = """
SELECT t.key, t.unlogged, t.replayed, t.locked_until, a.account_id IS NOT NULL AS known
FROM sign_in_attempts t LEFT JOIN accounts a ON a.account_id = t.key
WHERE t.kind = 'login' AND t.unlogged > 0 ORDER BY t.last, t.key LIMIT %s
"""
_ADDRESSES = """
SELECT count(*) AS count FROM sign_in_attempts
WHERE kind = 'address' AND locked_until IS NOT NULL AND locked_until >= %s
"""
_LOGGED = """
UPDATE sign_in_attempts SET unlogged = unlogged - %s, replayed = replayed - %s
WHERE kind = 'login' AND key = %s
"""
_FORGET = "DELETE FROM sign_in_attempts WHERE last < %s AND unlogged = 0"


@dataclass(frozen=True, slots=True)
class Failures:
    """What is not in the log yet of one login; `known` when it is an account's."""

    key: str
    count: int
    replayed: int
    locked_until: str | None
    known: bool


class AttemptCounter:
    """Counts attempts. `key` of a login is the account's id, whether there is one or not."""

    def __init__(self, database: Database, lookup: bytes) -> None:
        self._database = database
        self._lookup = lookup

    def charge(self, key: str, address: str | None) -> None:
        """Count an attempt before it is looked at. Raises `SignInLocked`, `AddressLocked`."""
        try:
            if address is not None:
                self._change("address", self._network(address), _charged(ADDRESS), 0)
        except Locked as locked:
            raise throttled(AddressLocked, locked.until) from locked
        try:
            self._change("login", key, _charged(ACCOUNT), 1)
        except Locked as locked:
            self.return_address(address)
            raise throttled(SignInLocked, locked.until) from locked

    def return_address(self, address: str | None) -> None:
        """The attempt was not a guess: it does not count against the address."""
        if address is not None:
            self._change("address", self._network(address), Attempts.returned, 0)

    def note_replay(self, key: str) -> None:
        """An attempt used a code for the second time."""
        self._database.execute([(_REPLAYED, (key,))])

    def forgiven(self, key: str) -> Statement:
        """With a success: all that failed before with this login is forgotten."""
        return _FORGIVE, (_text(Attempts()), key)

    def forgive(self, key: str) -> None:
        """As `forgiven`, where somebody proved who they are and is refused all the same."""
        self._database.execute([self.forgiven(key)])

    def released(self, key: str) -> Statement:
        """With the decision of staff: the lock is lifted."""
        return _RELEASE, (_text(Attempts()), key)

    def locked_until(self, key: str) -> str | None:
        """Until when a login is locked; None when it is not."""
        row = self._database.row(_READ, ("login", key))
        until = None if row is None else _attempts(row["state"]).until
        return clock.timestamp(until) if until is not None and until > clock.now() else None

    def unlogged(self, most: int) -> list[Failures]:
        """Failures that no summary in the log tells of yet, the oldest first."""
        rows = self._database.rows(_UNLOGGED, (most,))
        return [
            Failures(
                row["key"],
                row["unlogged"],
                min(row["replayed"], row["unlogged"]),
                row["locked_until"],
                row["known"],
            )
            for row in rows
        ]

    def addresses_locked(self) -> int:
        """How many network addresses are locked out now."""
        row = self._database.row(_ADDRESSES, (clock.timestamp(),))
        return int(row["count"]) if row else 0

    def logged(self, failures: Failures) -> Statement:
        """With the summary: the log tells of these failures."""
        return _LOGGED, (failures.count, failures.replayed, failures.key)

    def forget_old(self) -> None:
        """Delete what was not tried for long."""
        self._database.execute([(_FORGET, (clock.timestamp(clock.now() - KEPT),))])

    def _change(
        self, kind: str, key: str, change: Callable[[Attempts], Attempts], failed: int
    ) -> None:
        """Change one row by compare-and-set. Raises what `change` raises, and `Contention`."""
        last = clock.timestamp()
        for _ in range(TRIES):
            row = self._database.row(_READ, (kind, key))
            after = change(_attempts(row["state"]) if row else Attempts())
            text = _text(after)
            until = clock.timestamp(after.until) if after.until else None
            written = (
                self._database.rows(_ADD, (kind, key, text, last, failed, until))
                if row is None
                else self._database.rows(_SET, (text, last, failed, until, kind, key, row["state"]))
            )
            if written:
                return
        raise Contention

    def _network(self, address: str) -> str:
        """The digest of a network: an IPv4 address, or the /64 that one IPv6 host may have."""
        try:
            parsed = ipaddress.ip_address(address)
            if isinstance(parsed, ipaddress.IPv6Address):
                mapped = parsed.ipv4_mapped
                prefix = 32 if mapped else 64
                network = ipaddress.ip_network((mapped or parsed, prefix), strict=False)
            else:
                network = ipaddress.ip_network(parsed)
            address = str(network)
        except ValueError:
            pass  # what a proxy wrote there: counted as it stands
        return lookup_digest(self._lookup, "address", address)


def _charged(policy: Policy) -> Callable[[Attempts], Attempts]:
    return lambda before: before.charged(clock.now(), policy)


def throttled(refusal: type[Refusal], until: datetime) -> Refusal:
    """The refusal of what is locked until an instant."""
    seconds = max(ceil((until - clock.now()).total_seconds()), 1)
    return refusal(until=until.astimezone(clock.SHANGHAI).strftime("%H:%M:%S"), seconds=seconds)


def _text(attempts: Attempts) -> str:
    last, until = (
        clock.timestamp(each) if each else None for each in (attempts.last, attempts.until)
    )
    return json.dumps([attempts.failures, attempts.lockouts, last, until])


def _attempts(text: str) -> Attempts:
    found: list[Any] = json.loads(text)
    last, until = (datetime.fromisoformat(each) if each else None for each in found[2:])
    return Attempts(found[0], found[1], last, until)
