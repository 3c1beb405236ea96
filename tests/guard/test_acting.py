"""Every service guards what is done in it by what identity publishes of who may act."""

import pytest

from chassis.authorisation import GOVERNMENT_SERVICE
from chassis.authorisation import LEARNT as AUTHORISATIONS
from chassis.bus.host import deployables
from chassis.contract import Command
from chassis.standing import LEARNT, PARTIES
from chassis.tenure import OPERATOR
from identity.application import Identity
from oversight.domain.rules.authorisations import SCOPE_OF
from schemas import roles
from schemas.identity.authorisations import SCOPES
from schemas.registry import CONTRACTS, EVENTS
from tests.guard.test_events import policies

TENURES = {type_ for type_ in EVENTS if type_.startswith("identity.OperatorTenure")}
SERVICES = {name for name, each in deployables().items() if each.migrations is not None}


@pytest.mark.article(7)
def test_every_service_learns_of_every_step_of_a_tenure() -> None:
    learnt = {service: found.types for service, found in policies().items()}
    learnt["identity"] = Identity.projector.types
    assert learnt.keys() == SERVICES
    for service, types in learnt.items():
        assert types >= TENURES, service


@pytest.mark.article(26, 28, 35)
def test_every_service_that_follows_identity_learns_how_subjects_stand() -> None:
    for service, found in policies().items():
        if "identity" in found.logs:
            assert found.types >= LEARNT, service


@pytest.mark.article(27)
def test_every_service_learns_of_authorisations_and_every_such_command_says_its_scope() -> None:
    learnt = {service: found.types for service, found in policies().items()}
    learnt["identity"] = Identity.projector.types
    for service, types in learnt.items():
        assert types >= AUTHORISATIONS, service
    scoped = {
        contract.authorised_as
        for contract in CONTRACTS
        if issubclass(contract, Command) and roles.GOVERNMENT_SERVICE in contract.allowed
    }
    assert scoped == set(SCOPES)
    assert set(SCOPE_OF.values()) == set(SCOPES)
    assert GOVERNMENT_SERVICE == roles.GOVERNMENT_SERVICE


def test_roles_are_called_as_in_the_contracts() -> None:
    assert OPERATOR == roles.OPERATOR
    assert {roles.USER, roles.PROVIDER} == PARTIES
