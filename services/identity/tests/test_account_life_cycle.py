"""A stateful model of accounts: whatever is done in whatever order, tokens stand for who they may.

The model knows what an account is (password, second factor, frozen or not) and which sessions and
API keys are alive; after each step the service must say the same of every token there ever was.
"""

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chassis.domain import new_id
from chassis.settings import Settings
from identity.application import Identity
from identity.lapsing import lapse_sessions
from schemas import roles
from schemas.identity.api_keys import IssueApiKey, RevokeApiKey
from schemas.identity.freezes import FreezeOwnAccount, ReportStolenAccount, UnfreezeAccount
from schemas.identity.passwords import ChangePassword, RecoverPassword
from schemas.identity.second_factor import (
    ConfirmSecondFactor,
    EnrolSecondFactor,
    IssueRecoveryCodes,
    RemoveSecondFactor,
)
from schemas.identity.sessions import EndSessions, SignIn, SignOut, WhoIs
from services.identity.tests.conftest import NOON, Desk, Move, Phone

PASSWORDS = [f"a passphrase of its own 电池 {n}" for n in range(3)]
STEP = timedelta(seconds=30)


class QuickHasher:
    """Stands for argon2id where only the right password matters, not what it costs."""

    def hash(self, password: str) -> str:
        return "plain:" + password

    def verify(self, kept: str | None, password: str) -> bool:
        return kept is not None and hmac.compare_digest(kept.encode(), f"plain:{password}".encode())


