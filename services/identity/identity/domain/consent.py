"""Consents (授权同意, art. 36): who may see which personal data, for what, until when."""

from collections.abc import Collection
from datetime import date
from typing import Final

from chassis.domain import event
from identity.domain.base import IdentityAggregate
from identity.domain.refusals.consent import (
    ConsentEnded,
    ConsentExpired,
    ConsentNotForThis,
    ConsentOver,
)

EDITING: Final = "editing"
"""The purpose that lets staff correct data on the user's behalf."""

PURPOSES: Final = (
    "service-delivery", "policy-application", "verification", "complaint", EDITING,
)  # fmt: skip


def recipients(role: str | None, subject: str | None) -> set[str]:
    """As whom somebody may receive: in their role, or as the subject they act for."""
    return {f"role:{role}"} | ({f"subject:{subject}"} if subject else set())


class Consent(IdentityAggregate):
    """One consent of one subject. `given_to` is `role:<role>` or `subject:<id>`."""

    @event("Given")
    def __init__(
        self, subject: str, given_to: str, purpose: str, scope: list[str], valid_until: str
    ) -> None:
        self.subject = subject
        self.given_to = given_to
        self.purpose = purpose
        self.scope = scope
        self.valid_until = valid_until
        self.withdrawn = False

    @classmethod
    def give(
        cls,
        subject: str,
        given_to: str,
        purpose: str,
        scope: list[str],
        valid_until: str,
        today: date,
    ) -> "Consent":
        """Give a consent that ends after the legal date `valid_until`. Raises `ConsentOver`."""
        if valid_until < today.isoformat():
            raise ConsentOver(valid_until=valid_until)
        return cls(
            subject=subject,
            given_to=given_to,
            purpose=purpose,
            scope=sorted(set(scope)),
            valid_until=valid_until,
        )

    def withdraw(self) -> None:
        """Take it back (撤回); what was done under it stays done. Raises `ConsentEnded`."""
        if self.withdrawn:
            raise ConsentEnded(consent=self.key)
        self._withdrawn(self.subject)

    def require(
        self, subject: str, who: set[str], purpose: str | None, scope: Collection[str], today: date
    ) -> None:
        """Raise unless it lets one of `who` have these fields of this subject today.

        `purpose` None stands for any but `editing`. Raises `ConsentNotForThis` (naming what does
        not fit), `ConsentEnded`, `ConsentExpired`.
        """
        fits = {
            "subject": subject == self.subject,
            "given_to": self.given_to in who,
            "purpose": self.purpose == purpose if purpose else self.purpose != EDITING,
            "scope": set(scope) <= set(self.scope),
        }
        if unfit := [name for name, fit in fits.items() if not fit]:
            raise ConsentNotForThis(consent=self.key, unfit=", ".join(unfit))
        if self.withdrawn:
            raise ConsentEnded(consent=self.key)
        if self.valid_until < today.isoformat():
            raise ConsentExpired(consent=self.key, valid_until=self.valid_until)

    @event("Withdrawn")
    def _withdrawn(self, subject: str) -> None:
        self.withdrawn = True
