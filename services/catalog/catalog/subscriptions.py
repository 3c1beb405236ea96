"""What the catalog learns from other logs: who is an admitted provider."""

from collections.abc import Iterator

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects.postgresql import insert as upsert

from catalog.tables import PROVIDERS
from chassis import tenure
from chassis.database import Prepared, Statement
from chassis.projection import Fact
from chassis.subscription import Policies
from schemas import roles

POLICIES = Policies("identity")
tenure.learn(POLICIES)

_ADMIT = upsert(PROVIDERS).values(subject_id=bindparam("subject_id"), region=bindparam("region"))
_ADMIT_PROVIDER = Prepared(
    _ADMIT.on_conflict_do_update(
        index_elements=["subject_id"], set_={"region": _ADMIT.excluded.region}
    )
)
_STOP = Prepared(delete(PROVIDERS).where(PROVIDERS.c.subject_id == bindparam("key")))


@POLICIES.on("identity.SubjectAdmittedAsProvider")
def provider_admitted(fact: Fact) -> Iterator[Statement]:
    """They may publish."""
    yield _ADMIT_PROVIDER(subject_id=fact.stream, region=fact.data["region"])


@POLICIES.on("identity.PersonalDataErasureRequested")
def processing_stopped(fact: Fact) -> Iterator[Statement]:
    """They asked for the erasure of their data: they publish nothing any more."""
    yield _STOP(key=fact.data["subject"])


@POLICIES.on("identity.PersonalDataErasureWithdrawn")
def processing_resumed(fact: Fact) -> Iterator[Statement]:
    """They may publish again, if they could."""
    if roles.PROVIDER in fact.data["roles"]:
        yield _ADMIT_PROVIDER(subject_id=fact.data["subject"], region=fact.data["region"])
