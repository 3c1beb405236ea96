"""Use cases of the second factor and of recovery codes (动态口令、恢复码)."""

from typing import Any

from chassis.application import Decision
from chassis.domain import new_id
from identity.application.sessions import Sessions
from identity.authenticators import RECOVERY_CODES, view_of
from identity.domain.account import Account
from identity.domain.refusals.accounts import NotSignedIn
from identity.domain.session import Session
from identity.domain.used_code import TOTP
from identity.read_models import sign_in


class SecondFactors(Sessions):
    """Setting up, confirming and removing the second factor; recovery codes."""

    def enrol_second_factor(self, password: str) -> Decision:
        """Begin to set one up, or a new one; what was begun before goes on."""
        account = self.acting()
        forgiven = self.prove_password(account, password)
        fresh = new_id()
        enrolment = account.offer_second_factor(fresh)
        kept = (
            [self.authenticators.keep_new_secret(fresh, account.key)] if enrolment == fresh else []
        )
        return Decision({"enrolment": enrolment}, [account], [forgiven, *kept])

    def confirm_second_factor(self, token: str, code: str) -> Decision:
        """The first code is right: the factor counts, and this session may do everything."""
        account = self.acting()
        session = self.find(Session, self.tokens.session_of(token))
        if session is None or session.account_id != account.key:
            raise NotSignedIn
        enrolment = account.offered_second_factor()
        self.attempts.charge(account.key, None)
        used = self.prove_totp(account, enrolment, code)
        account.confirm_second_factor()
        batch = self._new_recovery_codes(account)
        session.raise_to(TOTP)
        statements = [
            self.attempts.forgiven(account.key),
            self.authenticators.forget_others(account.key, enrolment),
        ]
        return Decision({"batch": batch}, [used, account, session], statements)

    def remove_second_factor(self, password: str, code: str) -> Decision:
        """Sign in with the password alone again; not for staff."""
        account = self.acting()
        enrolment = account.removable_second_factor()
        forgiven = self.prove_password(account, password)
        proof = self.prove_code(account, code)
        account.remove_second_factor()
        forget = self.authenticators.forget(enrolment)
        return Decision({}, [proof.used, account], [forgiven, forget])

    def issue_recovery_codes(self, password: str) -> Decision:
        """New recovery codes; the earlier ones are void."""
        account = self.acting()
        forgiven = self.prove_password(account, password)
        batch = self._new_recovery_codes(account)
        return Decision({"batch": batch}, [account], [forgiven])

    def security(self) -> dict[str, Any]:
        """How one's own account is protected."""
        account = self.acting()
        batch, left = account.recovery_batch, 0
        if batch is not None:
            left = RECOVERY_CODES - sign_in.count_used(self.database, batch)
        return {
            "second_factor": account.enrolment is not None,
            "second_factor_needed": account.staff,
            "recovery_codes_left": left,
        }

    def shown_enrolment(self, result: dict[str, Any]) -> dict[str, Any]:
        """What an authenticator needs, shown to the one who set it up while it is not confirmed."""
        account = self.acting()
        if account.offered != result["enrolment"]:
            return {"enrolment": result["enrolment"]}
        return self.authenticators.shown(result["enrolment"], _name_of(account))

    def shown_codes(self, result: dict[str, Any]) -> dict[str, Any]:
        """The recovery codes of a new batch; they are stored nowhere."""
        return view_of(self.authenticators.recovery_codes(result["batch"]))

    def _new_recovery_codes(self, account: Account) -> str:
        batch = new_id()
        account.issue_recovery_codes(batch, RECOVERY_CODES)
        return batch


def _name_of(account: Account) -> str:
    """What the authenticator calls the account: nothing that says who it is."""
    return f"{min(account.roles, default='account')}-{account.key[:8]}"
