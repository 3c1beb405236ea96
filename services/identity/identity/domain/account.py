"""Accounts (帐号): what somebody signs in to, and the one subject that it acts for."""

from typing import Final
from uuid import UUID

from chassis.domain import event, stream_id
from identity.domain.base import IdentityAggregate
from identity.domain.duties import clashing, region_fits
from identity.domain.refusals.accounts import LinkedToAnother, RegionUnfit, StaffAccount
from identity.domain.refusals.freezes import AlreadyFrozen
from identity.domain.refusals.second_factor import (
    NothingToConfirm,
    SecondFactorMissing,
    SecondFactorRequired,
)
from identity.domain.refusals.staff import (
    DutiesClash,
    NotStaff,
    OfficerNamed,
    RoleHeld,
    RoleNotHeld,
)

HOLDER: Final = "holder"
RECOVERY_CODE: Final = "recovery-code"
TWO_PERSONS: Final = "two-persons"
"""How a password came to be changed: by its holder, with a recovery code, by two of staff."""


def account_id(login_digest: str) -> str:
    """The stream of the account with this login, given as its keyed digest: there is one."""
    return stream_id("account", login_digest)


class Account(IdentityAggregate):
    """An account. No event holds its login; the password's hash is in a table of its own.

    `epoch` moves on whenever all sessions end at once, `key_epoch` whenever all API keys do: what
    was opened in an earlier one has ended, also what was being opened at that moment.
    """

    @event("Opened")
    def __init__(self, id: UUID, staff: bool, region: str | None) -> None:  # noqa: A002
        self.staff = staff
        self.region = region
        self.roles: dict[str, str | None] = {}
        self.officer_id: str | None = None
        self.subject_id: str | None = None
        self.epoch = 0
        self.key_epoch = 0
        self.offered: str | None = None
        self.enrolment: str | None = None
        self.recovery_batch: str | None = None
        self.case_id: str | None = None

    @classmethod
    def open(cls, key: str) -> "Account":
        """Open an account for anybody (注册帐号)."""
        return cls(id=UUID(key), staff=False, region=None)

    @classmethod
    def open_staff(
        cls, key: str, role: str, region: str, tenure_id: str | None = None
    ) -> "Account":
        """Open an account for staff (工作人员帐号). Raises as `grant_role` does."""
        account = cls(id=UUID(key), staff=True, region=region)
        account.grant_role(role, tenure_id)
        return account

    @property
    def frozen(self) -> bool:
        """Whether nothing can be done in it (冻结)."""
        return self.case_id is not None

    @property
    def must_enrol(self) -> bool:
        """Whether it needs a second factor and has none yet."""
        return self.staff and self.enrolment is None

    def may_act_for(self, subject_id: str) -> None:
        """Raise `StaffAccount` or `LinkedToAnother` where it cannot act for this subject."""
        if self.staff:
            raise StaffAccount
        if self.subject_id not in (None, subject_id):
            raise LinkedToAnother

    def link(self, subject_id: str) -> None:
        """Act for a subject from now on; nothing happens where it does so already."""
        self.may_act_for(subject_id)
        if self.subject_id is None:
            self._linked(subject_id)

    def unlink(self) -> None:
        """Act for nobody any more: the organisation took the account out."""
        assert self.subject_id is not None
        self._unlinked(self.subject_id)

    # staff: roles, and the person behind them

    def grant_role(self, role: str, tenure_id: str | None = None) -> None:
        """Grant a role (授予身份); an operator's is that of one tenure (运营期).

        Raises `NotStaff`, `RoleHeld`, `RegionUnfit`, `DutiesClash`.
        """
        if not self.staff or self.region is None:
            raise NotStaff
        if role in self.roles and self.roles[role] == tenure_id:
            raise RoleHeld(role=role)
        if not region_fits(role, self.region):
            raise RegionUnfit(role=role, region=self.region)
        if other := clashing(self.roles, role):
            raise DutiesClash(role=role, held=other, who="account")
        self._role_granted(role, tenure_id)

    def revoke_role(self, role: str, reason: str) -> None:
        """Revoke a role (撤销身份). Raises `RoleNotHeld`."""
        if role not in self.roles:
            raise RoleNotHeld(role=role)
        self._role_revoked(role, reason)

    def name_officer(self, officer_id: str) -> None:
        """Say which person uses the account (登记使用人). Raises `NotStaff`, `OfficerNamed`."""
        if not self.staff:
            raise NotStaff
        if self.officer_id is not None:
            raise OfficerNamed
        self._officer_named(officer_id)

    # the password, and all sessions at once

    def change_password(self, how: str, kept: str | None = None) -> None:
        """Note a new password (修改口令): every session ends but the one that is `kept`.

        Unless the holder changed it, every API key is void too.
        """
        self._password_changed(how, kept)

    def end_sessions(self, kept: str | None) -> None:
        """Sign out everywhere (全部退出), but in the session that is `kept`."""
        self._sessions_ended(kept)

    def sign_ins_failed(self, failures: int, replayed: int, locked_until: str | None) -> None:
        """Sum up attempts that failed; `replayed` of them used a code for the second time."""
        self._sign_ins_failed(failures, replayed, locked_until)

    def release_lock(self, reason: str) -> None:
        """Lift a lock of signing in (解除登录锁定)."""
        self._lock_released(reason)

    def freeze(self, case_id: str) -> None:
        """Freeze it: every session and API key ends. Raises `AlreadyFrozen`."""
        if self.frozen:
            raise AlreadyFrozen
        self._frozen(case_id, self.subject_id)

    def unfreeze(self) -> None:
        """Lift the freeze; who signs in again is its holder."""
        if self.case_id is not None:
            self._unfrozen(self.case_id, self.subject_id)

    # the second factor

    def offer_second_factor(self, enrolment: str) -> str:
        """Begin to set up a second factor; gives the enrolment that is under way, if there is."""
        if self.offered is None:
            self._second_factor_offered(enrolment)
        assert self.offered is not None
        return self.offered

    def offered_second_factor(self) -> str:
        """The enrolment that waits for its first code. Raises `NothingToConfirm`."""
        if self.offered is None:
            raise NothingToConfirm
        return self.offered

    def confirm_second_factor(self) -> None:
        """A first code was right: it is needed from now on. Raises `NothingToConfirm`."""
        self._second_factor_confirmed(self.offered_second_factor())

    def removable_second_factor(self) -> str:
        """The enrolment, to remove. Raises `SecondFactorRequired`, `SecondFactorMissing`."""
        if self.staff:
            raise SecondFactorRequired
        if self.enrolment is None:
            raise SecondFactorMissing
        return self.enrolment

    def remove_second_factor(self) -> None:
        """Sign in with the password alone; the recovery codes are void. Raises as above."""
        self._second_factor_removed(self.removable_second_factor())

    def lose_second_factor(self) -> None:
        """Its device is lost: it has to be set up anew; the recovery codes are void too."""
        if self.enrolment is not None or self.recovery_batch is not None:
            self._second_factor_removed(self.enrolment)

    def issue_recovery_codes(self, batch: str, count: int) -> None:
        """New recovery codes; those of an earlier batch are void."""
        self._recovery_codes_issued(batch, count)

    @event("Linked")
    def _linked(self, subject_id: str) -> None:
        self.subject_id = subject_id

    @event("Unlinked")
    def _unlinked(self, subject_id: str) -> None:
        self.subject_id = None

    @event("RoleGranted")
    def _role_granted(self, role: str, tenure_id: str | None) -> None:
        self.roles[role] = tenure_id

    @event("RoleRevoked")
    def _role_revoked(self, role: str, reason: str) -> None:
        del self.roles[role]

    @event("OfficerNamed")
    def _officer_named(self, officer_id: str) -> None:
        self.officer_id = officer_id

    @event("PasswordChanged")
    def _password_changed(self, how: str, kept: str | None) -> None:
        self.epoch += 1
        if how != HOLDER:
            self.key_epoch += 1

    @event("SessionsEnded")
    def _sessions_ended(self, kept: str | None) -> None:
        self.epoch += 1

    @event("Frozen")
    def _frozen(self, case_id: str, subject_id: str | None) -> None:
        self.case_id = case_id
        self.epoch += 1
        self.key_epoch += 1

    @event("Unfrozen")
    def _unfrozen(self, case_id: str, subject_id: str | None) -> None:
        self.case_id = None

    @event("SignInsFailed")
    def _sign_ins_failed(self, failures: int, replayed: int, locked_until: str | None) -> None:
        pass

    @event("LockReleased")
    def _lock_released(self, reason: str) -> None:
        pass

    @event("SecondFactorOffered")
    def _second_factor_offered(self, enrolment: str) -> None:
        self.offered = enrolment

    @event("SecondFactorConfirmed")
    def _second_factor_confirmed(self, enrolment: str) -> None:
        self.enrolment = enrolment
        self.offered = None

    @event("SecondFactorRemoved")
    def _second_factor_removed(self, enrolment: str | None) -> None:
        self.enrolment = None
        self.recovery_batch = None

    @event("RecoveryCodesIssued")
    def _recovery_codes_issued(self, batch: str, count: int) -> None:
        self.recovery_batch = batch
