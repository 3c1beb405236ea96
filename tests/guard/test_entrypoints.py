"""Every contract is handled by its service, and a service handles nothing else."""

from typing import Any

import pytest

from chassis import tlog
from chassis.bus.host import deployables
from chassis.contract import Contract, Query
from chassis.selfcheck import CheckTables
from schemas import log, registry


def is_query(value: object) -> bool:
    """Whether it is a query that can be asked."""
    return isinstance(value, type) and issubclass(value, Query) and value is not Query


SERVICES = ("identity", "catalog", "voucher-ledger", "matching", "oversight")


ABOUT_ITS_LOG = {c.method(): c for c in vars(tlog).values() if is_query(c)}
"""What the chassis answers about the log of every service."""

OF_THE_CHASSIS = {**ABOUT_ITS_LOG, CheckTables.method(): CheckTables}
"""What the chassis answers for every service."""


def handled(service: type) -> dict[str, type[Contract]]:
    """The contracts of a service class's entrypoints, by method name."""
    found = {}
    for name in dir(service):
        contract: Any = getattr(getattr(service, name), "contract", None)
        if contract is not None:
            found[name] = contract
    return found


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_handles_its_contracts_and_no_others(name: str) -> None:
    service = deployables()[name].service
    own = {c.method(): c for c in registry.CONTRACTS if c.service == name}
    assert handled(service) == own | OF_THE_CHASSIS


def test_every_service_answers_what_is_asked_of_any_log() -> None:
    assert set(log.LOGS) == set(SERVICES)
    for contract in log.CONTRACTS:
        assert issubclass(contract, ABOUT_ITS_LOG[contract.method()])
    assert {c.method() for c in log.CONTRACTS} == ABOUT_ITS_LOG.keys() - {"entries"}


@pytest.mark.parametrize("name", SERVICES)
def test_entrypoints_are_reachable(name: str) -> None:
    service = deployables()[name].service
    for method in (*handled(service), "entries"):
        function = getattr(service, method)
        assert getattr(function, "nameko_entrypoints", None), f"{name}.{method} is no entrypoint"


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_migrations_that_follow_one_another(name: str) -> None:
    folder = deployables()[name].migrations
    assert folder is not None
    found = sorted((folder / "versions").glob("[0-9]*.py"))
    numbers = [path.name[:4] for path in found]
    assert numbers == [f"{n:04}" for n in range(1, len(found) + 1)]
    for before, path in zip([None, *numbers], found, strict=False):
        text = path.read_text("utf-8")
        assert f'revision = "{path.name[:4]}"' in text
        expected = "None" if before is None else f'"{before}"'
        assert f"down_revision = {expected}" in text
