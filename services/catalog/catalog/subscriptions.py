"""What the catalog learns from other logs: who is an admitted provider."""

from collections.abc import Iterator

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert as upsert

from catalog.tables import PROVIDERS
from chassis.database import Prepared, Statement
from chassis.projection import Fact
from chassis.subscription import Policies

POLICIES = Policies("identity")

_ADMIT = upsert(PROVIDERS).values(subject_id=bindparam("subject_id"), region=bindparam("region"))
_ADMIT_PROVIDER = Prepared(
    _ADMIT.on_conflict_do_update(
        index_elements=["subject_id"], set_={"region": _ADMIT.excluded.region}
    )
)


@POLICIES.on("identity.SubjectAdmittedAsProvider")
def provider_admitted(fact: Fact) -> Iterator[Statement]:
    """They may publish."""
    yield _ADMIT_PROVIDER(subject_id=fact.stream, region=fact.data["region"])
