"""All five services over real databases, in one process and without a bus.

The services' own entrypoints, use cases, projections, subscriptions, sequencers, seals and witness
run; only the transport is left out. Each service calls the others' entrypoints directly, and reads
their logs through them as it does when the bus is silent.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event
from time import sleep
from types import SimpleNamespace
from typing import Any

import psycopg2
from eventsourcing.persistence import PersistenceError

from chassis import context
from chassis.bus.host import Deployable, deployables
from chassis.contract import Command, Contract
from chassis.domain import new_id
from chassis.log import Entry
from chassis.privacy import seal_personal, unseal_view
from chassis.refusal import Refusal, StoredRefusal
from chassis.seal import Sealer, hash_of, keys_by_log, signing_key, witness_signer
from chassis.sealing.faults import Fault
from chassis.sealing.keys import SignerKey
from chassis.sequencer import BrokenStream, Sequencer
from chassis.service import Runtime
from chassis.settings import Settings
from chassis.subscription import Subscription
from identity.application import Identity
from identity.registries import Registries
from oversight.service import audited
from oversight.witnessing import Witnessing
from tests.tamper.passwords import QuickArgon2
from voucher_ledger.reconciling import reconcile_due
from voucher_ledger.testing import INSTITUTION_KEYS

LOG_SIGNING_KEY, WITNESS_KEY, PERSONAL_DATA_KEY = "5e" * 32, "77" * 32, "5a" * 32
"""Keys that everybody knows."""

_TOO_YOUNG = (
    "SELECT EXISTS (SELECT FROM events WHERE tx >= pg_snapshot_xmin(pg_current_snapshot()))"
    " AS too_young"
)

OWNER_PASSWORD = "owner of the platform"
SERVICES = tuple(deployables()[name] for name in deployables() if deployables()[name].migrations)
NAMES = tuple(each.name for each in SERVICES)
LOGS = tuple(name for name in NAMES if name != "oversight")


def settings_of(
    name: str, url: str, simulator: str = "", log_hash: str = "sha-256", *, owner: bool = True
) -> Settings:
    """The settings of a service whose database is at `url`."""
    common = {"LOG_SIGNING_KEY": LOG_SIGNING_KEY, "WITNESS_KEY": WITNESS_KEY}
    log_keys = " ".join(str(log_key(log).verifier) for log in NAMES)
    witness = witness_signer(Settings(witness_key=WITNESS_KEY)).verifier
    environ = {
        **common,
        "DATABASE_URL": url,
        "PERSONAL_DATA_KEY": PERSONAL_DATA_KEY,
        "LOG_KEYS": log_keys,
        "WITNESS_KEYS": str(witness),
        "LOG_HASH": log_hash,
        "OWNER_PASSWORD": OWNER_PASSWORD if owner else "",
        "PAYMENT_INSTITUTION_KEYS": INSTITUTION_KEYS,
        "AUTHORITIES_URL": simulator or "http://127.0.0.1:9",
        "AMQP_URL": "inprocess://tamper",
        "DB_POOL_SIZE": "4",
    }
    return Settings.load(name, environ)


def log_key(name: str) -> SignerKey:
    """The key that signs a log's checkpoints; the operator has it."""
    return signing_key(Settings(service=name, log_signing_key=LOG_SIGNING_KEY))


