"""Accounts (帐号): what somebody signs in to, and the one subject that it acts for."""

from typing import Final
from uuid import UUID

from chassis.domain import event, stream_id
from identity.domain import regions
from identity.domain.base import IdentityAggregate
from identity.domain.refusals.accounts import LinkedToAnother, RegionUnfit, StaffAccount

BUREAU: Final = "bureau"
"""The one staff role below the province (art. 9)."""


def account_id(login_digest: str) -> str:
    """The stream of the account with this login, given as its keyed digest: there is one."""
    return stream_id("account", login_digest)


def staff_region_fits(role: str, region: str) -> bool:
    """Whether a staff role fits a region: bureaus below the province, all others in it."""
    if role == BUREAU:
        return regions.city_of(region) is not None
    return region == regions.ANHUI.code


class Account(IdentityAggregate):
    """An account. The login is in none of its events; the password's hash in a table of its own."""

    @event("Opened")
    def __init__(self, id: UUID, role: str | None, region: str | None) -> None:  # noqa: A002
        self.role = role
        self.region = region
        self.subject_id: str | None = None

    @classmethod
    def open(cls, key: str) -> "Account":
        """Open an account for anybody (注册帐号)."""
        return cls(id=UUID(key), role=None, region=None)

    @classmethod
    def open_staff(cls, key: str, role: str, region: str) -> "Account":
        """Open an account for staff (工作人员帐号). Raises `RegionUnfit`."""
        if not staff_region_fits(role, region):
            raise RegionUnfit(role=role, region=region)
        return cls(id=UUID(key), role=role, region=region)

    def may_act_for(self, subject_id: str) -> None:
        """Raise `StaffAccount` or `LinkedToAnother` where it cannot act for this subject."""
        if self.role is not None:
            raise StaffAccount
        if self.subject_id not in (None, subject_id):
            raise LinkedToAnother

    def link(self, subject_id: str) -> None:
        """Act for a subject from now on; nothing happens where it does so already."""
        self.may_act_for(subject_id)
        if self.subject_id is None:
            self._linked(subject_id)

    @event("Linked")
    def _linked(self, subject_id: str) -> None:
        self.subject_id = subject_id
