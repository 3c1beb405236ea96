"""What read models make of the events of runs of grants."""

import json
from collections.abc import Iterator

from sqlalchemy import bindparam, insert, literal_column, update

from chassis.database import Prepared, Statement
from chassis.projection import Fact
from voucher_ledger.projections.projector import PROJECTOR
from voucher_ledger.tables import GRANT_RUNS

_START = Prepared(
    insert(GRANT_RUNS).values(
        id=bindparam("id"),
        batch_id=bindparam("batch_id"),
        source=bindparam("source"),
        listed=0,
        number=0,
        considered=0,
        granted=0,
        refused=literal_column("'{}'::jsonb"),
        state="running",
    )
)
_LIST = Prepared(
    update(GRANT_RUNS)
    .where(GRANT_RUNS.c.id == bindparam("key"))
    .values(listed=GRANT_RUNS.c.listed + bindparam("more"))
)
_ADVANCE = (
    "UPDATE grant_runs SET number = %s, granted = granted + %s, considered = considered + %s, "
    "refused = (SELECT coalesce(jsonb_object_agg(code, count), '{}') FROM (SELECT code, "
    "sum(count::bigint) AS count FROM (SELECT * FROM jsonb_each_text(refused) UNION ALL "
    "SELECT * FROM jsonb_each_text(%s::jsonb)) AS told (code, count) GROUP BY code) AS summed) "
    "WHERE id = %s"
)
_END = Prepared(
    update(GRANT_RUNS).where(GRANT_RUNS.c.id == bindparam("key")).values(state=bindparam("reason"))
)


@PROJECTOR.on("voucher-ledger.GrantRunStarted")
def run_started(fact: Fact) -> Iterator[Statement]:
    """A run is to be carried out."""
    yield _START(id=fact.stream, batch_id=fact.data["batch_id"], source=fact.data["source"])


@PROJECTOR.on("voucher-ledger.GrantRunListed")
def run_listed(fact: Fact) -> Iterator[Statement]:
    """More users are asked."""
    yield _LIST(key=fact.stream, more=len(fact.data["holders"]))


@PROJECTOR.on("voucher-ledger.GrantRunAdvanced")
def run_advanced(fact: Fact) -> Iterator[Statement]:
    """A chunk is done."""
    data = fact.data
    considered = data["granted"] + sum(data["refused"].values())
    counts = json.dumps(data["refused"])
    yield _ADVANCE, (data["number"], data["granted"], considered, counts, fact.stream)


@PROJECTOR.on("voucher-ledger.GrantRunEnded")
def run_ended(fact: Fact) -> Iterator[Statement]:
    """Nothing is left to do."""
    yield _END(key=fact.stream, reason=fact.data["reason"])
