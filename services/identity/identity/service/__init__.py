"""Identity's entrypoints: parse, call, present; nothing else."""

from pathlib import Path
from typing import Any

from eventlet import tpool

from chassis.application import Decision
from chassis.bus.host import Deployable
from chassis.service import Runtime, Service, handles
from chassis.settings import Settings
from identity import queries_privacy
from identity.application import Identity
from identity.bootstrap import ensure_owner
from identity.erasing import erase_due
from identity.passwords import Argon2
from identity.service.admission import AdmissionEntrypoints
from identity.service.cases import CaseEntrypoints
from identity.subscriptions import POLICIES
from identity.ticking import Ticking
from schemas.identity.accounts import GetAccount, OpenAccount, OpenStaffAccount
from schemas.identity.personal_data import (
    AccessPersonalData,
    CorrectPersonalData,
    GetPersonalData,
    GiveConsent,
    ListConsents,
    PreviewErasure,
    RequestErasure,
    SubjectKeysDigest,
    WithdrawConsent,
    WithdrawErasure,
)
from schemas.identity.sessions import SignIn, SignOut, WhoIs


def compose(settings: Settings) -> Identity:
    """The application, hashing in real threads so that the green ones go on."""
    return Identity(settings, hasher=Argon2(run=tpool.execute))


def with_token(service: "IdentityService", result: dict[str, Any]) -> dict[str, Any]:
    """A session as its holder sees it: the token is made here and stored nowhere."""
    token = service.runtime.application.tokens.issue(result["session_id"])
    return {**result, "token": token}


def with_values(service: "IdentityService", result: dict[str, Any]) -> dict[str, Any]:
    """Personal data that an access was granted to: read here and stored nowhere."""
    return service.runtime.application.seen_data(result)


def begin(runtime: Runtime[Identity]) -> None:
    """Open the first account, and do what the calendar makes due."""
    ensure_owner(runtime.application, runtime.commands)
    runtime.every_tick(
        "erase what is due", lambda: erase_due(runtime.application, runtime.commands)
    )
    runtime.every_tick("identity", Ticking(runtime.application, runtime.commands).tick)


class IdentityService(AdmissionEntrypoints, CaseEntrypoints, Service):
    """Who may act."""

    name = "identity"
    runtime: Runtime[Identity] = Runtime(compose, POLICIES, started=begin)

    @handles(OpenAccount)
    def open_account(self, **values: Any) -> Decision:
        return self.runtime.application.open_account(**values)

    @handles(OpenStaffAccount)
    def open_staff_account(self, **values: Any) -> Decision:
        return self.runtime.application.open_staff_account(**values)

    @handles(SignIn, present=with_token)
    def sign_in(self, **values: Any) -> Decision:
        return self.runtime.application.sign_in(**values)

    @handles(SignOut)
    def sign_out(self, **values: Any) -> Decision:
        return self.runtime.application.sign_out(**values)

    @handles(WhoIs)
    def who_is(self, **values: Any) -> dict[str, Any]:
        return self.runtime.application.who_is(**values)

    @handles(GetAccount)
    def get_account(self) -> dict[str, Any]:
        return self.runtime.application.own_account()

    @handles(GetPersonalData)
    def get_personal_data(self) -> dict[str, Any]:
        return self.runtime.application.get_personal_data()

    @handles(CorrectPersonalData)
    def correct_personal_data(self, **values: Any) -> Decision:
        return self.runtime.application.correct_personal_data(**values)

    @handles(AccessPersonalData, present=with_values)
    def access_personal_data(self, **values: Any) -> Decision:
        return self.runtime.application.access_personal_data(**values)

    @handles(GiveConsent)
    def give_consent(self, **values: Any) -> Decision:
        return self.runtime.application.give_consent(**values)

    @handles(WithdrawConsent)
    def withdraw_consent(self, **values: Any) -> Decision:
        return self.runtime.application.withdraw_consent(**values)

    @handles(ListConsents)
    def list_consents(self, **values: Any) -> list[dict[str, Any]]:
        return self.runtime.application.list_consents(**values)

    @handles(PreviewErasure)
    def preview_erasure(self) -> dict[str, Any]:
        return self.runtime.application.preview_erasure()

    @handles(RequestErasure)
    def request_erasure(self, **values: Any) -> Decision:
        return self.runtime.application.request_erasure(**values)

    @handles(WithdrawErasure)
    def withdraw_erasure(self) -> Decision:
        return self.runtime.application.withdraw_erasure()

    @handles(SubjectKeysDigest)
    def subject_keys_digest(self, position: int | None) -> dict[str, Any]:
        return queries_privacy.keys_digest(self.runtime.application.database, position)


SERVICE = Deployable(IdentityService, Path(__file__).parent.parent / "migrations")
