"""What signing in needs to know beside the log's aggregates: codes that were used."""

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, Integer, String, Table, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.database import Database, Prepared, Statement
from chassis.projection import Fact
from identity.projections import PROJECTOR
from identity.tables import ACCOUNTS, METADATA

USED_CODES = Table(
    "used_codes",
    METADATA,
    Column("source", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("used", Integer, nullable=False),
    comment="by enrolment or batch: the last step (TOTP) that was used, and how many codes were",
)

_USED = upsert(USED_CODES).values(
    source=bindparam("source"), kind=bindparam("kind"), last=bindparam("last"), used=1
)
_NOTE_USE = Prepared(
    _USED.on_conflict_do_update(
        index_elements=["source"],
        set_={
            "last": func.greatest(USED_CODES.c.last, _USED.excluded.last),
            "used": USED_CODES.c.used + 1,
        },
    )
)
_SET_FACTOR = Prepared(
    update(ACCOUNTS)
    .where(ACCOUNTS.c.account_id == bindparam("key"))
    .values(enrolment=bindparam("one"))
)
_SET_BATCH = Prepared(
    update(ACCOUNTS)
    .where(ACCOUNTS.c.account_id == bindparam("key"))
    .values(recovery_batch=bindparam("one"))
)


@PROJECTOR.on("identity.UsedCodeRecorded")
def code_used(fact: Fact) -> Iterator[Statement]:
    """A code cannot be used again, nor an earlier one of the same authenticator."""
    data = fact.data
    yield _NOTE_USE(source=data["source"], kind=data["kind"], last=data["number"])


@PROJECTOR.on("identity.AccountSecondFactorConfirmed")
def second_factor_confirmed(fact: Fact) -> Iterator[Statement]:
    """Signing in needs a code from now on."""
    yield _SET_FACTOR(key=fact.stream, one=fact.data["enrolment"])


@PROJECTOR.on("identity.AccountSecondFactorRemoved")
def second_factor_removed(fact: Fact) -> Iterator[Statement]:
    """Signing in needs no code, or a new enrolment; recovery codes are void."""
    yield _SET_FACTOR(key=fact.stream, one=None)
    yield _SET_BATCH(key=fact.stream, one=None)


@PROJECTOR.on("identity.AccountRecoveryCodesIssued")
def recovery_codes_issued(fact: Fact) -> Iterator[Statement]:
    """The codes of the batch before are void."""
    yield _SET_BATCH(key=fact.stream, one=fact.data["batch"])


def last_used(database: Database, source: str) -> int:
    """The last time step of which a code was used with an enrolment; -1 when none was."""
    row = database.row(select(USED_CODES.c.last).where(USED_CODES.c.source == source))
    return -1 if row is None else int(row["last"])


def count_used(database: Database, source: str) -> int:
    """How many codes of a batch were used."""
    row = database.row(select(USED_CODES.c.used).where(USED_CODES.c.source == source))
    return 0 if row is None else int(row["used"])
