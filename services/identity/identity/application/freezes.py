"""Use cases of frozen accounts: one step freezes all, staff lifts it (帐号被盗, art. 35)."""

from typing import Any

from chassis import context
from chassis.application import Decision
from chassis.database import Statement
from chassis.domain import Aggregate
from chassis.refusal import NotFound
from identity.application.passwords import Passwords
from identity.domain.account import Account
from identity.domain.freeze import HOLDER, RECOVERY_CODE, STAFF, FreezeCase
from identity.domain.refusals.sign_in import CodeRefused, CodeReplayed, RecoveryFailed
from identity.read_models import freezes


class Freezes(Passwords):
    """Accounts that may be in other hands."""

    def freeze_own_account(self, grounds: str) -> Decision:
        """The holder freezes it from a session."""
        return self._frozen(self.acting(), HOLDER, grounds)

    def report_stolen_account(
        self, login: str, code: str, grounds: str, address: str | None = None
    ) -> Decision:
        """The holder freezes it with a recovery code. Raises `RecoveryFailed`, `AlreadyFrozen`."""
        key = self.account_id(login)
        self.attempts.charge(key, address)
        account = self.find(Account, key)
        try:
            proof = self.prove_recovery(account, code)
        except (CodeRefused, CodeReplayed) as refusal:
            raise RecoveryFailed from refusal
        assert account is not None
        self.attempts.return_address(address)
        forgiven = self.attempts.forgiven(key)
        return self._frozen(account, RECOVERY_CODE, grounds, [proof.used], [forgiven])

    def freeze_account(self, login: str, grounds: str) -> Decision:
        """Staff freezes it. Raises `NotFound`, `NotYoursToReset`."""
        account = self.find(Account, self.account_id(login))
        if account is None:
            raise NotFound(what="account", id="-")
        self.require_may_help(account)
        return self._frozen(account, STAFF, grounds)

    def unfreeze_account(self, case_id: str, reason: str) -> Decision:
        """Staff lifts it. Raises `NotYoursToReset`, `CaseClosed`."""
        case = self.load(FreezeCase, case_id)
        account = self.load(Account, case.account_id)
        self.require_may_help(account)
        case.close(reason)
        account.unfreeze()
        return Decision(_shown(case), [case, account])

    def list_freezes(self, state: str | None, limit: int) -> list[dict[str, Any]]:
        """Cases of the caller's region."""
        return freezes.cases(self.database, context.current().region, state, limit)

    def _frozen(
        self,
        account: Account,
        by: str,
        grounds: str,
        proof: list[Aggregate] | None = None,
        statements: list[Statement] | None = None,
    ) -> Decision:
        case = FreezeCase(
            account_id=account.key,
            subject_id=account.subject_id,
            region=self.region_of(account),
            reported_by=by,
            grounds=grounds,
        )
        account.freeze(case.key)
        return Decision(_shown(case), [*(proof or []), case, account], statements or [])


def _shown(case: FreezeCase) -> dict[str, Any]:
    return {
        "id": case.key,
        "account_id": case.account_id,
        "subject_id": case.subject_id,
        "region": case.region,
        "reported_by": case.reported_by,
        "grounds": case.grounds,
        "state": "open" if case.open else "closed",
    }
