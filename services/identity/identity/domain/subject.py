"""Subjects (主体): persons and organisations behind accounts, verified, admitted (art. 21-26)."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from chassis.domain import event, stream_id
from identity.domain.age import HIGHEST_AGE, LOWEST_AGE
from identity.domain.base import IdentityAggregate
from identity.domain.refusals.admission import AgeOutOfRange
from identity.domain.refusals.cases import NotProvider
from identity.domain.refusals.verification import AlreadyRegistered
from identity.domain.renewal import Renewal

PERSON = "person"
FIRM = "firm"
INSTITUTION = "institution"

ACTIVE: Final = "active"
SUSPENDED: Final = "suspended"
EXITED: Final = "exited"


def subject_id(document_digest: str) -> str:
    """The stream of the subject with this document number, given as its keyed digest: there is one.

    So a number registers once, under any concurrency, and the number itself is nowhere.
    """
    return stream_id("subject", document_digest)


class Subject(IdentityAggregate):
    """A person or organisation whose real name was confirmed. Dates in Asia/Shanghai.

    `verified` holds until the verification lapses, and again once it is made anew. `provider` is
    the state of that role: active, suspended or exited; None for who never had it. `unclaimed` says
    that it was imported, and that no account acts for it yet.
    """

    @event("Verified")
    def __init__(
        self,
        id: UUID,  # noqa: A002
        kind: str,
        document: str,
        region: str,
        registry: str,
        outcome: str,
        renew_by: str | None = None,
    ) -> None:
        self.kind = kind
        self.document = document
        self.region = region
        self.is_user = False
        self.provider: str | None = None
        self.may_charge = False
        self.verified = True
        self.aged_out = False
        self.renew_by = renew_by
        self.reminded_of: str | None = None
        self.unclaimed = False

    @classmethod
    def confirmed(
        cls,
        key: str,
        *,
        kind: str,
        document: str,
        region: str,
        registry: str,
        renew_by: date,
        outcome: str = "match",
    ) -> "Subject":
        """A subject whose name a registry has just confirmed (实名认证, art. 26)."""
        return cls(
            id=UUID(key),
            kind=kind,
            document=document,
            region=region,
            registry=registry,
            outcome=outcome,
            renew_by=renew_by.isoformat(),
        )

    @property
    def is_provider(self) -> bool:
        """Whether it was admitted as a provider; suspended and exited ones finish their orders."""
        return self.provider is not None

    @property
    def renewal(self) -> Renewal | None:
        """The dates of the present verification; None for one from before there were any."""
        return None if self.renew_by is None else Renewal(date.fromisoformat(self.renew_by))

    def note_import(self, source: str, row: int) -> None:
        """It stood in a row of a file (批量导入), whose SHA-256 is `source`; nobody acts for it."""
        self._imported(source, row)

    def claim(self, account_id: str) -> None:
        """Its holder acts for it from now on, by an account (认领). Raises `AlreadyRegistered`."""
        if not self.unclaimed:
            raise AlreadyRegistered
        self._claimed(account_id)

    def admit_as_user(self, conditions: dict[str, Any]) -> None:
        """Admit as a user (用户, art. 25), with what was found.

        Raises `AlreadyRegistered`, and `AgeOutOfRange` for who turned sixty meanwhile.
        """
        if self.is_user:
            raise AlreadyRegistered
        if self.aged_out:
            raise AgeOutOfRange(low=LOWEST_AGE, high=HIGHEST_AGE)
        self._admitted_as_user(self.region, conditions)

    def admit_as_provider(
        self, kind: str, name: str, conditions: dict[str, Any], *, may_charge: bool
    ) -> None:
        """Admit as a provider (服务商, art. 21), likewise; again, after it exited.

        `may_charge` says whether it may ask a price (art. 14, 24). Raises `AlreadyRegistered`.
        """
        if self.provider in (ACTIVE, SUSPENDED):
            raise AlreadyRegistered
        self._admitted_as_provider(kind, name, self.region, conditions, may_charge)

    def suspend_provider(self, reason: str, ground: str) -> None:
        """Suspend the provider (暂停). `ground` is coded. Raises `NotProvider`."""
        self._require_provider(ACTIVE)
        self._suspended_as_provider(ground, reason)

    def resume_provider(self, reason: str) -> None:
        """End its suspension. Raises `NotProvider`."""
        self._require_provider(SUSPENDED)
        self._resumed_as_provider(reason)

    def exit_provider(self, reason: str) -> None:
        """Leave the platform as a provider (退出). Raises `NotProvider`."""
        self._require_provider(ACTIVE, SUSPENDED)
        self._exited_as_provider(reason)

    def check_lists(self, outcome: str) -> None:
        """Keep what the registry's lists said of a provider. Raises `NotProvider`."""
        self._require_provider(ACTIVE, SUSPENDED)
        self._lists_checked(outcome)

    def renew(self, registry: str, outcome: str, renew_by: date) -> None:
        """Verified anew, and good until a day."""
        self._reverified(registry, outcome, renew_by.isoformat())

    def announce_renewal(self) -> None:
        """Remind of the day on which it is verified anew, once for each such day."""
        if self.renewal is not None and self.reminded_of != self.renew_by:
            day, end = self.renewal.renew_by, self.renewal.lapses_on
            self._reverification_announced(day.isoformat(), end.isoformat())

    def fail_renewal(self, registry: str, outcome: str) -> None:
        """The registry did not confirm it any more; until its days of grace end it stands."""
        self._reverification_failed(registry, outcome)

    def lapse(self) -> None:
        """Its verification ended without a new one; nothing happens when it had ended before."""
        if self.verified and self.renew_by is not None:
            self._verification_lapsed(self.renew_by)

    def age_out(self, policy: str) -> None:
        """It turned sixty: no new grants (art. 25); nothing happens a second time."""
        if not self.aged_out:
            self._aged_out(policy)

    def _require_provider(self, *states: str) -> None:
        if self.provider not in states:
            raise NotProvider(state=self.provider or "-")

    @event("Imported")
    def _imported(self, source: str, row: int) -> None:
        self.unclaimed = True

    @event("Claimed")
    def _claimed(self, account_id: str) -> None:
        self.unclaimed = False

    @event("AdmittedAsUser")
    def _admitted_as_user(self, region: str, conditions: dict[str, Any]) -> None:
        self.is_user = True

    @event("AdmittedAsProvider")
    def _admitted_as_provider(
        self,
        kind: str,
        name: str,
        region: str,
        conditions: dict[str, Any],
        may_charge: bool = True,
    ) -> None:
        self.provider = ACTIVE
        self.may_charge = may_charge

    @event("SuspendedAsProvider")
    def _suspended_as_provider(self, ground: str, reason: str) -> None:
        self.provider = SUSPENDED

    @event("ResumedAsProvider")
    def _resumed_as_provider(self, reason: str) -> None:
        self.provider = ACTIVE

    @event("ExitedAsProvider")
    def _exited_as_provider(self, reason: str) -> None:
        self.provider = EXITED

    @event("ListsChecked")
    def _lists_checked(self, outcome: str) -> None:
        pass

    @event("Reverified")
    def _reverified(self, registry: str, outcome: str, renew_by: str) -> None:
        self.verified = True
        self.renew_by = renew_by

    @event("ReverificationAnnounced")
    def _reverification_announced(self, renew_by: str, lapses_on: str) -> None:
        self.reminded_of = renew_by

    @event("ReverificationFailed")
    def _reverification_failed(self, registry: str, outcome: str) -> None:
        pass

    @event("VerificationLapsed")
    def _verification_lapsed(self, renew_by: str) -> None:
        self.verified = False

    @event("AgedOut")
    def _aged_out(self, policy: str) -> None:
        self.aged_out = True
