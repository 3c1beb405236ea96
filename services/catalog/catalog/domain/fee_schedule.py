"""Fee schedules (收费标准及利润分配方案, art. 15): operator and provider agree, version by version.

    proposed ─┬─▶ signed     (by the other side, as it was read; holds from its date on)
              ├─▶ declined   (by the other side)
              └─▶ withdrawn  (by its own side)

A proposal is its side's signature. One waits at a time. What both signed is never changed: a later
version takes its place from its own date on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from catalog.domain.base import CatalogAggregate
from catalog.domain.fee_refusals import (
    AnotherIsWaiting,
    ContentDiffers,
    NotWaiting,
    OfTheOtherSide,
    OneSignsForBoth,
    Retroactive,
)
from chassis.domain import event, stream_id

RULE_VERSION: Final = "fee-schedule/1"
OPERATOR, PROVIDER = "operator", "provider"
IN_FORCE_SINCE: Final = "2018-01-01"
"""The Measures (art. 40): nothing takes effect before."""


def fee_schedule_id(provider: str) -> str:
    """The stream of a provider's versions."""
    return stream_id("fee-schedule", provider)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a version says: the operator's part of a price in basis points, from a legal date on."""

    rate_bp: int
    rates: Mapping[str, int]
    valid_from: str

    def require_to_come(self, today: date) -> None:
        """Nothing that was agreed today holds for yesterday. Raises `Retroactive`."""
        earliest = max(today.isoformat(), IN_FORCE_SINCE)
        if self.valid_from < earliest:
            raise Retroactive(valid_from=self.valid_from, today=earliest)


@dataclass(slots=True)
class Version:
    """A version: what it says, who proposed it, and what became of it."""

    number: int
    side: str
    signer: str
    terms: Terms
    content_sha256: str
    state: str = "proposed"
    reason: str | None = None


class FeeSchedule(CatalogAggregate):
    """All versions of one provider's fee schedule."""

    @event("Opened")
    def __init__(self, provider: str) -> None:
        self.provider = provider
        self.versions: list[Version] = []

    @staticmethod
    def create_id(provider: str) -> UUID:
        """One stream per provider."""
        return UUID(fee_schedule_id(provider))

    @property
    def next_number(self) -> int:
        """Of the version that is proposed next."""
        return len(self.versions) + 1

    @property
    def latest(self) -> Version:
        """The version that was proposed last."""
        return self.versions[-1]

    def propose(
        self, side: str, signer: str, terms: Terms, content_sha256: str, today: date
    ) -> None:
        """Propose a version (拟定), of this digest. Raises `Retroactive`, `AnotherIsWaiting`."""
        terms.require_to_come(today)
        if self.versions and self.latest.state == "proposed":
            raise AnotherIsWaiting(number=self.latest.number)
        self._proposed(
            self.next_number,
            side,
            signer,
            terms.rate_bp,
            dict(terms.rates),
            terms.valid_from,
            content_sha256,
        )

    def sign(self, side: str, signer: str, number: int, content_sha256: str, today: date) -> None:
        """Sign what the other side proposed (签署), as it was read.

        Raises `NotWaiting`, `OfTheOtherSide`, `OneSignsForBoth`, `ContentDiffers`, `Retroactive`.
        """
        version = self._of_the_other(side, number)
        if signer == version.signer:
            raise OneSignsForBoth
        if content_sha256 != version.content_sha256:
            raise ContentDiffers(expected=version.content_sha256, given=content_sha256)
        version.terms.require_to_come(today)
        self._signed(number, side, signer, content_sha256)

    def decline(self, side: str, number: int, reason: str) -> None:
        """Decline what the other side proposed. Raises `NotWaiting`, `OfTheOtherSide`."""
        self._of_the_other(side, number)
        self._declined(number, side, reason)

    def withdraw(self, side: str, number: int) -> None:
        """Withdraw what one's own side proposed. Raises `NotWaiting`, `OfTheOtherSide`."""
        if self._waiting(number).side != side:
            raise OfTheOtherSide(side=self.latest.side)
        self._withdrawn(number, side)

    def _waiting(self, number: int) -> Version:
        if not self.versions or self.latest.number != number or self.latest.state != "proposed":
            raise NotWaiting(number=number)
        return self.latest

    def _of_the_other(self, side: str, number: int) -> Version:
        version = self._waiting(number)
        if version.side == side:
            raise OfTheOtherSide(side=PROVIDER if side == OPERATOR else OPERATOR)
        return version

    @event("Proposed")
    def _proposed(
        self,
        number: int,
        side: str,
        signer: str,
        rate_bp: int,
        rates: dict[str, int],
        valid_from: str,
        content_sha256: str,
    ) -> None:
        terms = Terms(rate_bp, rates, valid_from)
        self.versions.append(Version(number, side, signer, terms, content_sha256))

    @event("Signed")
    def _signed(self, number: int, side: str, signer: str, content_sha256: str) -> None:
        self.latest.state = "signed"

    @event("Declined")
    def _declined(self, number: int, side: str, reason: str) -> None:
        self.latest.state, self.latest.reason = "declined", reason

    @event("Withdrawn")
    def _withdrawn(self, number: int, side: str) -> None:
        self.latest.state = "withdrawn"
