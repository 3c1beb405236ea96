"""Proving who one is (身份鉴别): password, authenticator, recovery code; each attempt counted."""

from dataclasses import dataclass

from chassis import clock
from chassis.database import Statement
from identity import queries
from identity.application.staff import Staff
from identity.authenticators import is_totp
from identity.domain.account import Account
from identity.domain.refusals.sign_in import CodeRefused, CodeReplayed, PasswordWrong
from identity.domain.used_code import RECOVERY, TOTP, UsedCode, used_code_id
from identity.read_models import sign_in


@dataclass(frozen=True)
class Proof:
    """A code that was right; its use is recorded with what it was used for."""

    factor: str
    used: UsedCode


class Proofs(Staff):
    """What the other use cases ask for before they change how somebody signs in."""

    def prove_password(self, account: Account, password: str) -> Statement:
        """Somebody who is signed in knows the password. Raises `PasswordWrong`, `SignInLocked`.

        Gives what has to be written with the decision: that the attempt was no failure.
        """
        self.attempts.charge(account.key, None)
        if not self._hasher.verify(queries.password_hash(self.database, account.key), password):
            raise PasswordWrong
        return self.attempts.forgiven(account.key)

    def prove_code(self, account: Account, code: str) -> Proof:
        """A code of the account's authenticator, or one of its recovery codes.

        Raises `CodeRefused` and `CodeReplayed`.
        """
        if not is_totp(code):
            return self.prove_recovery(account, code)
        if account.enrolment is None:
            raise CodeRefused
        return Proof(TOTP, self.prove_totp(account, account.enrolment, code))

    def prove_totp(self, account: Account, enrolment: str, code: str) -> UsedCode:
        """A code of an authenticator, later than every one that was used before (RFC 6238, 5.2)."""
        steps = self.authenticators.steps(enrolment, code, clock.now())
        if not steps:
            raise CodeRefused
        last = sign_in.last_used(self.database, enrolment)
        for step in steps:
            id_ = used_code_id(account.key, TOTP, enrolment, step)
            if step > last and self.find(UsedCode, id_) is None:
                return UsedCode.of(account.key, TOTP, enrolment, step)
        self.attempts.note_replay(account.key)
        raise CodeReplayed

    def prove_recovery(self, account: Account | None, code: str) -> Proof:
        """A recovery code; as much work where there is no account. Raises as `prove_code`."""
        batch = account.recovery_batch if account is not None else None
        place = self.authenticators.place(batch, code)
        if account is None or batch is None or place is None:
            raise CodeRefused
        if self.find(UsedCode, used_code_id(account.key, RECOVERY, batch, place)) is not None:
            self.attempts.note_replay(account.key)
            raise CodeReplayed
        return Proof(RECOVERY, UsedCode.of(account.key, RECOVERY, batch, place))
