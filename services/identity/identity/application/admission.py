"""Use cases of real-name verification and admission (实名认证, art. 21-26)."""

from hashlib import sha256

from sqlalchemy import bindparam, insert

from chassis import clock
from chassis.application import Decision
from chassis.database import Prepared, Statement
from chassis.privacy import lookup_digest
from identity.application.base import present
from identity.application.records import Kept, Records
from identity.domain import admission
from identity.domain.account import Account
from identity.domain.personal_data import (
    ID_NUMBER,
    LEGAL_REPRESENTATIVE,
    NAME,
    USCC,
    Values,
)
from identity.domain.refusals.verification import AlreadyRegistered, IdNumberInvalid, UsccInvalid
from identity.domain.registry import (
    MARKET_REGULATION,
    PUBLIC_SECURITY,
    FirmRecord,
    matched,
    require_match,
)
from identity.domain.resident_id import InvalidIdNumber, ResidentId
from identity.domain.subject import FIRM, PERSON, Subject, subject_id
from identity.domain.uscc import Uscc
from identity.tables import PROVIDER_RESOURCES

RESOURCES = "provider-resources"
"""What the private table seals free text for."""

_KEEP_RESOURCES = Prepared(
    insert(PROVIDER_RESOURCES).values(
        subject_id=bindparam("subject"), resources=bindparam("description")
    )
)


class Admission(Records):
    """Verifying persons and firms, and admitting them as users and providers."""

    def register_person(self, name: str, id_number: str) -> Decision:
        """Verify a person with public security and admit them as a user."""
        today = clock.legal_date()
        try:
            number = ResidentId.parse(id_number, today)
        except InvalidIdNumber as fault:
            raise IdNumberInvalid(**fault.described()) from fault
        key = subject_id(lookup_digest(self._lookup, "id-number", number.number))
        self.acting_for(key)
        conditions = admission.person_as_user(number, today)
        require_match(self._registries.person(name, number.number))
        account, subject = self._parties(key)
        values = {NAME: name, ID_NUMBER: number.number}
        kept = self.keep(key, PUBLIC_SECURITY, values, new=subject is None)
        subject = subject or Subject.verified(
            key,
            kind=PERSON,
            document=number.kind.value,
            region=admission.home_region(number),
            registry=PUBLIC_SECURITY,
        )
        subject.admit_as_user(conditions)
        return self._admitted(account, subject, kept)

    def register_firm(self, name: str, uscc: str, legal_representative: str) -> Decision:
        """Verify a firm with the market registry and admit it as a user."""
        key, record, values = self._verified_firm(name, uscc, legal_representative)
        conditions = admission.firm_as_user(name, record, clock.legal_date())
        account, subject, kept = self._firm(key, record, values)
        subject.admit_as_user(conditions)
        return self._admitted(account, subject, kept)

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
        key, record, values = self._verified_firm(name, uscc, legal_representative)
        digest = sha256(resources.encode()).hexdigest()
        conditions = admission.firm_as_provider(kind, digest, record, clock.legal_date())
        account, subject, kept = self._firm(key, record, values)
        subject.admit_as_provider(kind, name, conditions)
        sealed = kept.sealing.seal(RESOURCES, "resources", resources)
        keep = _KEEP_RESOURCES(subject=key, description=sealed)
        return self._admitted(account, subject, kept, keep)

    def _verified_firm(
        self, name: str, uscc: str, legal_representative: str
    ) -> tuple[str, FirmRecord, Values]:
        try:
            code = Uscc.parse(uscc).code
        except InvalidIdNumber as fault:
            raise UsccInvalid(**fault.described()) from fault
        key = subject_id(lookup_digest(self._lookup, "uscc", code))
        self.acting_for(key)
        record = matched(self._registries.firm(name, code, legal_representative))
        values = {NAME: name, USCC: code, LEGAL_REPRESENTATIVE: legal_representative}
        return key, record, values

    def _firm(self, key: str, record: FirmRecord, values: Values) -> tuple[Account, Subject, Kept]:
        account, subject = self._parties(key)
        kept = self.keep(key, MARKET_REGULATION, values, new=subject is None)
        subject = subject or Subject.verified(
            key,
            kind=FIRM,
            document="uscc",
            region=admission.seat_region(record),
            registry=MARKET_REGULATION,
        )
        return account, subject, kept

    def _parties(self, key: str) -> tuple[Account, Subject | None]:
        """The account that asks, and the subject, None when it is new; only its own may go on.

        Asked after the registry: whether a number is registered here is told to nobody who does not
        know the name that belongs to it. The subject is read first: they are linked in one
        transaction, so an account read after it is never an older one.
        """
        subject = self.find(Subject, key)
        account = self.acting_for(key)
        if subject is not None and account.subject_id != key:
            raise AlreadyRegistered
        return account, subject

    def _admitted(
        self, account: Account, subject: Subject, kept: Kept, *keep: Statement
    ) -> Decision:
        account.link(subject.key)
        return Decision(
            present(account, subject),
            [subject, account, *kept.aggregates],
            [*kept.statements, *keep],
            rule_version=admission.RULE_VERSION,
        )
