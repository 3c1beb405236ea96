"""What identity's read models make of events about personal data, consents and erasure."""

from collections.abc import Iterator

from sqlalchemy import bindparam, delete, insert, select, update

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from identity.projections import PROJECTOR
from identity.tables import ACCOUNTS, API_KEYS, CONSENTS, ERASURES, SESSIONS, SUBJECTS
from schemas import roles

__all__ = ["PROJECTOR"]

_GIVE = Prepared(insert(CONSENTS).values({name.name: bindparam(name.name) for name in CONSENTS.c}))
_WITHDRAW = Prepared(
    update(CONSENTS).where(CONSENTS.c.id == bindparam("key")).values(withdrawn=True)
)
_REQUEST = Prepared(
    insert(ERASURES).values(subject_id=bindparam("subject_id"), destroy_on=bindparam("destroy_on"))
)
_DEFER = Prepared(
    update(ERASURES)
    .where(ERASURES.c.subject_id == bindparam("key"))
    .values(destroy_on=bindparam("day"))
)
_FORGET = Prepared(delete(ERASURES).where(ERASURES.c.subject_id == bindparam("key")))
_STAND = Prepared(
    update(SUBJECTS)
    .where(SUBJECTS.c.subject_id == bindparam("key"))
    .values(is_user=bindparam("user"), is_provider=bindparam("provider"))
)
_ITS_ACCOUNTS = select(ACCOUNTS.c.account_id).where(ACCOUNTS.c.subject_id == bindparam("key"))
_END_SESSIONS = Prepared(
    update(SESSIONS).where(SESSIONS.c.account_id.in_(_ITS_ACCOUNTS)).values(ended=True)
)
_REVOKE_KEYS = Prepared(
    update(API_KEYS).where(API_KEYS.c.account_id.in_(_ITS_ACCOUNTS)).values(revoked=True)
)


@PROJECTOR.on("identity.ConsentGiven")
def consent_given(fact: Fact) -> Iterator[Statement]:
    """A consent holds."""
    data = dict(fact.data)
    subject = data.pop("subject")
    yield _GIVE(
        id=fact.stream,
        subject_id=subject,
        given_to=data["given_to"],
        purpose=data["purpose"],
        scope=list(data["scope"]),
        given_at=fact.recorded_at,
        valid_until=data["valid_until"],
        withdrawn=False,
    )


@PROJECTOR.on("identity.ConsentWithdrawn")
def consent_withdrawn(fact: Fact) -> Iterator[Statement]:
    """It holds no more."""
    yield _WITHDRAW(key=fact.stream)


@PROJECTOR.on("identity.PersonalDataErasureRequested")
def erasure_requested(fact: Fact) -> Iterator[Statement]:
    """Processing stops: the subject is neither user nor provider for the time being."""
    subject = fact.data["subject"]
    yield _REQUEST(subject_id=subject, destroy_on=fact.data["destroy_on"])
    yield _STAND(key=subject, user=False, provider=False)


@PROJECTOR.on("identity.PersonalDataErasureWithdrawn")
def erasure_withdrawn(fact: Fact) -> Iterator[Statement]:
    """The subject is again what it was."""
    subject, held = fact.data["subject"], fact.data["roles"]
    yield _FORGET(key=subject)
    yield _STAND(key=subject, user=roles.USER in held, provider=roles.PROVIDER in held)


@PROJECTOR.on("identity.PersonalDataErasureDeferred")
def erasure_deferred(fact: Fact) -> Iterator[Statement]:
    """It is due later."""
    yield _DEFER(key=fact.data["subject"], day=fact.data["destroy_on"])


@PROJECTOR.on("identity.PersonalDataErased")
def erased(fact: Fact) -> Iterator[Statement]:
    """It is done; nobody is signed in for that subject any more, and no program."""
    yield _FORGET(key=fact.data["subject"])
    yield _END_SESSIONS(key=fact.data["subject"])
    yield _REVOKE_KEYS(key=fact.data["subject"])
