"""What identity's read models make of its own events."""

from collections.abc import Iterator

from sqlalchemy import bindparam, insert, update

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from identity.projections import cases, providers, renewals, verification
from identity.projections.projector import PROJECTOR
from identity.tables import ACCOUNTS, SUBJECTS

__all__ = ["PROJECTOR", "cases", "providers", "renewals", "verification"]

_ADD_ACCOUNT = Prepared(
    insert(ACCOUNTS).values(
        account_id=bindparam("account_id"),
        staff=bindparam("staff"),
        region=bindparam("region"),
        epoch=0,
        key_epoch=0,
    )
)
_LINK = Prepared(
    update(ACCOUNTS)
    .where(ACCOUNTS.c.account_id == bindparam("key"))
    .values(subject_id=bindparam("subject"))
)
_ADD_SUBJECT = Prepared(
    insert(SUBJECTS).values(
        subject_id=bindparam("subject_id"),
        kind=bindparam("kind"),
        region=bindparam("region"),
        document=bindparam("document"),
        is_user=False,
        is_provider=False,
        verified=True,
        aged_out=False,
        may_charge=False,
    )
)
_ADMIT_USER = Prepared(
    update(SUBJECTS).where(SUBJECTS.c.subject_id == bindparam("key")).values(is_user=True)
)


@PROJECTOR.on("identity.AccountOpened")
def account_opened(fact: Fact) -> Iterator[Statement]:
    """An account acts for nobody yet."""
    yield _ADD_ACCOUNT(account_id=fact.stream, staff=fact.data["staff"], region=fact.data["region"])


@PROJECTOR.on("identity.AccountLinked")
def account_linked(fact: Fact) -> Iterator[Statement]:
    """An account acts for a subject."""
    yield _LINK(key=fact.stream, subject=fact.data["subject_id"])


@PROJECTOR.on("identity.SubjectVerified")
def subject_verified(fact: Fact) -> Iterator[Statement]:
    """A subject is known, and nothing yet."""
    data = fact.data
    yield _ADD_SUBJECT(
        subject_id=fact.stream,
        kind=data["kind"],
        region=data["region"],
        document=data["document"],
    )


@PROJECTOR.on("identity.SubjectAdmittedAsUser")
def admitted_as_user(fact: Fact) -> Iterator[Statement]:
    """A subject is a user."""
    yield _ADMIT_USER(key=fact.stream)
