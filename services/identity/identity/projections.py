"""What identity's read models make of its own events."""

from collections.abc import Iterator

from sqlalchemy import bindparam, insert, update

from chassis.database import Prepared, Statement
from chassis.projection import Fact, Projector
from identity.tables import ACCOUNTS, SUBJECTS

PROJECTOR = Projector()

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
        is_user=False,
        is_provider=False,
    )
)
_ADMIT_USER = Prepared(
    update(SUBJECTS).where(SUBJECTS.c.subject_id == bindparam("key")).values(is_user=True)
)
_ADMIT_PROVIDER = Prepared(
    update(SUBJECTS).where(SUBJECTS.c.subject_id == bindparam("key")).values(is_provider=True)
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
    yield _ADD_SUBJECT(subject_id=fact.stream, kind=fact.data["kind"], region=fact.data["region"])


@PROJECTOR.on("identity.SubjectAdmittedAsUser")
def admitted_as_user(fact: Fact) -> Iterator[Statement]:
    """A subject is a user."""
    yield _ADMIT_USER(key=fact.stream)


@PROJECTOR.on("identity.SubjectAdmittedAsProvider")
def admitted_as_provider(fact: Fact) -> Iterator[Statement]:
    """A subject is a provider."""
    yield _ADMIT_PROVIDER(key=fact.stream)
