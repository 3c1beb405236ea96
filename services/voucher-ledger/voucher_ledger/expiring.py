"""Expiring vouchers (创业券过期): what the calendar makes due, the ledger does itself.

`expire_due` is called again and again by the service, on every replica. Each batch is a command
whose id follows from the day and from what is due, so it is carried out once.
"""

from chassis import clock, context
from chassis.commands import Command, Commands
from voucher_ledger import queries
from voucher_ledger.application import Ledger
from voucher_ledger.domain.expiry import expiry_command_id

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
