"""The blacklist (黑名单, art. 28): one entry of one subject is a stream; they are numbered."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from chassis.domain import event, stream_id
from identity.domain.base import IdentityAggregate
from identity.domain.refusals.blacklist import (
    AppealMissing,
    AppealTooLate,
    AppealTwice,
    BlacklistedAlready,
    BlacklistingOver,
    DecidedByTheSame,
    EndInvalid,
    ReferredAlready,
)

ENTERED: Final = "entered"
APPEALED: Final = "appealed"
UPHELD: Final = "upheld"
LIFTED: Final = "lifted"
ENDED: Final = "ended"

APPEAL_DAYS: Final = 15
"""Days in which a subject may appeal, after the day of the entry (not Anhui law)."""

DECIDE_DAYS: Final = 15
"""Days in which an appeal is decided, after the day on which it was made (not Anhui law)."""

LONGEST: Final = timedelta(days=3 * 366)
"""An entry is for three years at most (not Anhui law)."""


def blacklisting_id(subject: str, number: int) -> str:
    """The stream of a subject's n-th entry: two that are made at once are the same one."""
    return stream_id("blacklisting", subject, str(number))


class Blacklisting(IdentityAggregate):
    """An entry. Legal dates in Asia/Shanghai, the last day included."""

    @event("Entered")
    def __init__(  # noqa: PLR0913 - what an entry says
        self,
        id: UUID,  # noqa: A002
        number: int,
        subject_id: str,
        region: str,
        grounds: str,
        reason: str,
        evidence_sha256: str,
        entered_on: str,
        until: str,
        appeal_by: str,
        entered_by: str,
    ) -> None:
        self.number = number
        self.subject_id = subject_id
        self.region = region
        self.grounds = grounds
        self.reason = reason
        self.evidence_sha256 = evidence_sha256
        self.entered_on = entered_on
        self.until = until
        self.appeal_by = appeal_by
        self.entered_by = entered_by
        self.state = ENTERED
        self.decide_by: str | None = None
        self.referred_to: str | None = None

    @classmethod
    def enter(
        cls,
        before: "Blacklisting | None",
        today: date,
        *,
        subject_id: str,
        region: str,
        grounds: str,
        reason: str,
        evidence_sha256: str,
        until: str,
        entered_by: str,
    ) -> "Blacklisting":
        """Put a subject on the list; `before` is its last entry, if there was any.

        Raises `BlacklistedAlready`, `EndInvalid`.
        """
        if before is not None and before.stands:
            raise BlacklistedAlready(until=before.until)
        if not today.isoformat() <= until <= (today + LONGEST).isoformat():
            raise EndInvalid(until=until)
        number = before.number + 1 if before is not None else 1
        return cls(
            id=UUID(blacklisting_id(subject_id, number)),
            number=number,
            subject_id=subject_id,
            region=region,
            grounds=grounds,
            reason=reason,
            evidence_sha256=evidence_sha256,
            entered_on=today.isoformat(),
            until=until,
            appeal_by=(today + timedelta(days=APPEAL_DAYS)).isoformat(),
            entered_by=entered_by,
        )

    @property
    def stands(self) -> bool:
        """Whether it has its effects: until it is lifted, or said to have ended."""
        return self.state not in (LIFTED, ENDED)

    def appeal(self, today: date, statement_sha256: str) -> None:
        """Appeal. Raises `BlacklistingOver`, `AppealTwice`, `AppealTooLate`."""
        self._require_standing()
        if self.state != ENTERED:
            raise AppealTwice
        if today.isoformat() > self.appeal_by:
            raise AppealTooLate(appeal_by=self.appeal_by)
        self._appealed(statement_sha256, (today + timedelta(days=DECIDE_DAYS)).isoformat())

    def decide(self, decider: str, lift: bool, reason: str) -> None:
        """Decide an appeal. Raises `BlacklistingOver`, `AppealMissing`, `DecidedByTheSame`."""
        self._require_standing()
        if self.state != APPEALED:
            raise AppealMissing
        if decider == self.entered_by:
            raise DecidedByTheSame
        self._appeal_decided(self.subject_id, lift, reason, decider)

    def refer(self, authority: str, reason: str, document_sha256: str) -> None:
        """Refer it to the judiciary. Raises `BlacklistingOver` (lifted), `ReferredAlready`."""
        if self.state == LIFTED:
            raise BlacklistingOver(state=self.state)
        if self.referred_to is not None:
            raise ReferredAlready(authority=self.referred_to)
        self._referred(authority, reason, document_sha256)

    def end(self, today: date) -> None:
        """End it once its last day is past; nothing happens before, or to one that is over."""
        if self.stands and self.until < today.isoformat():
            self._ended(self.subject_id)

    def _require_standing(self) -> None:
        if not self.stands:
            raise BlacklistingOver(state=self.state)

    @event("Appealed")
    def _appealed(self, statement_sha256: str, decide_by: str) -> None:
        self.state = APPEALED
        self.decide_by = decide_by

    @event("AppealDecided")
    def _appeal_decided(self, subject_id: str, lift: bool, reason: str, decided_by: str) -> None:
        self.state = LIFTED if lift else UPHELD

    @event("Referred")
    def _referred(self, authority: str, reason: str, document_sha256: str) -> None:
        self.referred_to = authority

    @event("Ended")
    def _ended(self, subject_id: str) -> None:
        self.state = ENDED
