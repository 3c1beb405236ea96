"""A stateful model of admission: whatever comes in whatever order, cases and roles are as it says.

Somebody applies as a provider of one of the four kinds, or as a user, by rule or with papers that
staff review; writes drafts, gives a wrong name, is put on a list, is suspended, leaves; the
registry goes away and comes back; months pass. After each step the service must say of the case,
the provider and the roles what the model says.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as profile
from hypothesis.stateful import (
    run_state_machine_as_test,
)

from authorities.synthetic import (
    ORDINARY_FIRMS,
    Population,
    population,
)
from chassis.settings import Settings
from identity.application import Identity
from identity.registries import Registries
from identity.registries.breaker import Breaker
from services.identity.tests.admissions import (
    NOBODY,
    Admissions,
    Agencies,
    Applicant,
    Experts,
    Users,
)
from services.identity.tests.conftest import Desk, Move, Simulator
from services.identity.tests.test_account_life_cycle import QuickHasher


@pytest.fixture(scope="session")
def world() -> Population:
    return population(person_count=120, firm_count=120, agency_count=32)


def applicants(machine: type[Admissions], world: Population) -> Iterator[Applicant]:
    """Nobody special, and nobody old: years pass."""
    if machine is Admissions:
        return iter(world.firms[ORDINARY_FIRMS:])
    if machine is Agencies:
        return (each for each in world.agencies if each.kind == "public-institution")
    return (each for each in world.persons[8:] if each.birth_date.year > 1985)


@pytest.fixture
def quick(settings: Settings, simulator: Simulator) -> Iterator[Desk]:
    """A desk that hashes quickly, and always asks the registries, once."""
    asked = Registries(simulator.url, 60, pauses=(), breaker=lambda: Breaker(10**9))
    application = Identity(settings, hasher=QuickHasher(), registries=asked)
    yield Desk(application)
    application.close()


@pytest.mark.article(21, 22, 23, 26)
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("machine", "examples"), [(Admissions, 20), (Agencies, 8), (Experts, 8), (Users, 8)]
)
def test_admissions_live_as_the_model_says(
    machine: type[Admissions],
    examples: int,
    quick: Desk,
    simulator: Simulator,
    world: Population,
    at_noon: Move,
) -> None:
    shared: dict[str, Any] = {"desk": quick, "simulator": simulator}
    shared["move"] = staticmethod(at_noon)
    shared["applicants"] = applicants(machine, world)
    run_state_machine_as_test(
        type("Machine", (machine,), shared),
        settings=profile(
            max_examples=examples,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # what fails is another firm each time: nothing to shrink
        ),
    )
    text = "".join(entry.text for entry in quick.log())
    assert NOBODY not in text