class Direct:
    """Calls the entrypoints of the other services in this process."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    def call(
        self, service: str, method: str, payload: dict[str, Any], timeout: float
    ) -> dict[str, Any]:
        """The outcome of a call under the current context."""
        entrypoints = self._platform.entrypoints(service, context.current())
        outcome: dict[str, Any] = getattr(entrypoints, method)(payload)
        return outcome

    def result(
        self, service: str, method: str, payload: dict[str, Any], timeout: float
    ) -> dict[str, Any]:
        """The result of a call; raises its refusal."""
        outcome = self.call(service, method, payload, timeout)
        if "error" in outcome:
            raise StoredRefusal(outcome["error"])
        found: dict[str, Any] = outcome["result"]
        return found


class LocalRuntime(Runtime[Any]):
    """A service's runtime whose followers and ticks are called by hand."""

    def __init__(self, deployable: Deployable, settings: Settings, platform: "Platform") -> None:
        given: Runtime[Any] = deployable.service.runtime  # type: ignore[attr-defined]
        compose = given._compose
        if deployable.name == "identity":
            compose = _identity
        super().__init__(compose, given._policies, given._on_entries, given._started)
        self.client: Any = Direct(platform)
        self.ticks: list[Callable[[], object]] = []
        nothing = SimpleNamespace(
            config={"settings": settings}, spawn_managed_thread=lambda *_, **__: None
        )
        self.container = nothing
        self.setup()
        self.appended = False
        self.application.recorder.appended = self._append

    def _append(self) -> None:
        """Instead of waking a sequencer."""
        self.appended = True

    def every_tick(
        self, name: str, action: Callable[[], object], wake: Event | None = None
    ) -> None:
        """Keep what the calendar makes due, for `Platform.tick`."""
        self.ticks.append(action)

    def size(self) -> int:
        """How many entries the service's log has."""
        return int(self.application.log_reader.size())

    @property
    def subscriptions(self) -> list[Subscription]:
        """The logs that this service follows."""
        return [follower._subscription for follower in self.followers]


def _identity(settings: Settings) -> Identity:
    return Identity(
        settings, hasher=QuickArgon2(), registries=Registries(settings.authorities_url, 60)
    )


