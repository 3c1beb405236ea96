"""What read models make of a provider's life: admitted, suspended, resumed, exited, checked."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis import clock
from chassis.database import Prepared, Statement
from chassis.projection import Fact
from identity.domain.providing import CERTIFIED_EXPERT
from identity.domain.subject import ACTIVE, EXITED, FIRM, SUSPENDED
from identity.projections.projector import PROJECTOR
from identity.tables import PROVIDER_RESOURCES, SUBJECTS

CHECK_DAYS: Final = 30
"""Days between looks at the registry's lists (art. 21, 4); a parameter, "not Anhui law"."""

_ADMIT = Prepared(
    update(SUBJECTS)
    .where(SUBJECTS.c.subject_id == bindparam("key"))
    .values(is_provider=True, provider=ACTIVE, may_charge=bindparam("charges"))
)
_SET_STATE = Prepared(
    update(SUBJECTS)
    .where(SUBJECTS.c.subject_id == bindparam("key"))
    .values(provider=bindparam("state"))
)
# Only firms are on such lists: whoever is none gets no row.
_CHECK_FIRM = f"""
INSERT INTO list_checks (subject_id, check_on)
SELECT subject_id, %s FROM subjects WHERE subject_id = %s AND kind = '{FIRM}'
ON CONFLICT (subject_id) DO UPDATE SET check_on = excluded.check_on
"""  # noqa: S608
_END_CHECKS = "DELETE FROM list_checks WHERE subject_id = %s"
_RESOURCES = upsert(PROVIDER_RESOURCES).values(
    subject_id=bindparam("subject"), resources=bindparam("description")
)
_KEEP_RESOURCES = Prepared(
    _RESOURCES.on_conflict_do_update(
        index_elements=["subject_id"], set_={"resources": _RESOURCES.excluded.resources}
    )
)


def keep_resources(subject: str, description: str) -> Statement:
    """Keep the description of a provider's resources, of which the event has the digest."""
    return _KEEP_RESOURCES(subject=subject, description=description)


@PROJECTOR.on("identity.SubjectAdmittedAsProvider")
def admitted_as_provider(fact: Fact) -> Iterator[Statement]:
    """A subject is a provider, perhaps again."""
    yield _ADMIT(key=fact.stream, charges=fact.data.get("may_charge", True))
    if fact.data["kind"] != CERTIFIED_EXPERT:
        yield _CHECK_FIRM, (_next_check(fact), fact.stream)


@PROJECTOR.on("identity.SubjectSuspendedAsProvider")
def suspended(fact: Fact) -> Iterator[Statement]:
    """It publishes nothing."""
    yield _SET_STATE(key=fact.stream, state=SUSPENDED)


@PROJECTOR.on("identity.SubjectResumedAsProvider")
def resumed(fact: Fact) -> Iterator[Statement]:
    """It may publish again."""
    yield _SET_STATE(key=fact.stream, state=ACTIVE)


@PROJECTOR.on("identity.SubjectExitedAsProvider")
def exited(fact: Fact) -> Iterator[Statement]:
    """It left; its orders may still be finished."""
    yield _SET_STATE(key=fact.stream, state=EXITED)
    yield _END_CHECKS, (fact.stream,)


@PROJECTOR.on("identity.SubjectListsChecked")
def lists_checked(fact: Fact) -> Iterator[Statement]:
    """The next look at the lists is a month away."""
    yield _CHECK_FIRM, (_next_check(fact), fact.stream)


def _next_check(fact: Fact) -> str:
    on = clock.legal_date(datetime.fromisoformat(fact.recorded_at))
    return (on + timedelta(days=CHECK_DAYS)).isoformat()
