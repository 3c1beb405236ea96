"""What a caller stands on: tenure, authorisation, standing, region.

It is asked within the decision, by one read by a key. A refusal is an outcome, and where the
contract says so an entry that says who tried; a decision says how far identity's log had been seen
when it was guarded.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from chassis import authorisation, region_scope, standing, tenure
from chassis.application import Application
from chassis.context import Context
from chassis.contract import Command, Contract
from chassis.refusal import RoleRequired

SYSTEM = "system:"
"""Actors of this prefix are services; the gateway never passes one on."""


def guard(contract: type[Contract], who: Context) -> None:
    """Refuse an actor whose role may not ask this; services may ask anything."""
    if who.actor.startswith(SYSTEM) or contract.public:
        return
    if contract.allowed and who.role not in contract.allowed:
        raise RoleRequired(sorted(contract.allowed))


@contextmanager
def guarded(
    application: Application,
    contract: type[Command],
    who: Context,
    values: Mapping[str, Any] = MappingProxyType({}),
) -> Iterator[Mapping[str, int]]:
    """Decide what somebody asks for, if they may; gives the position of identity's log.

    Raises `OutsideTenure`, `AuthorisationRequired`, `AuthorisationNotInForce`, `OutOfScope`,
    `AccountFrozen`, `NotVerified`, `Blacklisted`, `AgreementUnsigned`, `OutsideRegion`.
    """
    if region_scope.guards(contract, who):
        region_scope.require(application, contract, who, values)
    if tenure.guards(contract, who):
        yield tenure.require(application.database, who)
    elif authorisation.guards(contract, who):
        yield authorisation.require(application.database, contract, who)
    elif standing.guards(contract, who) and application.log != tenure.IDENTITY:
        with standing.guarded(application.database, contract, who) as seen:
            yield seen
    else:
        yield {}
