"""What read models make of verifications that are made anew, lapse, or outlive an age."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import bindparam, delete, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from identity.domain.renewal import Renewal
from identity.projections.projector import PROJECTOR
from identity.tables import AGE_WATCH, RENEWALS, SUBJECTS

_ROW = upsert(RENEWALS).values(
    subject_id=bindparam("subject_id"),
    renew_by=bindparam("renew_by"),
    remind_on=bindparam("remind_on"),
    lapses_on=bindparam("lapses_on"),
    reminded=False,
    failed=False,
)
_DATES = ("renew_by", "remind_on", "lapses_on", "reminded", "failed")
_SCHEDULE = Prepared(
    _ROW.on_conflict_do_update(
        index_elements=["subject_id"], set_={name: _ROW.excluded[name] for name in _DATES}
    )
)
_REMIND = Prepared(
    update(RENEWALS).where(RENEWALS.c.subject_id == bindparam("key")).values(reminded=True)
)
_FAIL = Prepared(
    update(RENEWALS).where(RENEWALS.c.subject_id == bindparam("key")).values(failed=True)
)
_END = Prepared(delete(RENEWALS).where(RENEWALS.c.subject_id == bindparam("key")))
_SET_VERIFIED = Prepared(
    update(SUBJECTS)
    .where(SUBJECTS.c.subject_id == bindparam("key"))
    .values(verified=bindparam("stands"))
)
_AGE_OUT = Prepared(
    update(SUBJECTS).where(SUBJECTS.c.subject_id == bindparam("key")).values(aged_out=True)
)
_WATCH = Prepared(
    upsert(AGE_WATCH)
    .values(subject_id=bindparam("subject_id"), digest=bindparam("birthday"))
    .on_conflict_do_nothing()
)
_WATCHED = Prepared(delete(AGE_WATCH).where(AGE_WATCH.c.subject_id == bindparam("key")))


def watch_age(subject: str, digest: str) -> Statement:
    """Remember a user's sixtieth birthday by its keyed digest; private, in no event."""
    return _WATCH(subject_id=subject, birthday=digest)


def _scheduled(subject: str, day: str) -> Statement:
    renewal = Renewal(date.fromisoformat(day))
    return _SCHEDULE(
        subject_id=subject,
        renew_by=day,
        remind_on=renewal.remind_on.isoformat(),
        lapses_on=renewal.lapses_on.isoformat(),
    )


@PROJECTOR.on("identity.SubjectVerified")
def verified(fact: Fact) -> Iterator[Statement]:
    """It is verified anew on a day."""
    if fact.data.get("renew_by"):
        yield _scheduled(fact.stream, fact.data["renew_by"])


@PROJECTOR.on("identity.SubjectReverified")
def reverified(fact: Fact) -> Iterator[Statement]:
    """It stands (again), until another day."""
    yield _scheduled(fact.stream, fact.data["renew_by"])
    yield _SET_VERIFIED(key=fact.stream, stands=True)


@PROJECTOR.on("identity.SubjectReverificationAnnounced")
def announced(fact: Fact) -> Iterator[Statement]:
    """It is reminded once."""
    yield _REMIND(key=fact.stream)


@PROJECTOR.on("identity.SubjectReverificationFailed")
def failed(fact: Fact) -> Iterator[Statement]:
    """The service asks no more: the subject has to."""
    yield _FAIL(key=fact.stream)


@PROJECTOR.on("identity.SubjectVerificationLapsed")
def lapsed(fact: Fact) -> Iterator[Statement]:
    """It stands no more."""
    yield _END(key=fact.stream)
    yield _SET_VERIFIED(key=fact.stream, stands=False)


@PROJECTOR.on("identity.SubjectAgedOut")
def aged_out(fact: Fact) -> Iterator[Statement]:
    """It turned sixty; nothing more is to be watched."""
    yield _AGE_OUT(key=fact.stream)
    yield _WATCHED(key=fact.stream)