class Platform:
    """The five services of one world. `urls` are their databases, migrated."""

    def __init__(
        self,
        urls: Mapping[str, str],
        simulator: str = "",
        log_hash: str = "sha-256",
        *,
        owner: bool = True,
    ) -> None:
        self.urls = dict(urls)
        self._given = (simulator, log_hash, owner)
        self._cut_off: set[tuple[str, str]] = set()
        self.runtimes: dict[str, LocalRuntime] = {}
        self.open()

    def open(self) -> None:
        """Start every service, as its process would."""
        simulator, log_hash, owner = self._given
        self.runtimes = {
            name: LocalRuntime(
                each, settings_of(name, self.urls[name], simulator, log_hash, owner=owner), self
            )
            for name, each in zip(NAMES, SERVICES, strict=True)
        }
        for runtime in self.runtimes.values():
            runtime.start()
        for subscriber, log in self._cut_off:
            self.cut_off(subscriber, log)
        self.sequencers = {each.name: self.sequencer(each) for each in SERVICES}
        oversight = self.runtimes["oversight"]
        keys = keys_by_log(oversight.settings)
        signer = witness_signer(oversight.settings)
        self.witnessing = Witnessing(oversight.application, oversight.commands, keys, signer)
        self.audited = audited(oversight)

    def close(self) -> None:
        """End every connection."""
        for runtime in self.runtimes.values():
            runtime.application.database.close()

    def restart(self) -> None:
        """Every process dies and is started again."""
        self.close()
        self.open()

    def cut_off(self, subscriber: str, log: str) -> None:
        """A service cannot read a log any more, however often it is started again."""
        self._cut_off.add((subscriber, log))
        for each in self.runtimes[subscriber].subscriptions:
            if each.log == log:
                each.read_log = lambda *_: []

    def sequencer(self, deployable: Deployable) -> "PatientSequencer":
        """A keeper of a service's log, as it is when it has just taken over."""
        runtime = self.runtimes[deployable.name]
        database, key = runtime.application.database, signing_key(runtime.settings)
        sealer = Sealer(database, key, hash_of(runtime.settings), deployable.totals)
        return PatientSequencer(database, deployable.name, sealer)

    def entrypoints(self, service: str, who: context.Context) -> Any:
        """A worker of a service, for one call."""
        worker: Any = object.__new__(_service_class(service))
        worker.runtime, worker.circumstances = self.runtimes[service], who
        return worker

    def ask(
        self,
        contract: type[Contract],
        who: context.Context,
        command_id: str | None = None,
        **given: Any,
    ) -> dict[str, Any]:
        """The outcome of a command or query, sealed on its way as the gateway does."""
        key = self.runtimes[contract.service].key
        assert key is not None
        payload: dict[str, Any] = {"input": seal_personal(contract, given, key.sealing)}
        if issubclass(contract, Command):
            payload["command_id"] = command_id or new_id()
        entrypoints = self.entrypoints(contract.service, who)
        outcome: dict[str, Any] = getattr(entrypoints, contract.method())(payload)
        if "result" in outcome:
            outcome["result"] = unseal_view(contract, outcome["result"], key.sealing)
        return outcome

    def sequence(self) -> int:
        """Give every event its place; returns how many there were."""
        return sum(sequencer.step() for sequencer in self.sequencers.values())

    def settle(self) -> None:
        """Let every log be sequenced and every reaction come about."""
        self.sequence()
        sizes = {name: runtime.size() for name, runtime in self.runtimes.items()}
        moved = 1
        while moved:
            moved = 0
            for runtime in self.runtimes.values():
                for each in runtime.subscriptions:
                    if each.position + 1 < sizes[each.log]:
                        moved += each.catch_up()
                    moved += each.acknowledge()
            for name, runtime in self.runtimes.items():
                if runtime.appended:
                    runtime.appended = False
                    sizes[name] += self.sequencers[name].step()

    def carry_on(self) -> list[tuple[str, str]]:
        """As `settle`, as far as it goes: who stopped, and at what."""
        stopped: dict[str, str] = {}
        for _ in range(4):
            for name, sequencer in self.sequencers.items():
                with self._stopping(stopped, name):
                    sequencer.step()
            for name, runtime in self.runtimes.items():
                for subscription in runtime.subscriptions:
                    with self._stopping(stopped, name):
                        subscription.catch_up()
                        subscription.acknowledge()
                        subscription.release()
        return sorted(stopped.items())

    @contextmanager
    def _stopping(self, stopped: dict[str, str], name: str) -> Iterator[None]:
        try:
            yield
        except (Fault, BrokenStream, PersistenceError, psycopg2.Error, Refusal) as error:
            stopped[name] = getattr(error, "code", type(error).__name__)

    def witness(self) -> None:
        """Let the supervisor look at every log's checkpoint, and everybody hear of it."""
        self.settle()
        for name in LOGS:
            self.witnessing.step(name, self.audited.checkpoint(name))
        self.settle()

    def tick(self) -> None:
        """Let every service do what the calendar has made due."""
        for runtime in self.runtimes.values():
            for action in runtime.ticks:
                action()
        self.settle()

    def reconcile(self) -> None:
        """Let the ledger reconcile, if it has done anything yet: on each day it does so once."""
        ledger = self.runtimes["voucher-ledger"]
        if ledger.size():
            reconcile_due(ledger.application, ledger.commands)

    def entries(self, log: str) -> Sequence[Entry]:
        """Every sequenced entry of a log."""
        reader = self.runtimes[log].application.log_reader
        found: list[Entry] = []
        while more := reader.entries(len(found)):
            found += more
        return found


class PatientSequencer(Sequencer):
    """Steps when it may take all that is committed.

    Somebody else's transaction, such as the analysis of another database of the same cluster, may
    still be older than the last event; a real keeper of a log takes the event a moment later.
    """

    def step(self) -> int:
        for _ in range(200):
            if not self._database.rows(_TOO_YOUNG)[0]["too_young"]:
                break
            sleep(0.01)
        return super().step()


def _service_class(name: str) -> type:
    return next(each.service for each in SERVICES if each.name == name)
