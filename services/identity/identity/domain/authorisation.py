"""Authorisations (授权, art. 27): on which a 政务服务管理员 acts; each is a stream."""

from datetime import date, timedelta
from typing import Final

from chassis.domain import event
from identity.domain.account import Account
from identity.domain.base import IdentityAggregate
from identity.domain.duties import GOVERNMENT_SERVICE
from identity.domain.refusals.authorisations import (
    AuthorisationDatesInvalid,
    AuthorisationOver,
    AuthorisesOneself,
    NotAnAdministrator,
)

LONGEST: Final = timedelta(days=3 * 366)
"""An authorisation is for three years at most (not Anhui law)."""


class Authorisation(IdentityAggregate):
    """The head of a department lets an account act. Legal dates, the last day included."""

    @event("Granted")
    def __init__(
        self,
        account_id: str,
        region: str,
        department: str,
        scope: list[str],
        valid_from: str,
        valid_until: str,
        document_sha256: str,
        granted_by: str,
    ) -> None:
        self.account_id = account_id
        self.region = region
        self.department = department
        self.scope = scope
        self.valid_from = valid_from
        self.valid_until = valid_until
        self.document_sha256 = document_sha256
        self.granted_by = granted_by
        self.revoked = False

    @classmethod
    def grant(
        cls,
        account: Account,
        head: Account | None,
        today: date,
        *,
        department: str,
        scope: list[str],
        valid_from: str,
        valid_until: str,
        document_sha256: str,
        granted_by: str,
    ) -> "Authorisation":
        """Authorise an account; `head` is the account of who does, where it is known.

        Raises `NotAnAdministrator`, `AuthorisesOneself`, `AuthorisationDatesInvalid`.
        """
        if GOVERNMENT_SERVICE not in account.roles or account.region is None:
            raise NotAnAdministrator
        person = None if head is None else head.officer_id
        if account.key == granted_by or (person is not None and person == account.officer_id):
            raise AuthorisesOneself
        day = today.isoformat()
        if not day <= valid_from <= valid_until <= (today + LONGEST).isoformat():
            raise AuthorisationDatesInvalid(
                valid_from=valid_from, valid_until=valid_until, today=day
            )
        return cls(
            account_id=account.key,
            region=account.region,
            department=department,
            scope=sorted(set(scope)),
            valid_from=valid_from,
            valid_until=valid_until,
            document_sha256=document_sha256,
            granted_by=granted_by,
        )

    def revoke(self, today: date, reason: str) -> None:
        """Take it back (撤销授权). Raises `AuthorisationOver`."""
        if self.revoked or self.valid_until < today.isoformat():
            raise AuthorisationOver
        self._revoked(reason)

    @event("Revoked")
    def _revoked(self, reason: str) -> None:
        self.revoked = True
