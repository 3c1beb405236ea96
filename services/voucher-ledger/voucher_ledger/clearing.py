"""What the ledger does for redemptions by itself: it draws samples, and flags what is overdue.

Both are called again and again by the service, on every replica. Each is a command whose id follows
from what is due, so it is carried out once.
"""

import structlog

from chassis import clock, context
from chassis.commands import Command, Commands
from chassis.domain import stream_id
from chassis.refusal import Refusal
from voucher_ledger import queries
from voucher_ledger.application import Ledger

AT_A_TIME = 200
WHO = context.Context(actor="system:voucher-ledger", legal_basis=("art. 17",))

log = structlog.get_logger()


def draw_due(ledger: Ledger, commands: Commands) -> int:
    """Draw every sample that is due (抽查); returns how many redemptions were drawn or not."""
    count = 0
    while (due := queries.sampling.due(ledger.database)) is not None:
        values = {"round_id": due.round_id}
        ids = stream_id("draw-sample", due.round_id, str(due.size), *sorted(due.redemption_ids))
        command = Command("draw_sample", ids, values, values, refusal_is_event=True)
        try:
            with context.bound(WHO):
                outcome = commands.execute(command, ledger.draw_sample)
        except Refusal as refusal:  # it passes: the next tick tries again
            log.warning("sample waits", code=refusal.code)
            break
        if "error" in outcome or not outcome["result"]["considered"]:
            break
        count += outcome["result"]["considered"]
    return count


def flag_due(ledger: Ledger, commands: Commands, at_a_time: int = AT_A_TIME) -> int:
    """Flag every redemption that is unpaid after its last day (超期未付); returns how many."""
    day, count = clock.legal_date().isoformat(), 0
    while ids := queries.redemptions.overdue(ledger.database, day, at_a_time):
        values = {"redemption_ids": ids, "day": day}
        command = Command("flag_overdue", stream_id("flag-overdue", day, *ids), values, values)
        with context.bound(WHO):
            outcome = commands.execute(command, lambda ids=ids: ledger.flag_overdue(ids, day))  # type: ignore[misc]
        if "error" in outcome or not outcome["result"]["overdue"]:
            break
        count += len(outcome["result"]["overdue"])
    return count
