"""Every event type has a schema and a reader, and every schema an event."""

import dataclasses
import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest

import oversight.domain.reading
from chassis.application import Application
from chassis.domain import Aggregate
from chassis.projection import Projector
from chassis.subscription import Policies
from chassis.subscription.acknowledgement import ACKNOWLEDGED, RELEASED
from oversight.domain.audit import ORDER
from oversight.domain.derivation import DERIVATIONS
from oversight.domain.rules import chains_by_type
from schemas.registry import EVENTS

PACKAGES = ("identity", "catalog", "voucher_ledger", "matching", "oversight")
ENVELOPE = {"originator_id", "originator_version", "originator_topic", "timestamp"}
REFUSED = "CommandRefused"
"""What the chassis itself writes into every log."""

FOLLOWING = (ACKNOWLEDGED, RELEASED)
"""What the chassis itself writes into the log of every service that follows others."""


def modules(package: str) -> Iterator[str]:
    """Every module of a service but its migrations."""
    path = import_module(package).__path__
    for found in pkgutil.walk_packages(path, package + "."):
        if ".migrations" not in found.name and not found.name.endswith("__main__"):
            yield found.name


def aggregates() -> list[type[Aggregate]]:
    """Every aggregate of every service."""
    for package in PACKAGES:
        for name in modules(package):
            import_module(name)
    waiting, found = list(Aggregate.__subclasses__()), []
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.partition(".")[0] in PACKAGES and "TOPIC" in vars(kind):
            found.append(kind)
    return found


def event_classes() -> dict[str, type]:
    """Every event class of every aggregate, by type."""
    return {
        str(getattr(value, "TOPIC", "")): value
        for kind in aggregates()
        for value in vars(kind).values()
        if isinstance(value, type) and getattr(value, "TOPIC", "").startswith(kind.log + ".")
    }


def policies() -> dict[str, Policies]:
    """What each service learns from other logs, by the service; without those that follow none."""
    found = {}
    for package in PACKAGES:
        for name in modules(package):
            for value in vars(import_module(name)).values():
                if isinstance(value, Policies):
                    found[package.replace("_", "-")] = value
    return found


def readers() -> dict[str, set[str]]:
    """Which event types each reader reads: projections, policies, and the supervisor's replay."""
    found = {
        "replay": {
            *oversight.domain.reading.READINGS,
            *DERIVATIONS,
            *chains_by_type(),
        }
    }
    for package in PACKAGES:
        for name in modules(package):
            for value in vars(import_module(name)).values():
                if isinstance(value, Policies | Projector):
                    found.setdefault(package, set()).update(value.types)
    return found


def test_every_event_of_every_aggregate_has_a_schema_and_the_reverse() -> None:
    written = set(event_classes())
    declared = {type_ for type_ in EVENTS if type_.partition(".")[2] not in (REFUSED, *FOLLOWING)}
    assert written - declared == set(), "events without a schema"
    assert declared - written == set(), "schemas without an event"
    assert {f"{log}.{REFUSED}" for log in ORDER} <= EVENTS.keys()
    assert {f"{log}.{name}" for log in policies() for name in FOLLOWING} <= EVENTS.keys()


def test_every_event_says_what_its_schema_names() -> None:
    for type_, kind in event_classes().items():
        says = {field.name for field in dataclasses.fields(kind)} - ENVELOPE
        assert says == EVENTS[type_]().fields.keys(), type_
        assert kind.schema_version == EVENTS[type_].version, type_  # type: ignore[attr-defined]


def test_every_event_type_has_a_reader() -> None:
    read = set().union(*readers().values())
    assert EVENTS.keys() - read == set(), "nobody reads these"


def test_nobody_reads_an_event_that_nobody_writes() -> None:
    for reader, types in readers().items():
        assert types - EVENTS.keys() == set(), reader


@pytest.mark.parametrize("package", PACKAGES)
def test_a_service_projects_its_own_events_and_learns_those_of_the_logs_it_follows(
    package: str,
) -> None:
    for name in modules(package):
        for value in vars(import_module(name)).values():
            if isinstance(value, Policies):
                assert {type_.partition(".")[0] for type_ in value.types} <= set(value.logs)
            elif isinstance(value, type) and issubclass(value, Application):
                if value is Application:
                    continue
                assert {type_.partition(".")[0] for type_ in value.projector.types} <= {value.log}
