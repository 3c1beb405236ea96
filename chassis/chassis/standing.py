"""How a subject stands (主体状态, art. 26, 28, 35), as identity publishes it; nothing personal.

Identity's events say who is verified, admitted, suspended, frozen. Each service that follows it
keeps that as one read model, `standing`, and guards by it: the entrypoint of every command that a
user or provider gives reads the caller's row once, by its key, and the decision says how far
identity's log had been seen then. What a use case asks of the caller it asks of that same row.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    ColumnElement,
    MetaData,
    String,
    Table,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis import agreements, context
from chassis.acting import AccountFrozen, AgreementUnsigned, Blacklisted, NotVerified
from chassis.context import Context
from chassis.contract import Command, Contract
from chassis.database import Database, Prepared, Statement
from chassis.projection import Fact, Projector
from chassis.subscription import seen_position
from chassis.tenure import IDENTITY

USER, PROVIDER = "user", "provider"
PARTIES = frozenset({USER, PROVIDER})
"""用户 and 服务商, the roles that a subject has by its admission (`schemas.roles`)."""

ACTIVE, SUSPENDED, EXITED = "active", "suspended", "exited"
FROZEN, BLACKLISTED = "frozen", "blacklisted"
"""Why the vouchers and payments of a subject are held (art. 28, 35)."""

CONFIRMED = frozenset({"match", "reviewed"})
"""Outcomes of a verification that confirm a real name."""

STANDING = Table(
    "standing",
    MetaData(),
    Column("subject_id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("region", String, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("is_user", Boolean, nullable=False),
    Column("aged_out", Boolean, nullable=False),
    Column("provider", String),
    Column("provider_kind", String),
    Column("may_charge", Boolean, nullable=False),
    Column("stopped", Boolean, nullable=False),
    Column("frozen", ARRAY(String), nullable=False),
    Column("blacklisted_until", String),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a subject stands, as a service has learnt it; at first, nothing is known of anybody.

    `provider` is active, suspended or exited; None for who never was one. `stopped`: they asked for
    the erasure of their data. `frozen` are the accounts of theirs that are. `unsigned` are the
    agreements that are in force and that they have not signed: version and digest, by kind. `seen`
    is how far identity's log had been applied, -1 when nothing was.
    """

    kind: str = ""
    region: str = ""
    verified: bool = False
    is_user: bool = False
    aged_out: bool = False
    provider: str | None = None
    provider_kind: str | None = None
    may_charge: bool = False
    stopped: bool = False
    frozen: tuple[str, ...] = ()
    blacklisted_until: str | None = None
    unsigned: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    seen: int = field(default=-1, compare=False)

    @property
    def relied_on(self) -> dict[str, int]:
        """What a decision that stood on this had seen."""
        return {IDENTITY: self.seen} if self.seen >= 0 else {}

    @property
    def blacklisted(self) -> bool:
        """Whether they are on the blacklist (黑名单, art. 28): until it is said to have ended."""
        return self.blacklisted_until is not None

    @property
    def may_use(self) -> bool:
        """Whether they are a user for whom something new may begin."""
        return self.is_user and not self.stopped

    @property
    def may_provide(self) -> bool:
        """Whether they are an active provider for whom something new may begin."""
        return self.provider == ACTIVE and not self.stopped

    @property
    def may_complete(self) -> bool:
        """Whether they are a provider, suspended or not, who does what was agreed."""
        return self.provider in (ACTIVE, SUSPENDED) and not self.stopped


NOBODY = Standing()
_FIELDS = tuple(column for column in STANDING.c if column.name != "subject_id")
_ITS = STANDING.c.subject_id == bindparam("key")
_READ = Prepared(
    select(
        *_FIELDS,
        agreements.unsigned(bindparam("key", type_=String)).label("unsigned"),
        seen_position(IDENTITY).label("seen"),
    ).where(_ITS)
)


def _learn(**columns: Any) -> Prepared:
    """Keep some columns of a subject, whether or not something else is known of it."""
    statement = upsert(STANDING).values(subject_id=bindparam("subject_id"), **columns)
    return Prepared(
        statement.on_conflict_do_update(
            index_elements=["subject_id"],
            set_={name: statement.excluded[name] for name in columns},
        )
    )


