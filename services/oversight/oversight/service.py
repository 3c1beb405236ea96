"""Oversight's entrypoints: parse, call, present; nothing else."""

from pathlib import Path
from typing import Any

import eventlet
import structlog

from chassis.application import Decision
from chassis.bus.follower import AWAY
from chassis.bus.host import Deployable
from chassis.seal import keys_by_log, witness_signer
from chassis.sealing.faults import Fault
from chassis.service import Runtime, Service, handles
from oversight import completeness, queries
from oversight.application import Oversight
from oversight.audited import AuditedServices
from oversight.docket import Docket
from oversight.overdue import Overdue
from oversight.subscriptions import POLICIES, mirror
from oversight.witnessing import Witnessing
from schemas.oversight import (
    LOGS,
    GetCheckpoint,
    GetCompleteness,
    LatestReplay,
    ListFindings,
    ReadMirror,
    RunReplay,
)

log = structlog.get_logger()


def audited(runtime: Runtime[Oversight]) -> AuditedServices:
    """The audited services as this service reaches them."""

    def call(service: str, method: str, given: dict[str, Any], timeout: float) -> dict[str, Any]:
        return runtime.client.result(service, method, {"input": given}, timeout)

    return AuditedServices(call, runtime.settings.rpc_timeout)


def begin_witnessing(runtime: Runtime[Oversight]) -> None:
    """Witness the logs whose keys are known, one after the other, as long as the service runs."""
    settings = runtime.settings
    keys = {name: key for name, key in keys_by_log(settings).items() if name in LOGS}
    if not keys:
        log.warning("no log is witnessed: LOG_KEYS is empty")
        return
    application, commands = runtime.application, runtime.commands
    witnessing = Witnessing(application, commands, keys, witness_signer(settings))
    docket = Docket(application, commands)
    overdue = Overdue(application.database, docket, settings.witness_overdue_seconds)
    services = audited(runtime)

    def look(name: str) -> None:
        own = queries.mirrored(application.database).get(name)
        try:
            if own:  # a growing log's newest checkpoint is always beyond our copy
                witnessing.step(name, services.checkpoint(name, own))
        finally:
            overdue.check(name, lambda: services.size(name))

    def witness() -> None:
        while True:
            for name in keys:
                try:
                    look(name)
                except Fault as fault:  # our own tiles or copy: for people to look at
                    log.critical("cannot witness", log=name, code=fault.code, data=fault.data)
                except AWAY as error:
                    log.warning("witnessing interrupted", log=name, error=str(error))
            eventlet.sleep(settings.witness_interval)

    runtime.container.spawn_managed_thread(witness, identifier="witness")


class OversightService(Service):
    """Whether it is all right."""

    name = "oversight"
    runtime: Runtime[Oversight] = Runtime(
        Oversight,
        POLICIES,
        on_entries=lambda _application: mirror,
        started=begin_witnessing,
    )

    @handles(GetCheckpoint)
    def get_checkpoint(self, log: str) -> dict[str, Any]:
        return queries.checkpoint(self.runtime.application.database, log)

    @handles(GetCompleteness)
    def get_completeness(self) -> list[dict[str, Any]]:
        return completeness.overview(self.runtime.application.database)

    @handles(RunReplay)
    def run_replay(self) -> Decision:
        services = audited(self.runtime)
        return self.runtime.application.run_replay(services, eventlet.sleep)

    @handles(LatestReplay)
    def latest_replay(self) -> dict[str, Any]:
        return queries.latest(self.runtime.application.database)

    @handles(ListFindings)
    def list_findings(self, **values: Any) -> list[dict[str, Any]]:
        return queries.findings(self.runtime.application.database, **values)

    @handles(ReadMirror)
    def read_mirror(self, **values: Any) -> list[dict[str, Any]]:
        return queries.entries(self.runtime.application.database, **values)


SERVICE = Deployable(OversightService, Path(__file__).parent / "migrations")
