"""Use cases of sessions (登录会话, art. 27, 35)."""

from datetime import timedelta
from typing import Any

from chassis import clock, context
from chassis.application import Decision
from chassis.refusal import NotFound
from identity import queries
from identity.application.proof import Proof, Proofs
from identity.domain.account import Account
from identity.domain.refusals.accounts import NotSignedIn, SignInFailed
from identity.domain.refusals.freezes import AccountFrozen
from identity.domain.refusals.sign_in import CodeNeeded
from identity.domain.session import ENDED_ELSEWHERE, PASSWORD, Session
from identity.read_models import api_keys, sessions
from identity.tokens import API_KEY
from schemas.identity.fields import ACCOUNT_SCOPE, ENROLMENT_SCOPE

ENROLLING = [ACCOUNT_SCOPE, ENROLMENT_SCOPE]


class Sessions(Proofs):
    """Signing in and out, and whom a token stands for."""

    def sign_in(
        self,
        login: str,
        password: str,
        code: str | None = None,
        address: str | None = None,
        device: str | None = None,
    ) -> Decision:
        """Open a session. A wrong login and a wrong password take the same time to refuse."""
        key = self.account_id(login)
        self.attempts.charge(key, address)
        kept = queries.password_hash(self.database, key)
        if not self._hasher.verify(kept, password):
            raise SignInFailed
        account = self.load(Account, key)
        proof = self._second_factor(account, code, address)
        self.attempts.return_address(address)
        if account.frozen:
            self.attempts.forgive(key)
            raise AccountFrozen
        return self._opened_session(account, proof, device)

    def sign_out(self, token: str) -> Decision:
        """End the session that a token stands for."""
        session_id = self.tokens.session_of(token)
        session = self.find(Session, session_id)
        if session is None or sessions.bearer(self.database, session_id, self.idle) is None:
            raise NotSignedIn
        session.end(clock.timestamp())
        return Decision({}, [session])

    def end_session(self, session_id: str) -> Decision:
        """End one of one's own sessions. Raises `NotFound`."""
        account = self.acting()
        session = self.find(Session, session_id)
        open_ones = sessions.of_account(self.database, account.key, self.idle)
        if session is None or all(one["session_id"] != session_id for one in open_ones):
            raise NotFound(what="session", id=session_id)
        session.end(clock.timestamp(), ENDED_ELSEWHERE)
        return Decision({}, [session])

    def end_sessions(self, token: str, keep_this: bool) -> Decision:
        """Sign out everywhere, or everywhere else."""
        account = self.acting()
        account.end_sessions(self.tokens.session_of(token) if keep_this else None)
        return Decision({}, [account])

    def list_sessions(self, token: str) -> list[dict[str, Any]]:
        """One's own open sessions."""
        current = self.tokens.id_of(token)
        found = sessions.of_account(self.database, context.current().actor, self.idle)
        return [{**row, "current": row["session_id"] == current} for row in found]

    def who_is(self, token: str) -> dict[str, Any]:
        """The account that a token stands for now. Raises `NotSignedIn`."""
        if token.startswith(API_KEY):
            return self._who_holds(token)
        session_id = self.tokens.session_of(token)
        found = sessions.bearer(self.database, session_id, self.idle)
        if found is None:
            raise NotSignedIn
        scopes = ENROLLING if found.pop("enrolling") else None
        return {**found, "scopes": scopes}

    def ended_session(self, token: str) -> str | None:
        """The session of a token, where somebody had ended that."""
        session_id = self.tokens.id_of(token)
        if session_id is None or not sessions.is_ended(self.database, session_id):
            return None
        return session_id

    def note_use_after_end(self, session_id: str) -> Decision:
        """Note in the log that the token of a session that was ended is used still."""
        session = self.load(Session, session_id)
        session.use_after_end(clock.timestamp())
        return Decision({}, [session])

    def lapse_sessions(self, due: list[tuple[str, str]]) -> Decision:
        """Note in the log that these sessions ended by the clock."""
        found = [(self.find(Session, session_id), reason) for session_id, reason in due]
        lapsed = [session for session, reason in found if session and session.lapse(reason)]
        return Decision({"lapsed": len(lapsed)}, lapsed)

    def _who_holds(self, token: str) -> dict[str, Any]:
        key_id = self.api_keys.id_of(token)
        found = api_keys.bearer(self.database, key_id) if key_id is not None else None
        if found is None:
            raise NotSignedIn
        return {**found, "scopes": [ACCOUNT_SCOPE, *found["scopes"]]}

    def _second_factor(
        self, account: Account, code: str | None, address: str | None
    ) -> Proof | None:
        if account.enrolment is None and not code:
            return None
        if not code:
            self.attempts.return_address(address)
            raise CodeNeeded
        return self.prove_code(account, code)

    def _opened_session(
        self, account: Account, proof: Proof | None, device: str | None
    ) -> Decision:
        now = clock.now()
        session = Session(
            account_id=account.key,
            expires_at=clock.timestamp(now + timedelta(hours=self.settings.token_ttl_hours)),
            factor=proof.factor if proof else PASSWORD,
            enrolling=account.must_enrol,
            epoch=account.epoch,
        )
        result = {
            "session_id": session.key,
            "account_id": account.key,
            "expires_at": session.expires_at,
            "enrolling": session.enrolling,
        }
        used = sessions.USED(
            session_id=session.key,
            account_id=account.key,
            device=device,
            used_at=clock.timestamp(now),
        )
        aggregates = [*([proof.used] if proof else []), session]
        return Decision(result, aggregates, [self.attempts.forgiven(account.key), used])
