"""Expiry (过期): what the calendar makes due of vouchers and owed shares, the ledger does itself.

`expire_due` and `lapse_due` are called again and again by the service, on every replica. Each batch
is a command whose id follows from the day and from what is due, so it is carried out once.
"""

from chassis import clock, context
from chassis.commands import Command, Commands
from chassis.domain import stream_id
from voucher_ledger import queries
from voucher_ledger.application import Ledger
from voucher_ledger.domain.expiry import expiry_command_id, lapses_by

AT_A_TIME = 200
"""Vouchers that one command expires at the most: long transactions hold the sequencer back."""

WHO = context.Context(actor="system:voucher-ledger", legal_basis=("art. 17",))


def expire_due(ledger: Ledger, commands: Commands, at_a_time: int = AT_A_TIME) -> int:
    """Expire every voucher that is past its use-by date today; returns how many were looked at."""
    today, after, count = clock.legal_date(), "", 0
    while due := queries.vouchers.due_for_expiry(
        ledger.database, today.isoformat(), after, at_a_time
    ):
        ids = [voucher_id for voucher_id, _, _ in due]
        values = {"voucher_ids": ids}
        command = Command("expire_vouchers", expiry_command_id(today, due), values, values)
        with context.bound(WHO):
            commands.execute(command, lambda ids=ids: ledger.expire_vouchers(ids))  # type: ignore[misc]
        after, count = ids[-1], count + len(ids)
    return count


def lapse_due(ledger: Ledger, commands: Commands, at_a_time: int = AT_A_TIME) -> int:
    """Give back every share that nobody asked for by its redeem-by date; returns how many."""
    today, count = clock.legal_date(), 0
    while due := queries.vouchers.unasked(ledger.database, lapses_by(today), at_a_time):
        values = {"orders": due}
        id_ = stream_id("lapse-shares", *sorted(due))
        with context.bound(WHO):
            outcome = commands.execute(
                Command("lapse_shares", id_, values, values),
                lambda due=due: ledger.lapse_shares(due),  # type: ignore[misc]
            )
        if "error" in outcome or not outcome["result"]["lapsed"]:
            break
        count += len(outcome["result"]["lapsed"])
    return count