class Accounts(RuleBasedStateMachine):
    """One account of a user or of staff, and everything that its holder does."""

    desk: Desk
    move: Move
    now: datetime = NOON

    @initialize(staff=st.booleans())
    def open(self, staff: bool) -> None:
        self.login, self.password = f"u-{new_id()}", PASSWORDS[0]
        given = {"login": self.login, "password": self.password}
        self.staff = staff
        if staff:
            self.account = self.desk.app.account_id(self.login)
            decision = self.desk.app.open_staff_account(
                **given, role=roles.SUPERVISOR, region="340000"
            )
            self.desk.app.write(decision)
        else:
            self.account = self.desk.app.account_id(self.login)
            self.desk.app.write(self.desk.app.open_account(**given))
        self.alive: dict[str, tuple[datetime, datetime]] = {}
        """Sessions: until when they last, and when they were used last."""

        self.tokens: set[str] = set()
        self.keys: dict[str, str] = {}
        self.phone: Phone | None = None
        self.codes: list[str] = []
        self.case: str | None = None
        self.wait(60)

    def wait(self, seconds: int) -> None:
        """Let time pass; no session is used meanwhile."""
        type(self).now += timedelta(seconds=seconds)
        self.move(self.now)

    def living(self) -> list[str]:
        return [token for token in self.alive if self._lives(token)]

    def _lives(self, token: str) -> bool:
        until, used = self.alive[token]
        return self.case is None and self.now < until and self.now - used < timedelta(minutes=30)

    def ask(self, contract: Any, **given: Any) -> str:
        """What came of it: `done` or a code."""
        self.outcome = self.desk.ask(contract, self.account, **given)
        return str(self.outcome["error"]["code"]) if "error" in self.outcome else "done"

    def _next_code(self) -> str | None:
        """A code that was not used before."""
        if self.phone is None:
            return None
        self.wait(31)
        return self.phone.code()

    @rule(right=st.booleans())
    def sign_in(self, right: bool) -> None:
        password = self.password if right else "not the password at all"
        came = self.ask(SignIn, login=self.login, password=password, code=self._next_code())
        if not right:
            assert came == "identity.sign-in-failed"
            assert self.ask(SignIn, login=self.login, password=password) in (
                "identity.sign-in-failed",
                "identity.sign-in-locked",
            )
            self.wait(3600)  # a lock ends by itself
        elif self.case is not None:
            assert came == "identity.account-frozen"
        else:
            assert came == "done"
            token = str(self.outcome["result"]["token"])
            self.alive[token] = (self.now + timedelta(hours=12), self.now)
            self.tokens.add(token)

    @precondition(lambda self: self.living())
    @rule()
    def sign_out(self) -> None:
        token = self.living()[0]
        assert self.ask(SignOut, token=token) == "done"
        del self.alive[token]
        assert self.ask(SignOut, token=token) == "identity.not-signed-in"

    @precondition(lambda self: self.living())
    @rule(keep=st.booleans())
    def sign_out_everywhere(self, keep: bool) -> None:
        token = self.living()[-1]
        assert self.ask(EndSessions, token=token, keep_this=keep) == "done"
        self.alive = {token: self.alive[token]} if keep else {}

    @precondition(lambda self: self.living())
    @rule(new=st.sampled_from(PASSWORDS))
    def change_password(self, new: str) -> None:
        token = self.living()[0]
        given = {"token": token, "password": self.password, "new_password": new}
        assert self.ask(ChangePassword, **given) == "done"
        self.password, self.alive = new, {token: self.alive[token]}

    @precondition(lambda self: self.codes)
    @rule(new=st.sampled_from(PASSWORDS))
    def recover_password(self, new: str) -> None:
        given = {"login": self.login, "code": self.codes.pop(), "new_password": new}
        assert self.ask(RecoverPassword, **given) == "done"
        assert self.ask(RecoverPassword, **given) == "identity.recovery-failed"
        self.password, self.alive, self.keys = new, {}, {}
        self.wait(3600)

    @precondition(lambda self: self.living())
    @rule()
    def set_up_authenticator(self) -> None:
        token = self.living()[0]
        assert self.ask(EnrolSecondFactor, password=self.password) == "done"
        phone = Phone(self.outcome["result"]["secret"])
        assert self.ask(ConfirmSecondFactor, token=token, code=phone.code()) == "done"
        self.phone, self.codes = phone, self.outcome["result"]["recovery_codes"]

    @precondition(lambda self: self.phone is not None and self.case is None)
    @rule()
    def remove_authenticator(self) -> None:
        given = {"password": self.password, "code": self._next_code()}
        if self.staff:
            assert self.ask(RemoveSecondFactor, **given) == "identity.second-factor-required"
        else:
            assert self.ask(RemoveSecondFactor, **given) == "done"
            self.phone, self.codes = None, []

    @precondition(lambda self: self.case is None)
    @rule()
    def issue_recovery_codes(self) -> None:
        assert self.ask(IssueRecoveryCodes, password=self.password) == "done"
        self.codes = self.outcome["result"]["recovery_codes"]

    @precondition(lambda self: self.case is None and len(self.keys) < 3)
    @rule()
    def issue_key(self) -> None:
        assert self.ask(IssueApiKey, label="k", scopes=["matching.read"]) == "done"
        result = self.outcome["result"]
        self.keys[result["token"]] = result["key_id"]
        self.tokens.add(result["token"])

    @precondition(lambda self: self.case is None and self.keys)
    @rule()
    def revoke_key(self) -> None:
        _, key_id = self.keys.popitem()
        assert self.ask(RevokeApiKey, key_id=key_id) == "done"

    @precondition(lambda self: self.case is None)
    @rule()
    def freeze(self) -> None:
        if self.codes:
            given = {"login": self.login, "code": self.codes.pop()}
            assert self.ask(ReportStolenAccount, **given) == "done"
        else:
            assert self.ask(FreezeOwnAccount) == "done"
        self.case = self.outcome["result"]["id"]
        self.alive, self.keys = {}, {}
        assert self.ask(FreezeOwnAccount) == "identity.account-frozen"

    @precondition(lambda self: self.case is not None)
    @rule()
    def unfreeze(self) -> None:
        owner = self.desk.acting_as(roles.HRSS_PROVINCE)
        given: dict[str, Any] = {"case_id": self.case, "reason": "本人核验"}
        assert owner.result(UnfreezeAccount, new_id(), **given)["state"] == "closed"
        self.case = None

    @rule(minutes=st.sampled_from([1, 29, 31, 13 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.wait(60 * minutes)
        lapse_sessions(self.desk.app, self.desk.commands)

    @invariant()
    def tokens_stand_for_who_they_may(self) -> None:
        if not hasattr(self, "tokens"):
            return
        for token in sorted(self.tokens):
            alive = token in self.keys or (token in self.alive and self._lives(token))
            outcome = self.desk.ask(WhoIs, token=token)
            assert ("result" in outcome) == alive, (outcome, token)
            if not alive:
                continue
            scopes = outcome["result"]["scopes"]
            if token in self.keys:
                assert scopes == ["account", "matching.read"]
                continue
            until, used = self.alive[token]
            if self.now - used >= timedelta(minutes=1):
                self.alive[token] = (until, self.now)


@pytest.fixture
def quick(settings: Settings) -> Iterator[Desk]:
    """A desk that hashes quickly."""
    application = Identity(settings, hasher=QuickHasher())
    yield Desk(application)
    application.close()


@pytest.mark.article(27, 31, 35)
@pytest.mark.timeout(300)
def test_accounts_live_as_the_model_says(quick: Desk, at_noon: Move) -> None:
    machine = type("Machine", (Accounts,), {"desk": quick, "move": staticmethod(at_noon)})
    run_state_machine_as_test(
        machine,
        settings=profile(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    text = "".join(entry.text for entry in quick.log())
    assert not any(word in text for word in PASSWORDS)
