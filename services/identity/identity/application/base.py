"""What all use cases of identity share."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, ClassVar, TypeVar, cast

import structlog

from chassis import context
from chassis.application import Application, Decision
from chassis.domain import Refusal
from chassis.privacy import PersonalDataKey
from chassis.projection import Projector
from chassis.settings import Settings
from identity.attempts import AttemptCounter
from identity.authenticators import Authenticators
from identity.domain.account import Account
from identity.domain.age import Completes
from identity.domain.refusals.accounts import NotSignedIn
from identity.domain.refusals.freezes import AccountFrozen
from identity.domain.refusals.personal_data import KeyMissing, SubjectErased
from identity.domain.subject import Subject
from identity.domain.subject_key import SubjectKey, subject_key_id
from identity.passwords import Argon2, Hasher
from identity.projections_privacy import PROJECTOR
from identity.registries import Registries
from identity.strength import Strength
from identity.tokens import API_KEY, Tokens
from identity.vault import Sealing, Vault
from schemas import roles

log = structlog.get_logger()

UseCase = TypeVar("UseCase", bound=Callable[..., Decision])


def under_rules(version: str) -> Callable[[UseCase], UseCase]:
    """Refusals of a use case are decisions too: they name the rules' version (art. 8)."""

    def decorate(use_case: UseCase) -> UseCase:
        @wraps(use_case)
        def decided(*given: Any, **named: Any) -> Decision:
            try:
                return use_case(*given, **named)
            except Refusal as refusal:
                if not refusal.final:
                    raise
                return Decision({}, rule_version=version, refusal=refusal)

        return cast("UseCase", decided)

    return decorate


class IdentityBase(Application):
    """The application without its use cases: keys, ports, and who is acting."""

    log = "identity"
    projector: ClassVar[Projector] = PROJECTOR
    private: ClassVar[frozenset[str]] = frozenset(
        {
            *("credentials", "provider_resources", "subject_keys", "age_watch"),
            *("session_uses", "api_key_uses", "totp_secrets", "sign_in_attempts"),
        }
    )

    def __init__(
        self,
        settings: Settings,
        hasher: Hasher | None = None,
        registries: Registries | None = None,
    ) -> None:
        """Compose it.

        Raises `BadKey`: without the key of personal data there is no identity; ValueError for an
        `AGE_POLICY` that is none.
        """
        Completes(settings.age_policy)
        key = PersonalDataKey.of(settings)
        super().__init__(settings)
        self._lookup = key.lookup
        self._accounts = key.accounts
        self._devices = key.devices
        self.vault = Vault(self.database, key, settings.personal_data_cipher)
        self._hasher = hasher or Argon2()
        # An answer of a registry must fit into the time that the caller of our RPC waits.
        self._registries = registries or Registries(
            settings.authorities_url, 0.8 * settings.rpc_timeout
        )
        self.tokens = Tokens(*key.derive_all("session-token/1"))
        self.api_keys = Tokens(*key.derive_all("api-key/1"), prefix=API_KEY)
        self.invitations = Tokens(*key.derive_all("invitation/1"))
        self.tickets = Tokens(*key.derive_all("reset-ticket/1"))
        self.authenticators = Authenticators(self.database, key)
        self.attempts = AttemptCounter(self.database, key.lookup)
        self.idle = timedelta(minutes=settings.session_idle_minutes)
        self._strength = Strength(settings.breached_passwords)

    def sealing(self, subject: str) -> Sealing:
        """What to seal a subject's personal fields with, for events of any of its streams.

        The decision hands over its `aggregates` and `statements`. Raises `SubjectErased`, and
        `KeyMissing` when the key is not where it should be.
        """
        if self.is_absent(subject_key_id(subject)):
            return self.vault.make(subject)
        key = self.vault.find(subject)
        if key is not None:
            return self.vault.opened(subject, key)
        made = self.find(SubjectKey, subject_key_id(subject))
        if made is None:
            return self.vault.make(subject)
        if made.destroyed:
            raise SubjectErased
        key = self.vault.find(subject)  # made by others since it was looked for
        if key is None:
            log.critical("subject key missing", subject=subject)
            raise KeyMissing
        return self.vault.opened(subject, key)

    def acting_for(self, key: str) -> Account:
        """The account that asks, where it may act for this subject."""
        account = self.acting()
        account.may_act_for(key)
        return account

    def acting(self) -> Account:
        """The account that asks. Raises `NotSignedIn`, `AccountFrozen`."""
        account = self.find(Account, context.current().actor)
        if account is None:
            raise NotSignedIn
        if account.frozen:  # a gateway may have believed its session a moment longer
            raise AccountFrozen
        return account


def present(account: Account, subject: Subject | None) -> dict[str, Any]:
    """An account as `AccountView` shows it, as `queries` would once it is written."""
    held = sorted(account.roles)
    if subject is not None:
        standing = {roles.USER: subject.is_user, roles.PROVIDER: subject.is_provider}
        held = [role for role, holds in standing.items() if holds and subject.verified]
    return {
        "account_id": account.key,
        "subject_id": account.subject_id,
        "roles": held,
        "region": account.region if subject is None else subject.region,
    }
