"""Use cases of passwords: changed, recovered, reset by two persons (口令)."""

from datetime import timedelta
from typing import Any

from chassis import clock, context
from chassis.application import Decision
from chassis.refusal import NotFound
from identity import queries
from identity.application.second_factor import SecondFactors
from identity.domain.account import HOLDER, RECOVERY_CODE, TWO_PERSONS, Account
from identity.domain.password_reset import TICKET_HOURS, PasswordReset
from identity.domain.refusals.resets import NotYoursToReset, TicketInvalid
from identity.domain.refusals.sign_in import CodeRefused, CodeReplayed, RecoveryFailed
from identity.read_models import resets
from schemas import roles


class Passwords(SecondFactors):
    """A new password, proved by the old one, by a recovery code, or by two persons of staff."""

    def change_password(self, token: str, password: str, new_password: str) -> Decision:
        """Set a new password with the old one; every other session ends."""
        account = self.acting()
        self._strength.require(new_password)
        forgiven = self.prove_password(account, password)
        kept = self.hash_kept(account, new_password)
        account.change_password(HOLDER, self.tokens.session_of(token))
        return Decision({}, [account], [forgiven, kept])

    def recover_password(
        self, login: str, code: str, new_password: str, address: str | None = None
    ) -> Decision:
        """Set a new password with a recovery code. Raises `RecoveryFailed`."""
        self._strength.require(new_password, login)
        key = self.account_id(login)
        self.attempts.charge(key, address)
        account = self.find(Account, key)
        try:
            proof = self.prove_recovery(account, code)
        except (CodeRefused, CodeReplayed) as refusal:
            raise RecoveryFailed from refusal
        assert account is not None
        self.attempts.return_address(address)
        kept = self.hash_kept(account, new_password)
        account.change_password(RECOVERY_CODE)
        statements = [self.attempts.forgiven(key), kept]
        return Decision({}, [proof.used, account], statements)

    def request_password_reset(self, login: str, grounds: str, second_factor: bool) -> Decision:
        """One of staff asks for a reset. Raises `NotFound`, `NotYoursToReset`."""
        account = self.find(Account, self.account_id(login))
        if account is None:
            raise NotFound(what="account", id="-")
        self.require_may_help(account)
        reset = PasswordReset.request(account.key, context.current().actor, grounds, second_factor)
        return Decision(_present(reset), [reset])

    def decide_password_reset(self, reset_id: str, approve: bool) -> Decision:
        """Another of staff decides. Raises what `PasswordReset.decide` does."""
        reset = self.load(PasswordReset, reset_id)
        self.require_may_help(self.load(Account, reset.account_id))
        until = clock.timestamp(clock.now() + timedelta(hours=TICKET_HOURS))
        reset.decide(context.current().actor, approve, until)
        return Decision(_present(reset), [reset])

    def complete_password_reset(self, ticket: str, new_password: str) -> Decision:
        """The holder sets a new password with the ticket. Raises `TicketInvalid`."""
        reset_id = self.tickets.id_of(ticket)
        reset = self.find(PasswordReset, reset_id) if reset_id is not None else None
        if reset is None:
            raise TicketInvalid
        reset.complete(clock.timestamp())
        self._strength.require(new_password)
        account = self.load(Account, reset.account_id)
        kept = self.hash_kept(account, new_password)
        account.change_password(TWO_PERSONS)
        if reset.second_factor:
            account.lose_second_factor()
        return Decision({}, [account, reset], [self.attempts.released(account.key), kept])

    def list_password_resets(self, state: str | None, limit: int) -> list[dict[str, Any]]:
        """Resets of accounts in the caller's region."""
        return resets.resets(self.database, context.current().region, state, limit)

    def release_lock(self, login: str, reason: str) -> Decision:
        """Staff lifts the lock of a login. Raises `NotFound`, `NotYoursToReset`."""
        account = self.find(Account, self.account_id(login))
        if account is None:
            raise NotFound(what="account", id="-")
        self.require_may_help(account)
        account.release_lock(reason)
        return Decision({}, [account], [self.attempts.released(account.key)])

    def shown_ticket(self, result: dict[str, Any]) -> dict[str, Any]:
        """A decided reset; with its ticket when it is approved."""
        approved = result["state"] == "approved"
        return {**result, "ticket": self.tickets.issue(result["id"]) if approved else None}

    def require_may_help(self, account: Account) -> None:
        """省人社厅 alone helps other staff."""
        if account.staff and context.current().role != roles.HRSS_PROVINCE:
            raise NotYoursToReset

    def region_of(self, account: Account) -> str | None:
        """The region of an account: its own, or its subject's; None where it has none."""
        found = queries.account(self.database, account.key)
        return None if found is None else found["region"]


def _present(reset: PasswordReset) -> dict[str, Any]:
    return {
        "id": reset.key,
        "account_id": reset.account_id,
        "requester": reset.requester,
        "grounds": reset.grounds,
        "second_factor": reset.second_factor,
        "state": reset.state,
        "until": reset.until or None,
    }
