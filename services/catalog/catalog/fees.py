"""The use cases of fee schedules (收费方案): propose, sign, decline, withdraw (art. 6, 15)."""

from hashlib import sha256
from typing import Any, ClassVar

from catalog.domain.fee_refusals import NoFeesOfProvider, NotPartyToFees, NotWaiting
from catalog.domain.fee_schedule import (
    OPERATOR,
    PROVIDER,
    RULE_VERSION,
    FeeSchedule,
    Terms,
    Version,
    fee_schedule_id,
)
from catalog.projections import PROJECTOR
from chassis import clock, context, standing
from chassis.application import Application, Decision
from chassis.canonical import canonical
from chassis.projection import Projector
from schemas import roles


class Fees(Application):
    """Which part of a price is the operator's, by agreement with each provider."""

    log = "catalog"
    projector: ClassVar[Projector] = PROJECTOR

    def propose_fee_schedule(
        self, provider: str, rate_bp: int, rates: dict[str, int], valid_from: str
    ) -> Decision:
        """One side proposes a version to the other."""
        side = _side(provider)
        seen = self._chargeable(provider)
        schedule = self.find(FeeSchedule, fee_schedule_id(provider)) or FeeSchedule(
            provider=provider
        )
        terms = Terms(rate_bp, rates, valid_from)
        digest = content_digest(provider, schedule.next_number, terms)
        schedule.propose(side, context.current().actor, terms, digest, clock.legal_date())
        return _decided(schedule, seen)

    def sign_fee_schedule(self, provider: str, number: int, content_sha256: str) -> Decision:
        """The other side signs it: it holds from its date on."""
        side, schedule = _side(provider), self._schedule(provider, number)
        seen = self._chargeable(provider)
        actor, today = context.current().actor, clock.legal_date()
        schedule.sign(side, actor, number, content_sha256, today)
        return _decided(schedule, seen)

    def decline_fee_schedule(self, provider: str, number: int, reason: str) -> Decision:
        """The other side declines it."""
        side, schedule = _side(provider), self._schedule(provider, number)
        schedule.decline(side, number, reason)
        return _decided(schedule, {})

    def withdraw_fee_schedule(self, provider: str, number: int) -> Decision:
        """Its own side withdraws it."""
        side, schedule = _side(provider), self._schedule(provider, number)
        schedule.withdraw(side, number)
        return _decided(schedule, {})

    def _schedule(self, provider: str, number: int) -> FeeSchedule:
        """Raises `NotWaiting` where nothing was ever proposed."""
        schedule = self.find(FeeSchedule, fee_schedule_id(provider))
        if schedule is None:
            raise NotWaiting(number=number)
        return schedule

    def _chargeable(self, provider: str) -> dict[str, int]:
        """How far identity's log was seen. Raises `NoFeesOfProvider`."""
        found = standing.read(self.database, provider)
        if not found.may_provide or not found.may_charge:
            raise NoFeesOfProvider
        return found.relied_on


def _side(provider: str) -> str:
    """The side of the caller. Raises `NotPartyToFees`."""
    who = context.current()
    if who.role == roles.OPERATOR:
        return OPERATOR
    if who.subject != provider:
        raise NotPartyToFees
    return PROVIDER


def content_digest(provider: str, number: int, terms: Terms) -> str:
    """What both sides sign: SHA-256 (hex) over all that a version says, in canonical JSON."""
    content = {
        "provider": provider,
        "number": number,
        "rate_bp": terms.rate_bp,
        "rates": dict(terms.rates),
        "valid_from": terms.valid_from,
    }
    return sha256(canonical(content)).hexdigest()


def _decided(schedule: FeeSchedule, seen: dict[str, int]) -> Decision:
    view = present_fees(schedule.provider, schedule.latest)
    return Decision(view, [schedule], rule_version=RULE_VERSION, seen=seen)


def present_fees(provider: str, version: Version) -> dict[str, Any]:
    """A version as `FeeScheduleView` shows it."""
    return {
        "provider": provider,
        "number": version.number,
        "side": version.side,
        "rate_bp": version.terms.rate_bp,
        "rates": dict(version.terms.rates),
        "valid_from": version.terms.valid_from,
        "content_sha256": version.content_sha256,
        "state": version.state,
        "reason": version.reason,
    }
