"""Use cases of staff: opening accounts, roles, the persons behind them (art. 7-9, 27)."""

from typing import Any

from chassis import clock, context
from chassis.application import Decision
from chassis.domain import Aggregate
from chassis.privacy import lookup_digest
from identity.application.accounts import Accounts
from identity.application.base import present
from identity.application.tenures import Tenures
from identity.domain.account import Account
from identity.domain.officer import Officer, officer_id
from identity.domain.refusals.staff import OwnRoles
from identity.domain.refusals.verification import IdNumberInvalid
from identity.domain.resident_id import InvalidIdNumber, ResidentId
from identity.read_models import staff


class Staff(Accounts, Tenures):
    """Who of staff holds what; duties that check one another are never in one hand."""

    def open_staff_account(
        self, login: str, password: str, role: str, region: str, id_number: str | None = None
    ) -> Decision:
        """Open an account for staff, for a person on record where `id_number` names one."""
        key = self.account_id(login)
        self.require_free(key)
        self._strength.require(password, login)
        account = Account.open_staff(key, role, region, self.tenure_for(role))
        officer = self._name(account, id_number) if id_number else []
        kept = self.hash_kept(account, password)
        return Decision(present(account, None), [account, *officer], [kept])

    def grant_role(self, account_id: str, role: str) -> Decision:
        """Grant a role. Raises `OwnRoles`, `NoTenure`, and what `Account.grant_role` does."""
        account = self._other(account_id)
        account.grant_role(role, self.tenure_for(role))
        officer = self._officer(account)
        if officer is not None:
            officer.take(account.key, role)
        return Decision(shown(account), [account, *([officer] if officer else [])])

    def revoke_role(self, account_id: str, role: str, reason: str) -> Decision:
        """Revoke a role. Raises `OwnRoles`, `RoleNotHeld`."""
        account = self._other(account_id)
        account.revoke_role(role, reason)
        officer = self._officer(account)
        if officer is not None:
            officer.lay_down(account.key, role)
        return Decision(shown(account), [account, *([officer] if officer else [])])

    def name_officer(self, account_id: str, id_number: str) -> Decision:
        """Record who uses an account. Raises `OfficerNamed`, `DutiesClash`, `IdNumberInvalid`."""
        account = self._other(account_id)
        officer = self._name(account, id_number)
        return Decision(shown(account), [account, *officer])

    def list_staff(self, **values: Any) -> list[dict[str, Any]]:
        """Staff accounts."""
        return staff.accounts(self.database, **values)

    def _other(self, account_id: str) -> Account:
        if account_id == context.current().actor:
            raise OwnRoles
        return self.load(Account, account_id)

    def _officer(self, account: Account) -> Officer | None:
        return self.load(Officer, account.officer_id) if account.officer_id else None

    def _name(self, account: Account, id_number: str) -> list[Aggregate]:
        try:
            number = ResidentId.parse(id_number, clock.legal_date()).number
        except InvalidIdNumber as fault:
            raise IdNumberInvalid(
                reason=fault.reason.value, reason_zh=fault.zh, reason_en=fault.en
            ) from fault
        key = officer_id(lookup_digest(self._lookup, "officer", number))
        account.name_officer(key)
        officer = self.find(Officer, key) or Officer.record(key)
        for role in account.roles:
            officer.take(account.key, role)
        return [officer]


def shown(account: Account) -> dict[str, Any]:
    """A staff account as `StaffView` shows it."""
    return {
        "account_id": account.key,
        "roles": sorted(account.roles),
        "region": account.region,
        "named": account.officer_id is not None,
        "second_factor": account.enrolment is not None,
    }
