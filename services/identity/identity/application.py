"""Identity's use cases: accounts, sessions, real-name verification, admission."""

from datetime import timedelta
from hashlib import sha256
from typing import Any, ClassVar

from sqlalchemy import bindparam, insert

from chassis import clock, context
from chassis.application import Application, Decision
from chassis.database import Prepared, Statement
from chassis.privacy import PersonalDataKey, lookup_digest
from chassis.projection import Projector
from chassis.settings import Settings
from identity import queries
from identity.domain import admission
from identity.domain.account import Account, account_id
from identity.domain.refusals import (
    AlreadyRegistered,
    IdNumberInvalid,
    LoginTaken,
    NotSignedIn,
    SignInFailed,
    UsccInvalid,
)
from identity.domain.registry import (
    MARKET_REGULATION,
    PUBLIC_SECURITY,
    FirmRecord,
    matched,
    require_match,
)
from identity.domain.resident_id import InvalidIdNumber, ResidentId
from identity.domain.session import Session
from identity.domain.subject import FIRM, PERSON, Subject, subject_id
from identity.domain.uscc import Uscc
from identity.passwords import Argon2, Hasher
from identity.projections import PROJECTOR
from identity.registries import Registries
from identity.tables import CREDENTIALS, PROVIDER_RESOURCES
from identity.tokens import Tokens
from schemas import roles

OWNER_LOGIN = "owner"
"""The login of the first account of 省人社厅; nobody else can have it."""

_KEEP_HASH = Prepared(
    insert(CREDENTIALS).values(account_id=bindparam("account"), password_hash=bindparam("hashed"))
)
_KEEP_RESOURCES = Prepared(
    insert(PROVIDER_RESOURCES).values(
        subject_id=bindparam("subject"), resources=bindparam("description")
    )
)


