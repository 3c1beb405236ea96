"""Ours: vouchers granted in a second by a run over everybody whom a batch is for.

`python -m bench.sides.grant_ours URL USERS`: the database is a ledger's, migrated and empty. The
users are put into its read model of standings; then a run is started and carried out as the service
does it: chunks that are commands, with eligibility, money, projections and outcomes.
"""

import eventlet

eventlet.monkey_patch()

import sys  # noqa: E402
import time  # noqa: E402

import structlog  # noqa: E402

from chassis.bus.green import wait_in_turn  # noqa: E402
from voucher_ledger.granting import carry_out_runs  # noqa: E402
from voucher_ledger.testing import TERMS, World  # noqa: E402

_FILL = """
INSERT INTO standing (subject_id, kind, region, verified, is_user)
SELECT md5(n::text)::uuid::text, 'person', '340100', true, true FROM generate_series(1, %s) n
"""


def main(url: str, users: int) -> float:
    """Vouchers a second. Fails unless everybody got one."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    wait_in_turn()
    world = World(url)
    world.ledger.database.execute([(_FILL, (users,))])
    with world.ledger.database.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE standing")
    money = users * int(TERMS["face_fen"])
    world.budget(TERMS["region"], money)
    batch = world.do("open_batch", **{**TERMS, "amount_fen": money})["id"]
    run = str(world.do("start_grant_run", batch_id=batch, holders=None)["id"])
    began = time.perf_counter()
    carry_out_runs(world.ledger, world.commands)
    spent = time.perf_counter() - began
    row = world.ledger.database.row("SELECT granted, state FROM grant_runs WHERE id = %s", (run,))
    assert row == {"granted": users, "state": "complete"}, row
    return users / spent


if __name__ == "__main__":
    print(main(sys.argv[1], int(sys.argv[2])))
