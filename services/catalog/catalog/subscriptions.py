"""What the catalog learns from other logs: who is an admitted provider."""

from collections.abc import Iterator

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert as upsert

from catalog.tables import PROVIDERS
from chassis.database import Prepared, Statement
from chassis.projection import Fact
from chassis.subscription import Policies
from schemas import roles

POLICIES = Policies("identity")

ACTIVE = "active"

_ADMIT = upsert(PROVIDERS).values(
    subject_id=bindparam("subject_id"),
    region=bindparam("region"),
    may_charge=bindparam("may_charge"),
    state=ACTIVE,
    stopped=False,
)
_ADMIT_PROVIDER = Prepared(
    _ADMIT.on_conflict_do_update(
        index_elements=["subject_id"],
        set_={name: _ADMIT.excluded[name] for name in ("region", "may_charge", "state", "stopped")},
    )
)
_SET_STATE = Prepared(
    update(PROVIDERS)
    .where(PROVIDERS.c.subject_id == bindparam("key"))
    .values(state=bindparam("new_state"))
)
_STOP = Prepared(
    update(PROVIDERS)
    .where(PROVIDERS.c.subject_id == bindparam("key"))
    .values(stopped=bindparam("now"))
)


@POLICIES.on("identity.SubjectAdmittedAsProvider")
def provider_admitted(fact: Fact) -> Iterator[Statement]:
    """They may publish; public bodies and civil servants at price 0 alone (art. 24)."""
    yield _ADMIT_PROVIDER(
        subject_id=fact.stream,
        region=fact.data["region"],
        may_charge=fact.data.get("may_charge", True),
    )


@POLICIES.on("identity.SubjectSuspendedAsProvider")
def provider_suspended(fact: Fact) -> Iterator[Statement]:
    """They publish nothing for the time being."""
    yield _SET_STATE(key=fact.stream, new_state="suspended")


@POLICIES.on("identity.SubjectResumedAsProvider")
def provider_resumed(fact: Fact) -> Iterator[Statement]:
    """They may publish again."""
    yield _SET_STATE(key=fact.stream, new_state=ACTIVE)


@POLICIES.on("identity.SubjectExitedAsProvider")
def provider_exited(fact: Fact) -> Iterator[Statement]:
    """They left."""
    yield _SET_STATE(key=fact.stream, new_state="exited")


@POLICIES.on("identity.PersonalDataErasureRequested")
def processing_stopped(fact: Fact) -> Iterator[Statement]:
    """They asked for the erasure of their data: they publish nothing any more."""
    yield _STOP(key=fact.data["subject"], now=True)


@POLICIES.on("identity.PersonalDataErasureWithdrawn")
def processing_resumed(fact: Fact) -> Iterator[Statement]:
    """They may publish again, if they could."""
    if roles.PROVIDER in fact.data["roles"]:
        yield _STOP(key=fact.data["subject"], now=False)