class Identity(Application):
    """Who may act: accounts, and the verified subjects behind them."""

    log = "identity"
    projector: ClassVar[Projector] = PROJECTOR

    def __init__(
        self,
        settings: Settings,
        hasher: Hasher | None = None,
        registries: Registries | None = None,
    ) -> None:
        """Compose it. Raises `BadKey`: without the key of personal data there is no identity."""
        key = PersonalDataKey.load(settings.personal_data_key)
        super().__init__(settings)
        self._lookup = key.lookup
        self._hasher = hasher or Argon2()
        # An answer of a registry must fit into the time that the caller of our RPC waits.
        self._registries = registries or Registries(
            settings.authorities_url, 0.8 * settings.rpc_timeout
        )
        self.tokens = Tokens(key.derive("session-token/1"))

    # accounts and sessions

    def account_id(self, login: str) -> str:
        """The id that an account of this login has; upper and lower case are one."""
        return account_id(lookup_digest(self._lookup, "login", login.lower()))

    def open_account(self, login: str, password: str) -> Decision:
        """Open an account for anybody."""
        key = self.account_id(login)
        if key == self.account_id(OWNER_LOGIN):
            raise LoginTaken
        self._require_free(key)
        return self._opened(Account.open(key), password)

    def open_staff_account(self, login: str, password: str, role: str, region: str) -> Decision:
        """Open an account for staff."""
        key = self.account_id(login)
        self._require_free(key)
        return self._opened(Account.open_staff(key, role, region), password)

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

    def own_account(self) -> dict[str, Any]:
        """The account that asks. Raises `NotSignedIn`."""
        found = queries.account(self.database, context.current().actor)
        if found is None:
            raise NotSignedIn
        return found

    # verification and admission

    def register_person(self, name: str, id_number: str) -> Decision:
        """Verify a person with public security and admit them as a user."""
        today = clock.legal_date()
        try:
            number = ResidentId.parse(id_number, today)
        except InvalidIdNumber as fault:
            raise IdNumberInvalid(**_reason(fault)) from fault
        key = subject_id(lookup_digest(self._lookup, "id-number", number.number))
        self._acting_for(key)
        conditions = admission.person_as_user(number, today)
        require_match(self._registries.person(name, number.number))
        account, subject = self._parties(key)
        subject = subject or Subject.verified(
            key,
            kind=PERSON,
            document=number.kind.value,
            region=admission.home_region(number),
            registry=PUBLIC_SECURITY,
        )
        subject.admit_as_user(conditions)
        return self._admitted(account, subject)

    def register_firm(self, name: str, uscc: str, legal_representative: str) -> Decision:
        """Verify a firm with the market registry and admit it as a user."""
        key, record = self._verified_firm(name, uscc, legal_representative)
        conditions = admission.firm_as_user(name, record, clock.legal_date())
        account, subject = self._firm(key, record)
        subject.admit_as_user(conditions)
        return self._admitted(account, subject)

    def register_provider(
        self,
        kind: str,
        name: str,
        uscc: str,
        legal_representative: str,
        resources: str,
        commitments: list[str],
    ) -> Decision:
        """Verify a firm with the market registry and admit it as a provider."""
        admission.ready_to_provide(kind, commitments)
        key, record = self._verified_firm(name, uscc, legal_representative)
        digest = sha256(resources.encode()).hexdigest()
        conditions = admission.firm_as_provider(kind, digest, record, clock.legal_date())
        account, subject = self._firm(key, record)
        subject.admit_as_provider(kind, name, conditions)
        return self._admitted(account, subject, _KEEP_RESOURCES(subject=key, description=resources))

    def _require_free(self, key: str) -> None:
        if self.find(Account, key) is not None:
            raise LoginTaken

    def _opened(self, account: Account, password: str) -> Decision:
        keep = _KEEP_HASH(account=account.key, hashed=self._hasher.hash(password))
        return Decision(_present(account, None), [account], [keep])

    def _acting_for(self, key: str) -> Account:
        """The account that asks, where it may act for this subject."""
        account = self.find(Account, context.current().actor)
        if account is None:
            raise NotSignedIn
        account.may_act_for(key)
        return account

    def _verified_firm(
        self, name: str, uscc: str, legal_representative: str
    ) -> tuple[str, FirmRecord]:
        try:
            code = Uscc.parse(uscc).code
        except InvalidIdNumber as fault:
            raise UsccInvalid(**_reason(fault)) from fault
        key = subject_id(lookup_digest(self._lookup, "uscc", code))
        self._acting_for(key)
        return key, matched(self._registries.firm(name, code, legal_representative))

    def _firm(self, key: str, record: FirmRecord) -> tuple[Account, Subject]:
        account, subject = self._parties(key)
        return account, subject or Subject.verified(
            key,
            kind=FIRM,
            document="uscc",
            region=admission.seat_region(record),
            registry=MARKET_REGULATION,
        )

    def _parties(self, key: str) -> tuple[Account, Subject | None]:
        """The account that asks, and the subject, None when it is new; only its own may go on.

        Asked after the registry: whether a number is registered here is told to nobody who does not
        know the name that belongs to it. The subject is read first: they are linked in one
        transaction, so an account read after it is never an older one.
        """
        subject = self.find(Subject, key)
        account = self._acting_for(key)
        if subject is not None and account.subject_id != key:
            raise AlreadyRegistered
        return account, subject

    def _admitted(self, account: Account, subject: Subject, *keep: Statement) -> Decision:
        account.link(subject.key)
        return Decision(
            _present(account, subject),
            [subject, account],
            keep,
            rule_version=admission.RULE_VERSION,
        )


def _present(account: Account, subject: Subject | None) -> dict[str, Any]:
    """An account as `AccountView` shows it, as `queries` would once it is written."""
    held = [account.role] if account.role else []
    if subject is not None:
        standing = {roles.USER: subject.is_user, roles.PROVIDER: subject.is_provider}
        held = [role for role, holds in standing.items() if holds]
    return {
        "account_id": account.key,
        "subject_id": account.subject_id,
        "roles": held,
        "region": account.region if subject is None else subject.region,
    }


def _reason(fault: InvalidIdNumber) -> dict[str, str]:
    return {"reason": fault.reason.value, "reason_zh": fault.zh, "reason_en": fault.en}