_VERIFY = _learn(verified=bindparam("verified"), kind=bindparam("kind"))
_LOCATE = _learn(region=bindparam("region"))
_CONFIRM = _learn(verified=bindparam("verified"))
_ADMIT_USER = _learn(is_user=True, aged_out=False, region=bindparam("region"))
_ADMIT_PROVIDER = _learn(
    provider=ACTIVE,
    provider_kind=bindparam("kind"),
    may_charge=bindparam("may_charge"),
    region=bindparam("region"),
)
_SET_PROVIDER = _learn(provider=bindparam("state"))
_BLACKLIST = _learn(blacklisted_until=bindparam("until"))
_AGE_OUT = _learn(aged_out=True)
_STOP = _learn(stopped=True)
_RESUME = Prepared(
    update(STANDING)
    .where(_ITS)
    .values(
        stopped=False,
        is_user=bindparam("user"),
        provider=case((bindparam("providing", type_=Boolean), STANDING.c.provider)),
    )
)
_KNOW = Prepared(
    upsert(STANDING).values(subject_id=bindparam("subject_id")).on_conflict_do_nothing()
)
_account: Any = bindparam("account", type_=String)
_others = func.array_remove(STANDING.c.frozen, _account)
_FREEZE = Prepared(update(STANDING).where(_ITS).values(frozen=func.array_append(_others, _account)))
_RELEASE = Prepared(
    update(STANDING)
    .where(func.cardinality(STANDING.c.frozen) > 0, _account == STANDING.c.frozen.any_())
    .values(frozen=_others)
)
# by the account alone: it may have left its organisation since it was frozen


def learn(projector: Projector) -> None:
    """Keep `standing`, and what was signed, from identity's log, in a service that follows it."""
    agreements.learn(projector)
    for types, projection in _PROJECTIONS.items():
        projector.on(*types)(projection)


def _verified(fact: Fact) -> Iterator[Statement]:
    data = fact.data
    confirmed = data["outcome"] in CONFIRMED
    yield _VERIFY(subject_id=fact.stream, verified=confirmed, kind=data["kind"])
    if region := data.get("region"):  # a foreigner's papers name none: what is known of it stays
        yield _LOCATE(subject_id=fact.stream, region=region)


def _reverified(fact: Fact) -> Iterator[Statement]:
    yield _CONFIRM(subject_id=fact.stream, verified=True)


def _lapsed(fact: Fact) -> Iterator[Statement]:
    yield _CONFIRM(subject_id=fact.stream, verified=False)


def _user(fact: Fact) -> Iterator[Statement]:
    yield _ADMIT_USER(subject_id=fact.stream, region=fact.data["region"])


def _aged_out(fact: Fact) -> Iterator[Statement]:
    yield _AGE_OUT(subject_id=fact.stream)


def _provider(fact: Fact) -> Iterator[Statement]:
    data = fact.data
    yield _ADMIT_PROVIDER(
        subject_id=fact.stream,
        kind=data["kind"],
        may_charge=data.get("may_charge", True),
        region=data["region"],
    )


def _provider_is(state: str) -> Any:
    def projection(fact: Fact) -> Iterator[Statement]:
        yield _SET_PROVIDER(subject_id=fact.stream, state=state)

    return projection


def _stopped(fact: Fact) -> Iterator[Statement]:
    yield _STOP(subject_id=fact.data["subject"])


def _resumed(fact: Fact) -> Iterator[Statement]:
    held = fact.data["roles"]
    yield _RESUME(key=fact.data["subject"], user=USER in held, providing=PROVIDER in held)


def _frozen(fact: Fact) -> Iterator[Statement]:
    if (subject := fact.data["subject_id"]) is not None:
        yield _KNOW(subject_id=subject)
        yield _FREEZE(key=subject, account=fact.stream)


def _unfrozen(fact: Fact) -> Iterator[Statement]:
    yield _RELEASE(account=fact.stream)


def _blacklisted(fact: Fact) -> Iterator[Statement]:
    yield _BLACKLIST(subject_id=fact.data["subject_id"], until=fact.data["until"])


def _appeal_decided(fact: Fact) -> Iterator[Statement]:
    if fact.data["lift"]:
        yield _BLACKLIST(subject_id=fact.data["subject_id"], until=None)


def _blacklisting_ended(fact: Fact) -> Iterator[Statement]:
    yield _BLACKLIST(subject_id=fact.data["subject_id"], until=None)


_PROJECTIONS: dict[tuple[str, ...], Any] = {
    ("identity.SubjectVerified",): _verified,
    ("identity.SubjectReverified",): _reverified,
    ("identity.SubjectVerificationLapsed",): _lapsed,
    ("identity.SubjectAdmittedAsUser",): _user,
    ("identity.SubjectAgedOut",): _aged_out,
    ("identity.SubjectAdmittedAsProvider",): _provider,
    ("identity.SubjectSuspendedAsProvider",): _provider_is(SUSPENDED),
    ("identity.SubjectResumedAsProvider",): _provider_is(ACTIVE),
    ("identity.SubjectExitedAsProvider",): _provider_is(EXITED),
    ("identity.PersonalDataErasureRequested",): _stopped,
    ("identity.PersonalDataErasureWithdrawn",): _resumed,
    ("identity.BlacklistingEntered",): _blacklisted,
    ("identity.BlacklistingAppealDecided",): _appeal_decided,
    ("identity.BlacklistingEnded",): _blacklisting_ended,
    ("identity.AccountFrozen",): _frozen,
    ("identity.AccountUnfrozen",): _unfrozen,
}

