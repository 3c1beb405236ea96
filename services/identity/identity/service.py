"""Identity's entrypoints: parse, call, present; nothing else."""

from pathlib import Path
from typing import Any

from eventlet import tpool

from chassis.application import Decision
from chassis.bus.host import Deployable
from chassis.service import Runtime, Service, handles
from chassis.settings import Settings
from identity.application import Identity
from identity.bootstrap import ensure_owner
from identity.passwords import Argon2
from schemas.identity.accounts import GetAccount, OpenAccount, OpenStaffAccount
from schemas.identity.admission import RegisterFirm, RegisterPerson, RegisterProvider
from schemas.identity.sessions import SignIn, SignOut, WhoIs


def compose(settings: Settings) -> Identity:
    """The application, hashing in real threads so that the green ones go on."""
    return Identity(settings, hasher=Argon2(run=tpool.execute))


def with_token(service: "IdentityService", result: dict[str, Any]) -> dict[str, Any]:
    """A session as its holder sees it: the token is made here and stored nowhere."""
    token = service.runtime.application.tokens.issue(result["session_id"])
    return {**result, "token": token}


class IdentityService(Service):
    """Who may act."""

    name = "identity"
    runtime: Runtime[Identity] = Runtime(
        compose, started=lambda runtime: ensure_owner(runtime.application, runtime.commands)
    )

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

    @handles(RegisterPerson)
    def register_person(self, **values: Any) -> Decision:
        return self.runtime.application.register_person(**values)

    @handles(RegisterFirm)
    def register_firm(self, **values: Any) -> Decision:
        return self.runtime.application.register_firm(**values)

    @handles(RegisterProvider)
    def register_provider(self, **values: Any) -> Decision:
        return self.runtime.application.register_provider(**values)


SERVICE = Deployable(IdentityService, Path(__file__).parent / "migrations")
