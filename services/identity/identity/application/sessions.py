"""Use cases of sessions (登录会话, art. 27)."""

from datetime import timedelta
from typing import Any

from chassis import clock
from chassis.application import Decision
from identity import queries
from identity.application.accounts import Accounts
from identity.domain.refusals.accounts import NotSignedIn, SignInFailed
from identity.domain.session import Session


class Sessions(Accounts):
    """Signing in and out, and whom a token stands for."""

    def sign_in(self, login: str, password: str) -> Decision:
        """Open a session. A wrong login and a wrong password take the same time to refuse."""
        key = self.account_id(login)
        kept = queries.password_hash(self.database, key)
        if not self._hasher.verify(kept, password):
            raise SignInFailed
        expires = clock.now() + timedelta(hours=self.settings.token_ttl_hours)
        session = Session(account_id=key, expires_at=clock.timestamp(expires))
        result = {
            "session_id": session.key,
            "account_id": key,
            "expires_at": session.expires_at,
        }
        return Decision(result, [session])

    def sign_out(self, token: str) -> Decision:
        """End the session that a token stands for."""
        session = self.find(Session, self.tokens.session_of(token))
        if session is None:
            raise NotSignedIn
        session.end(clock.timestamp())
        return Decision({}, [session])

    def who_is(self, token: str) -> dict[str, Any]:
        """The account that a token stands for now. Raises `NotSignedIn`."""
        session_id = self.tokens.session_of(token)
        found = queries.account_of_session(self.database, session_id, clock.timestamp())
        if found is None:
            raise NotSignedIn
        return found
