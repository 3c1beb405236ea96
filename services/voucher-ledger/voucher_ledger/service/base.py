"""What the entrypoints of every subject stand on."""

from typing import Any

from chassis.service import Runtime, Service
from voucher_ledger.application import Ledger
from voucher_ledger.expiring import expire_due
from voucher_ledger.subscriptions import POLICIES

Views = list[dict[str, Any]]


class LedgerEntrypoints(Service):
    """Has the ledger's runtime."""

    runtime: Runtime[Ledger] = Runtime(
        Ledger,
        POLICIES,
        started=lambda runtime: runtime.every_tick(
            "expire vouchers", lambda: expire_due(runtime.application, runtime.commands)
        ),
    )
