"""What the entrypoints of every subject stand on."""

from typing import Any

from chassis.service import Runtime, Service
from voucher_ledger.application import Ledger
from voucher_ledger.clearing import draw_due, flag_due
from voucher_ledger.expiring import expire_due, lapse_due
from voucher_ledger.granting import carry_out_runs
from voucher_ledger.instructing import Instructing
from voucher_ledger.reconciling import reconcile_due
from voucher_ledger.subscriptions import POLICIES

Views = list[dict[str, Any]]


def begin_ticking(runtime: Runtime[Ledger]) -> None:
    """What the ledger does by itself: by the calendar, and what others have begun."""
    ledger, commands = runtime.application, runtime.commands
    runtime.every_tick("expire vouchers", lambda: expire_due(ledger, commands))
    runtime.every_tick("lapse shares", lambda: lapse_due(ledger, commands))
    runtime.every_tick("instruct own payments", Instructing(ledger).instruct_due)
    runtime.every_tick("draw samples", lambda: draw_due(ledger, commands))
    runtime.every_tick("flag what is overdue", lambda: flag_due(ledger, commands))
    runtime.every_tick("reconcile", lambda: reconcile_due(ledger, commands))
    runtime.every_tick(
        "carry out runs", lambda: carry_out_runs(ledger, commands), ledger.run_started
    )


class LedgerEntrypoints(Service):
    """Has the ledger's runtime."""

    runtime: Runtime[Ledger] = Runtime(Ledger, POLICIES, started=begin_ticking)
