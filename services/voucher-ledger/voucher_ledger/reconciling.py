"""Reconciliation by the calendar (每日对账): once on each legal date, the ledger does it by itself.

`reconcile_due` is called again and again by the service, on every replica. Each reconciliation is a
command whose id follows from the day and from its number, so it is carried out once; after a crash
the next tick goes on with the one that is due.
"""

from chassis import clock, context
from chassis.commands import Command, Commands
from chassis.domain import stream_id
from voucher_ledger import queries
from voucher_ledger.application import Ledger

WHO = context.Context(actor="system:voucher-ledger", legal_basis=("art. 17", "art. 19"))


def reconcile_due(ledger: Ledger, commands: Commands) -> int:
    """Reconcile until all that is sealed was compared today; returns how many differences came up.

    A day's work of more than `AT_A_TIME` entries takes more than one reconciliation.
    """
    day, found, before = clock.legal_date().isoformat(), 0, 0
    while (number := queries.reconciliations.due(ledger.database, day)) is not None:
        if number == before:
            break  # another replica is at it
        values = {"number": number, "day": day}
        command = Command("reconcile", stream_id("reconcile", day, str(number)), values, values)
        with context.bound(WHO):
            outcome = commands.execute(command, lambda number=number: ledger.reconcile(number))  # type: ignore[misc]
        if "error" in outcome:
            break
        found, before = found + outcome["result"]["found"], number
    return found
