"""Every service guards what is done in it by what identity publishes of who may act."""

import pytest

from chassis.bus.host import deployables
from chassis.standing import LEARNT, PARTIES
from chassis.tenure import OPERATOR
from identity.application import Identity
from schemas import roles
from schemas.registry import EVENTS
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


def test_roles_are_called_as_in_the_contracts() -> None:
    assert OPERATOR == roles.OPERATOR
    assert {roles.USER, roles.PROVIDER} == PARTIES
