"""The base of every Nameko service: entrypoints made from contracts.

class LedgerService(Service):
    name = "voucher-ledger"
    runtime = Runtime(Ledger, POLICIES)

    @handles(GrantVouchers)
    def grant_vouchers(self, **values) -> Decision:
        return self.runtime.application.grant_vouchers(**values)
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any, ClassVar, Generic, TypeVar

import psycopg2
import structlog
from eventsourcing.persistence import PersistenceError
from marshmallow import ValidationError
from nameko.extensions import DependencyProvider
from sqlalchemy.exc import SQLAlchemyError

from chassis import commands, context, region_scope
from chassis.application import Application, Decision
from chassis.bus.follower import AWAY, Follower
from chassis.bus.rpc import RpcClient, rpc
from chassis.commands import Commands
from chassis.contract import DRY_RUN, Command, Contract, Id
from chassis.guarding import SYSTEM, guard, guarded
from chassis.log import Entry
from chassis.metrics import RPC_SECONDS
from chassis.privacy import PersonalDataKey, Unsealable, available, seal_view, unseal_personal
from chassis.refusal import (
    InvalidInput,
    Kind,
    NoRehearsal,
    Refusal,
    ServiceUnavailable,
)
from chassis.seal import keys_by_log
from chassis.selfcheck import CheckTables, check
from chassis.settings import Settings
from chassis.subscription import Policies, Subscription
from chassis.subscription.signed import SignedLog
from chassis.tlog import (
    Checkpoint,
    Entries,
    ProveConsistency,
    ProveInclusion,
    ReadBundle,
    ReadTile,
    SealedLog,
)

log = structlog.get_logger()

A = TypeVar("A", bound=Application)

Present = Callable[[Any, dict[str, Any]], dict[str, Any]]
"""From a service and a command's result to what the caller is shown."""


class Fault(Refusal):
    """A fault of ours: the caller learns a code and the correlation id, nothing else."""

    code = "service.fault"
    kind = Kind.UNAVAILABLE
    zh = "系统内部错误,编号 {correlation}"
    en = "Internal error, reference {correlation}"


class CommandHeader(Contract):
    """What accompanies a command's input."""

    command_id = Id(required=True)


