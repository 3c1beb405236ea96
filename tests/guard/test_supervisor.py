"""The supervisor's own lists speak of the same things as the contracts, though it shares no code.

`oversight.domain` is pure and imports neither schemas nor services; these tests notice when a role,
category, bucket or term that it knows by name is called something else now.
"""

from collections.abc import Iterator
from typing import Any

from marshmallow import Schema
from marshmallow.fields import Nested

from chassis.subscription import acknowledgement
from identity.domain import retention
from identity.domain.legal_basis import LEGAL_BASES
from identity.domain.personal_data import FIELDS
from oversight.domain import reconciling
from oversight.domain.audit import ORDER
from oversight.domain.book import BUCKETS
from oversight.domain.completeness import ACKNOWLEDGED, ANSWERS, FOLLOWS, HOUSEKEEPING, RELEASED
from oversight.domain.derivation import DERIVATIONS
from oversight.domain.reading import BATCH_TERMS
from oversight.domain.rules.detectors import SHOWN, VERSIONS, WINDOW_DAYS
from oversight.domain.rules.envelope import MAY
from oversight.domain.rules.erasure import LOG_MONTHS, YEARS
from oversight.domain.rules.listings import FREE
from oversight.domain.rules.parameters import DEFAULTS
from oversight.domain.rules.personal_data import BASES, EVERYTHING, SEALED
from schemas import roles
from schemas.categories import CATEGORIES
from schemas.events.common import Sealed
from schemas.events.voucher_ledger.reconciliations import KINDS
from schemas.events.voucher_ledger.risks import DETECTORS
from schemas.identity import personal_data
from schemas.log import SERVICE
from schemas.oversight import LOGS
from schemas.registry import CONTRACTS, EVENTS
from tests.guard.test_events import policies
from voucher_ledger.domain import reconciliation, risks
from voucher_ledger.domain.book import Bucket
from voucher_ledger.domain.parameter import FIGURES


def test_the_replay_reads_every_log_there_is() -> None:
    assert set(ORDER) == {*LOGS, "oversight"}
    assert {type_.partition(".")[0] for type_ in EVENTS} == set(ORDER)
    assert {contract.service for contract in CONTRACTS} - {SERVICE} == set(ORDER)


def test_roles_are_called_as_elsewhere() -> None:
    assert MAY.keys() <= EVENTS.keys()
    for allowed in MAY.values():
        for who in allowed:
            system = who.removeprefix("system:")
            assert system in ORDER if who.startswith("system:") else who in roles.ALL


def test_every_event_about_listings_money_and_orders_has_its_roles() -> None:
    logs = ("catalog.", "voucher-ledger.", "matching.")
    types = {type_ for type_ in EVENTS if type_.startswith(logs)}
    refusals = {type_ for type_ in types if type_.endswith(".CommandRefused")}
    assert types - refusals == {type_ for type_ in MAY if type_.startswith(logs)}


def test_free_categories_are_those_that_cannot_be_charged() -> None:
    free = {code for code in CATEGORIES if code.startswith(FREE)}
    assert free == {code for code, category in CATEGORIES.items() if not category.chargeable}


def test_buckets_are_called_as_in_the_ledger() -> None:
    assert set(BUCKETS) == {bucket.value for bucket in Bucket}


def test_every_event_with_postings_is_derived() -> None:
    posted = {type_ for type_, schema in EVENTS.items() if "postings" in schema().fields}
    assert posted == DERIVATIONS.keys()


def test_batches_and_vouchers_carry_the_same_terms() -> None:
    for type_ in ("voucher-ledger.BatchOpened", "voucher-ledger.VoucherGranted"):
        assert set(BATCH_TERMS) <= EVENTS[type_]().fields.keys()


def test_who_follows_what_is_what_the_services_follow() -> None:
    followed = {service: set(found.logs) for service, found in policies().items()}
    assert {service: set(logs) for service, logs in FOLLOWS.items()} == followed
    told = {f"{log}.{name}" for log in FOLLOWS for name in (ACKNOWLEDGED, RELEASED)}
    assert {type_ for type_ in EVENTS if ".Subscription" in type_} == told


def test_what_needs_no_acknowledgement_is_the_same_everywhere() -> None:
    assert HOUSEKEEPING == acknowledgement.HOUSEKEEPING
    assert {type_.partition(".")[2] for type_ in EVENTS} >= HOUSEKEEPING


def test_every_reaction_is_an_answer_that_the_supervisor_waits_for() -> None:
    reacting = {
        (type_, service) for service, found in policies().items() for type_ in found.reactions
    }
    assert reacting == {(type_, subscriber) for type_, (subscriber, _) in ANSWERS.items()}


def test_legal_bases_are_those_of_identity() -> None:
    assert {code: (basis.roles, basis.fields) for code, basis in LEGAL_BASES.items()} == BASES
    assert BASES.keys() == set(personal_data.LEGAL_BASES)
    assert set(FIELDS) == EVERYTHING == set(personal_data.FIELDS)


def test_duties_to_keep_are_those_of_identity() -> None:
    years = {duty.code: duty.years for duty in retention.DUTIES if duty.years}
    assert years == YEARS
    assert [duty.months for duty in retention.DUTIES if duty.months] == [LOG_MONTHS]


def _within(schema: Schema) -> Iterator[Any]:
    """Every field of a schema, of what is nested in it and of what its lists hold."""
    for field in schema.fields.values():
        inner = getattr(field, "inner", field)
        yield inner
        if isinstance(inner, Nested):
            yield from _within(inner.schema)


def test_every_event_with_sealed_fields_is_held_against_its_key() -> None:
    sealed = set()
    for type_, schema in EVENTS.items():
        if any(isinstance(field, Sealed) for field in _within(schema())):
            sealed.add(type_)
    assert sealed == set(SEALED)


def test_detectors_are_those_of_the_ledger() -> None:
    known = (*risks.DETECTORS, *risks.OF_PURCHASES)
    assert {name: f"{name}/{version}" for name, version, _ in known} == VERSIONS
    assert set(VERSIONS) == set(DETECTORS)
    assert (WINDOW_DAYS, SHOWN) == (risks.WINDOW_DAYS, risks.SHOWN)


def test_differences_are_called_as_in_the_contracts() -> None:
    assert set(reconciliation.ABOUT) == set(KINDS)
    assert reconciliation.PAID == reconciling.PAID
    assert {name: figure.default for name, figure in FIGURES.items()} == DEFAULTS
