"""Oversight's entrypoints: parse, call, present; nothing else."""

from pathlib import Path
from typing import Any

import eventlet

from chassis import context
from chassis.application import Decision
from chassis.bus.host import Deployable
from chassis.service import SYSTEM, Runtime, Service, handles
from oversight import queries
from oversight.application import Oversight
from oversight.subscriptions import POLICIES, mirror
from schemas.oversight import LatestReplay, ReadMirror, RunReplay
from schemas.voucher_ledger import TrialBalance


class AuditedServices:
    """The audited services, asked over RPC (the port `oversight.ports.Services`)."""

    def __init__(self, runtime: Runtime[Oversight]) -> None:
        self._runtime = runtime

    def size(self, log: str) -> int:
        """How many entries a log has now."""
        nothing = {"input": {"start": 0, "end": 0}}
        settings = self._runtime.settings
        with context.bound(context.Context(actor=SYSTEM + settings.service)):
            found = self._runtime.client.result(log, "entries", nothing, settings.rpc_timeout)
        return int(found["size"])

    def trial_balance(self, position: int) -> list[dict[str, Any]]:
        """The ledger's balances up to a position of its log."""
        rows: Any = self._runtime.ask(TrialBalance, position=position)
        return list(rows)


class OversightService(Service):
    """Whether it is all right."""

    name = "oversight"
    runtime: Runtime[Oversight] = Runtime(
        Oversight, POLICIES, on_entries=lambda _application: mirror
    )

    @handles(RunReplay)
    def run_replay(self) -> Decision:
        services = AuditedServices(self.runtime)
        return self.runtime.application.run_replay(services, eventlet.sleep)

    @handles(LatestReplay)
    def latest_replay(self) -> dict[str, Any]:
        return queries.latest(self.runtime.application.database)

    @handles(ReadMirror)
    def read_mirror(self, **values: Any) -> list[dict[str, Any]]:
        return queries.entries(self.runtime.application.database, **values)


SERVICE = Deployable(OversightService, Path(__file__).parent / "migrations")