class Runtime(DependencyProvider, Generic[A]):  # type: ignore[misc]
    """What a service's process holds: its application, its commands, the logs that it follows."""

    client = RpcClient()

    application: A
    commands: Commands
    settings: Settings
    key: PersonalDataKey | None = None
    """None when the setting is empty: nothing is sealed then. `wanchuang serve` asks for one."""

    def __init__(
        self,
        application: Callable[[Settings], A],
        policies: Policies | None = None,
        on_entries: Callable[[A], Callable[..., Any]] | None = None,
        started: Callable[["Runtime[A]"], None] | None = None,
    ) -> None:
        self._compose = application
        self._policies = policies or Policies()
        self._on_entries = on_entries
        self._started = started
        self.followers: list[Follower] = []

    def setup(self) -> None:
        """Compose the application; connections are made when they are needed."""
        self.settings = self.container.config["settings"]
        self.key = available(self.settings)
        self.application = self._compose(self.settings)
        self.commands = Commands(self.application, self.key.command_digests if self.key else b"")

    def start(self) -> None:
        """Follow the logs that the policies name."""
        if self._started is not None:
            self._started(self)
        keys = keys_by_log(self.settings)
        for name in self._policies.logs:
            key = keys.get(name)
            if key is None:
                log.warning("followed without a key: what arrives is believed", log=name)
            subscription = Subscription(
                self.application,
                self.commands,
                self._policies,
                name,
                self.read_log,
                self._on_entries(self.application) if self._on_entries else None,
                SignedLog(name, key, self) if key else None,
            )
            follower = Follower(self.settings.amqp_url, subscription, self.settings.follow_interval)
            self.followers.append(follower)
            self.container.spawn_managed_thread(follower.run, identifier=f"follow {name}")

    def self_check(self, contracts: Iterable[type[Contract]]) -> dict[str, Any]:
        """Compare the tables with the logs (`chassis.selfcheck`); `contracts` are the service's."""
        told = {each.method() for each in contracts if getattr(each, "refusal_is_event", False)}
        told |= self._policies.reaction_names
        found = check(self.application, self._policies, self.read_log, told.__contains__)
        return found.as_dict()

    def every_tick(
        self, name: str, action: Callable[[], object], wake: threading.Event | None = None
    ) -> None:
        """Do what the calendar has made due, now and at every tick, as long as the service runs.

        The action is safe to repeat, also at once on several replicas. `wake` brings the next tick
        about at once, for work that a command has begun.
        """
        due = wake or threading.Event()

        def ticking() -> None:
            while True:
                due.clear()
                try:
                    action()
                except AWAY as error:
                    log.warning("tick interrupted", tick=name, error=str(error))
                due.wait(self.settings.tick_interval)

        self.container.spawn_managed_thread(ticking, identifier=name)

    def stop(self) -> None:
        """Stop following; close the pool."""
        for follower in self.followers:
            follower.stop()

    def get_dependency(self, worker_ctx: Any) -> "Runtime[A]":
        """The runtime itself, with the worker's circumstances read by `respond`."""
        return self

    def read_log(self, log_name: str, start: int, end: int) -> list[Entry]:
        """Entries of another service's log, by RPC. Raises `Refusal`s of that service."""
        found = self.read(log_name, Entries, start=start, end=end)
        return [Entry.parse(text) for text in found["entries"]]

    def read_note(self, log_name: str) -> str:
        """The newest signed checkpoint of another service's log; empty while the log is."""
        return self.read(log_name, Checkpoint)["note"] or ""

    def read_consistency(self, log_name: str, old: int, new: int) -> list[bytes]:
        """The proof that another service's log of a size begins with that of a smaller one."""
        found = self.read(log_name, ProveConsistency, **{"from": old, "to": new})
        return [bytes.fromhex(each) for each in found["proof"]]

    def read(self, log_name: str, contract: type[Contract], **values: Any) -> dict[str, Any]:
        """What another service answers, to us as a service: for queries, never for a decision.

        Raises its `Refusal`s.
        """
        with context.bound(context.Context(actor=SYSTEM + self.settings.service)):
            return self.client.result(
                log_name, contract.method(), {"input": values}, self.settings.rpc_timeout
            )

    def ready(self) -> dict[str, bool]:
        """What readiness depends on."""
        return {
            "database": self.application.database.reachable(),
            "followers": all(follower.connected for follower in self.followers),
        }


class Circumstances(DependencyProvider):  # type: ignore[misc]
    """Gives a worker the context that its caller sent."""

    def get_dependency(self, worker_ctx: Any) -> context.Context:
        """The context from the message's headers."""
        return context.Context.from_headers(worker_ctx.data)


def handles(
    contract: type[Contract], present: Present | None = None
) -> Callable[[Callable[..., Any]], Any]:
    """Make a method the RPC entrypoint of a contract.

    The method gets the parsed input as keywords; it returns a `Decision` for a command, the view
    for a query. `present` makes of a command's stored result what its caller is shown: for what
    must not be stored with it.
    """

    def decorate(method: Callable[..., Any]) -> Any:
        if method.__name__ != contract.method():
            raise TypeError(f"{method.__name__} should be named {contract.method()}")

        def entrypoint(self: "Service", payload: dict[str, Any]) -> dict[str, Any]:
            decide = lambda **values: method(self, **values)  # noqa: E731
            return respond(self, contract, decide, payload, present)

        entrypoint.__name__, entrypoint.__doc__ = method.__name__, method.__doc__
        entrypoint.contract = contract  # type: ignore[attr-defined]
        return rpc(entrypoint)

    return decorate


def respond(
    service: "Service",
    contract: type[Contract],
    method: Callable[..., Any],
    payload: Mapping[str, Any],
    present: Present | None = None,
) -> dict[str, Any]:
    """Parse, guard, call and present: `{"result": …}` or `{"error": …}`, never an exception."""
    basis = tuple(f"art. {number}" for number in contract.articles)
    began = time.perf_counter()
    with context.bound(service.circumstances, legal_basis=basis) as who:
        try:
            outcome = _respond(service, contract, method, payload, who)
            if "error" in outcome:
                return outcome
            result = outcome["result"]
            key = service.runtime.key
            if payload.get(DRY_RUN):
                tried = result["result"]
                sealed = tried if key is None else seal_view(contract, tried, key.sealing)
                return {"result": {**result, "result": sealed}}
            if present is not None:
                result = present(service, result)
            return {"result": result if key is None else seal_view(contract, result, key.sealing)}
        except Refusal as refusal:
            return {"error": refusal.as_dict()}
        except (PersistenceError, SQLAlchemyError, psycopg2.Error) as error:
            log.exception("storage", method=contract.method(), error=type(error).__name__)
            return {"error": ServiceUnavailable(service=service.name).as_dict()}
        except Exception:
            log.exception("fault", method=contract.method())
            return {"error": Fault(correlation=who.correlation or "").as_dict()}
        finally:
            spent = time.perf_counter() - began
            RPC_SECONDS.labels(service.name, contract.method()).observe(spent)


