"""The contracts are complete: whatever is made from them (routes, documents, guards) can be."""

import inspect
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from marshmallow import Schema, fields

from chassis.canonical import canonical
from chassis.contract import Command, Contract, EventSchema
from schemas import (
    catalog,
    fee_schedules,
    identity,
    log,
    matching,
    oversight,
    registry,
    roles,
    voucher_ledger,
)
from schemas.categories import CATEGORIES, FUNCTIONS
from schemas.events import catalog as catalog_events
from schemas.events import identity as identity_events
from schemas.events import matching as matching_events
from schemas.events import oversight as oversight_events
from schemas.events import voucher_ledger as voucher_ledger_events

SERVICES = (identity, catalog, voucher_ledger, matching, oversight)
MODULES = (*SERVICES, fee_schedules, log)
LOGS = {module.CONTRACTS[0].service for module in SERVICES}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ROUTE = re.compile(r"(GET|POST) (/[a-z0-9_<>:/-]+)")
PARAMETER = re.compile(r"<(?:uuid|string|int|path):(\w+)>")

each_event = pytest.mark.parametrize("schema", registry.EVENTS.values(), ids=lambda s: s.type)
each_contract = pytest.mark.parametrize("contract", registry.CONTRACTS, ids=lambda c: c.__name__)


@each_event
def test_every_events_example_loads_and_is_plain(schema: type[EventSchema]) -> None:
    example = schema.example
    assert schema().load(example) == example
    canonical(example)
    assert example.keys() == schema().fields.keys(), "the example shows every field"


@each_event
def test_every_event_is_named_after_its_log_and_documented(schema: type[EventSchema]) -> None:
    log, _, name = schema.type.partition(".")
    assert log in LOGS
    assert name == schema.__name__
    assert schema.version >= 1
    assert inspect.getdoc(schema)


def declared(package: ModuleType) -> Iterator[type[Any]]:
    """Every class of a module, and of the modules of a package."""
    names = [package.__name__]
    for path in getattr(package, "__path__", ()):
        names += [f"{package.__name__}.{m.name}" for m in pkgutil.iter_modules([path])]
    for name in names:
        yield from (
            value for value in vars(import_module(name)).values() if isinstance(value, type)
        )


def test_every_event_schema_is_registered_once() -> None:
    modules = (
        catalog_events,
        identity_events,
        matching_events,
        oversight_events,
        voucher_ledger_events,
    )
    listed = [schema for module in modules for schema in module.EVENTS]
    assert len(listed) == len(registry.EVENTS)
    found = {value for module in modules for value in declared(module)}
    schemas = {v for v in found if issubclass(v, EventSchema) and "type" in vars(v)}
    assert schemas == set(listed)


def test_every_contract_is_registered_once() -> None:
    found = {value for module in MODULES for value in declared(module)}
    contracts = {v for v in found if issubclass(v, Contract) and hasattr(v, "service")}
    assert contracts == set(registry.CONTRACTS)
    assert len(registry.CONTRACTS) == len(contracts)


@each_contract
def test_every_contract_says_what_it_is(contract: type[Contract]) -> None:
    assert contract.service in LOGS or contract.addressee in contract().fields
    assert contract.__doc__
    assert contract.view is not None
    assert issubclass(contract.view, Schema)
    assert contract.allowed <= roles.ALL
    assert not (contract.public and contract.allowed), "what is public needs no role"
    assert contract.deadline >= 0


@pytest.mark.parametrize(
    "contract",
    [contract for contract in registry.CONTRACTS if contract.http],
    ids=lambda c: c.__name__,
)
def test_every_route_is_explained_in_both_languages(contract: type[Contract]) -> None:
    zh, en = contract.summary
    assert CHINESE.search(zh)
    assert en
    assert not CHINESE.search(en)
    assert contract.articles
    assert set(contract.articles) <= set(range(1, 41))
    found = ROUTE.fullmatch(contract.http)
    assert found, contract.http
    assert (found[1] == "POST") == issubclass(contract, Command)
    parameters = PARAMETER.findall(contract.http)
    assert set(parameters) <= contract().fields.keys()


def test_methods_and_routes_are_unique() -> None:
    methods = [contract.method() for contract in registry.CONTRACTS]
    assert len(set(methods)) == len(methods)
    assert "entries" not in methods, "every service answers that for its log"
    routes = [PARAMETER.sub("<>", c.http) for c in registry.CONTRACTS if c.http]
    assert len(set(routes)) == len(routes)


@each_contract
def test_personal_fields_are_never_shown(contract: type[Contract]) -> None:
    """What a refusal's event keeps of a command is without its personal fields."""
    personal = {name for name, field in contract().fields.items() if field.metadata.get("personal")}
    values = dict.fromkeys(contract().fields, "x")
    assert contract.shown(values).keys() == contract().fields.keys() - personal
    for name, field in contract().fields.items():
        if re.search(r"password|login|token|id_number|representative", name):
            assert name in personal, f"{contract.__name__}.{name} is personal"
            assert isinstance(field, fields.Field)


@pytest.mark.article(12)
def test_the_tree_of_categories_is_closed() -> None:
    assert {category.function for category in CATEGORIES.values()} == FUNCTIONS.keys()
    for code, category in CATEGORIES.items():
        assert code == category.code
        assert code.startswith(category.function + ".")
        assert CHINESE.search(category.zh)
        assert category.en


@pytest.mark.article(14)
def test_policy_and_government_services_cannot_be_charged() -> None:
    free = {category.function for category in CATEGORIES.values() if not category.chargeable}
    assert free == {"policy", "government"}
    charged = {category.function for category in CATEGORIES.values() if category.chargeable}
    assert not free & charged


@pytest.mark.article(17)
def test_no_contract_transfers_a_voucher() -> None:
    """Invariant 4 of the domain rules: vouchers are personal; only budgets go between regions."""
    of_budgets = {"propose_transfer", "decide_transfer", "list_transfers"}
    people = {"voucher_id", "holder", "holders", "user", "subject_id"}
    for contract in registry.CONTRACTS:
        given = contract().fields.keys()
        assert not given & {"new_holder", "transferee", "recipient"}
        assert not {"voucher_id", "holder"} <= given
        if "transfer" in contract.method():
            assert contract.method() in of_budgets
            assert not given & people


@pytest.mark.article(19)
def test_no_command_takes_the_time_of_what_it_does() -> None:
    """Voucher trades are online: nothing can be back-dated."""
    backdating = re.compile(r"(^|_)(at|on|date|time|when|day|effective|backdated?)(_|$)")
    for contract in registry.CONTRACTS:
        if issubclass(contract, Command):
            assert not [name for name in contract().fields if backdating.search(name)]