LEARNT = frozenset(type_ for types in _PROJECTIONS for type_ in types) | agreements.LEARNT
"""The event types that make a standing."""


def provides(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition that a column names an active provider for whom something new may begin."""
    found = select(STANDING.c.subject_id).where(
        STANDING.c.subject_id == column,
        STANDING.c.provider == ACTIVE,
        ~STANDING.c.stopped,
        STANDING.c.blacklisted_until.is_(None),
    )
    return found.exists()


def blacklisted(*subjects: Any) -> ColumnElement[bool]:
    """The condition that one of these subjects is on the blacklist (黑名单, art. 28)."""
    other = STANDING.alias()  # the query that this is part of may read the same table
    found = select(other.c.subject_id).where(
        other.c.subject_id.in_(subjects), other.c.blacklisted_until.is_not(None)
    )
    return found.exists()


def held(subject: Any) -> ColumnElement[bool]:
    """The condition that an account of a subject is frozen, so that its vouchers are held."""
    found = select(STANDING.c.subject_id).where(
        STANDING.c.subject_id == subject, func.cardinality(STANDING.c.frozen) > 0
    )
    return found.exists()


def read(database: Database, subject: str | None) -> Standing:
    """How a subject stands: one read by the key. `NOBODY` of whom nothing was heard yet."""
    row = database.row(*_READ(key=subject)) if subject else None
    if row is None:
        return NOBODY
    seen, frozen = row.pop("seen"), tuple(row.pop("frozen"))
    missing = {kind: (said[0], said[1]) for kind, said in (row.pop("unsigned") or {}).items()}
    position = -1 if seen is None else seen
    return Standing(**row, frozen=frozen, unsigned=missing, seen=position)


def held_among(
    database: Database, subjects: Collection[str]
) -> tuple[dict[str, str], dict[str, int]]:
    """Which of these subjects are held: `FROZEN` (an account of theirs is) or `BLACKLISTED`.

    And how far identity's log had been seen.
    """
    cause = case((STANDING.c.blacklisted_until.is_(None), FROZEN), else_=BLACKLISTED)
    found = select(func.jsonb_object_agg(STANDING.c.subject_id, cause)).where(
        STANDING.c.subject_id.in_(subjects),
        or_(func.cardinality(STANDING.c.frozen) > 0, STANDING.c.blacklisted_until.is_not(None)),
    )
    row = database.row(
        select(found.scalar_subquery().label("held"), seen_position(IDENTITY).label("seen"))
    )
    assert row is not None, "a query without a table"
    seen = row["seen"]
    return dict(row["held"] or {}), {} if seen is None else {IDENTITY: seen}


_acting: ContextVar[tuple[str, Standing] | None] = ContextVar("standing", default=None)


def of_caller(database: Database) -> Standing:
    """How the subject of the running command stands: what its guard read, or one read now."""
    subject = context.current().subject
    known = _acting.get()
    if known is not None and known[0] == subject:
        return known[1]
    return read(database, subject)


def guards(contract: type[Contract], who: Context) -> bool:
    """Whether the caller acts as a user or provider, in what takes such a role."""
    return who.role in PARTIES and who.role in contract.allowed and who.subject is not None


@contextmanager
def guarded(
    database: Database, contract: type[Command], who: Context
) -> Iterator[Mapping[str, int]]:
    """Decide what a user or provider asks for, by how they stand; gives what had been seen.

    Raises `AccountFrozen`, `NotVerified`, and where something new begins `Blacklisted` and
    `AgreementUnsigned`. Of whom nothing was heard yet, the use case decides: they are not admitted
    here.
    """
    subject = who.subject or ""
    found = read(database, subject)
    if who.actor in found.frozen:
        raise AccountFrozen
    if not found.verified and found is not NOBODY:
        raise NotVerified
    if contract.begins:
        if found.blacklisted:
            raise Blacklisted(until=found.blacklisted_until)
        if (missing := found.unsigned.get(who.role or "")) is not None:
            raise AgreementUnsigned(agreement=who.role, version=missing[0], text_sha256=missing[1])
    token = _acting.set((subject, found))
    try:
        yield found.relied_on
    finally:
        _acting.reset(token)