def _respond(
    service: "Service",
    contract: type[Contract],
    method: Callable[..., Any],
    payload: Mapping[str, Any],
    who: context.Context,
) -> dict[str, Any]:
    guard(contract, who)
    try:
        values = contract.parse(_unsealed(service, contract, payload["input"]))
        if not issubclass(contract, Command):
            if region_scope.guards(contract, who):
                region_scope.require(service.runtime.application, contract, who, values)
            return {"result": method(**values)}
        command_id = CommandHeader.parse({"command_id": payload.get("command_id")})["command_id"]
    except ValidationError as error:
        raise InvalidInput(_faults(error)) from error
    command = commands.Command(
        contract.method(),
        command_id,
        contract.comparable(values),
        contract.shown(values),
        contract.refusal_is_event,
        contract.look_first,
    )

    def decide() -> Decision:
        with guarded(service.runtime.application, contract, who, values) as seen:
            decision: Decision = method(**values)
            return replace(decision, seen={**decision.seen, **seen}) if seen else decision

    if payload.get(DRY_RUN):
        if not contract.rehearsable():
            raise NoRehearsal
        return {"result": asdict(service.runtime.commands.rehearse(command, decide))}
    return dict(service.runtime.commands.execute(command, decide))


def _unsealed(service: "Service", contract: type[Contract], given: Any) -> Any:
    key = service.runtime.key
    if key is None or not isinstance(given, dict):
        return given
    try:
        return unseal_personal(contract, given, key.sealing)
    except Unsealable as error:
        raise InvalidInput({error.field: ["未加密传输 / not sealed as it must be"]}) from error


def _faults(error: ValidationError) -> dict[str, Any]:
    messages = error.messages
    return messages if isinstance(messages, dict) else {"input": messages}


class Service:
    """Base class of the five services. Each answers for its sealed log (`chassis.tlog`)."""

    name: ClassVar[str]
    runtime: Any
    circumstances: ClassVar[Any] = Circumstances()

    @property
    def sealed_log(self) -> SealedLog:
        """This service's log, for reading."""
        return SealedLog(self.runtime.application.database, self.name)

    @handles(Entries)
    def entries(self, start: int, end: int | None) -> dict[str, Any]:
        """A range of this service's log."""
        return self.sealed_log.entries(start, end)

    @handles(Checkpoint)
    def checkpoint(self, most: int | None) -> dict[str, Any]:
        """The newest signed checkpoint of this service's log: `{"note": …}`, None while empty."""
        return self.sealed_log.checkpoint(most)

    @handles(ReadTile)
    def read_tile(self, name: str) -> dict[str, Any]:
        """A tile of this service's log."""
        return self.sealed_log.tile(name)

    @handles(ReadBundle)
    def read_bundle(self, name: str) -> dict[str, Any]:
        """An entry bundle of this service's log."""
        return self.sealed_log.bundle(name)

    @handles(ProveInclusion)
    def prove_inclusion(self, position: int, size: int | None) -> dict[str, Any]:
        """A proof that an entry is in this service's log."""
        return self.sealed_log.inclusion(position, size)

    @handles(ProveConsistency)
    def prove_consistency(self, **span: Any) -> dict[str, Any]:
        """A proof that this service's log only grew."""
        return self.sealed_log.consistency(span["from"], span["to"])

    @handles(CheckTables)
    def check_tables(self) -> dict[str, Any]:
        """This service's tables against the logs that they were made from."""
        found = (getattr(getattr(type(self), name), "contract", None) for name in dir(type(self)))
        return dict(self.runtime.self_check([each for each in found if each is not None]))
