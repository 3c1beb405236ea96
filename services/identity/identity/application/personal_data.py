"""Use cases of personal data: one's own, another's, corrections (个人信息, art. 36-37)."""

from datetime import datetime, timedelta
from typing import Any

from chassis import clock, context, tenure
from chassis.application import Decision
from chassis.privacy import lookup_digest
from chassis.refusal import NotFound, RoleRequired
from identity import queries_privacy
from identity.application.records import Records, revealed, split
from identity.domain.account import Account
from identity.domain.consent import EDITING, Consent, recipients
from identity.domain.legal_basis import RULE_VERSION, require_basis
from identity.domain.personal_data import (
    CORRECTED,
    ID_NUMBER,
    LEGAL_REPRESENTATIVE,
    NAME,
    ON_BEHALF,
    SELF,
    USCC,
    PersonalData,
    Values,
)
from identity.domain.refusals.accounts import NotSignedIn
from identity.domain.refusals.personal_data import (
    AccessOver,
    BasisNeeded,
    NothingKept,
    NotKept,
    NumberIsAnothers,
)
from identity.domain.refusals.verification import IdNumberInvalid, UsccInvalid
from identity.domain.registry import MARKET_REGULATION, PUBLIC_SECURITY, require_match
from identity.domain.related import NOBODY, Behind
from identity.domain.resident_id import InvalidIdNumber, ResidentId
from identity.domain.subject import FIRM, Subject, subject_id
from identity.domain.uscc import Uscc
from schemas import roles

ACCESS_TIME = timedelta(minutes=5)
"""How long an access shows what it was granted for."""


class OwnData(Records):
    """What the platform keeps of who asks, and what others may see of it."""

    def own_subject(self) -> str:
        """The subject of the account that asks. Raises `NotSignedIn` and `NothingKept`."""
        account = self.find(Account, context.current().actor)
        if account is None:
            raise NotSignedIn
        if account.subject_id is None:
            raise NothingKept
        return account.subject_id

    def own_record(self) -> PersonalData:
        """What is kept of the subject of the account that asks. Raises as `own_subject` does."""
        known = self.personal_data(self.own_subject())
        if known is None:
            raise NothingKept
        return known

    def get_personal_data(self) -> dict[str, Any]:
        """Everything that is kept of who asks, and who has seen it. Raises `NothingKept`."""
        known = self.own_record()
        subject = self.load(Subject, known.subject)
        today = clock.legal_date().isoformat()
        return {
            "subject": known.subject,
            "region": subject.region,
            "data": self._values(known),
            "accesses": known.accesses,
            "devices": [
                {"device": device, "first_on": day} for device, day in known.devices.items()
            ],
            "consents": queries_privacy.consents(self.database, known.subject, today),
            "requested_on": known.requested_on,
            "destroy_on": known.destroy_on,
        }

    def correct_personal_data(
        self,
        name: str,
        number: str,
        legal_representative: str | None,
        subject_id: str | None,
        consent_id: str | None,
    ) -> Decision:
        """Correct what is kept, as the registry confirms it now."""
        who = context.current()
        account = self.find(Account, who.actor)
        if account is None:
            raise NotSignedIn
        target, by = subject_id or account.subject_id or "", SELF
        known = self.personal_data(target)
        if target != account.subject_id:
            by = ON_BEHALF
            self._require_editing(target, consent_id)
        if known is None:
            raise NothingKept
        known.require_processing()
        sealing = self.sealing(target)
        registry, values, behind = self._confirmed(target, name, number, legal_representative)
        before = revealed(known, sealing)
        changed = {key: value for key, value in values.items() if before.get(key) != value}
        self.tell(known, registry, behind)
        if not changed:
            return Decision({}, [known] if known.pending_events else [], sealing.statements)
        if by == ON_BEHALF:
            self._require_editing(target, consent_id, changed)
        public, sealed = split(sealing, CORRECTED, changed, firm=USCC in values)
        known.correct(registry, public, sealed, by, consent_id if by == ON_BEHALF else None)
        return Decision({}, [known], sealing.statements)

    def access_personal_data(
        self,
        subject_id: str,
        scope: list[str],
        consent_id: str | None,
        legal_basis: str | None,
        file_number: str | None,
    ) -> Decision:
        """Let staff or a provider see some fields of another, and record it."""
        who, today = context.current(), clock.legal_date()
        subject = self.find(Subject, subject_id)
        if subject is None:
            raise NotFound(what="subject", id=subject_id)
        if (consent_id is None) == (legal_basis is None) or (legal_basis and not file_number):
            raise BasisNeeded
        known, asked = self.personal_data(subject_id), sorted(set(scope))
        kept = {} if known is None else known.public | known.sealed
        if known is None or (missing := [name for name in asked if name not in kept]):
            raise NotKept(fields=", ".join(asked if known is None else missing))
        if legal_basis is not None:
            require_basis(legal_basis, who.role, asked, today.isoformat())
        else:
            known.require_processing()
            consent = self._consent(consent_id)
            consent.require(subject_id, recipients(who.role, who.subject), None, asked, today)
        sealing = self.sealing(subject_id)
        basis = {"consent_id": consent_id, "law": legal_basis, "file_number": file_number}
        known.access(who.actor, who.role, asked, basis, clock.timestamp())
        until = clock.timestamp(clock.now() + ACCESS_TIME)
        result = {"subject": subject_id, "scope": asked, "until": until}
        return Decision(result, [known], sealing.statements, rule_version=RULE_VERSION)

    def seen_data(self, access: dict[str, Any]) -> dict[str, Any]:
        """What an access shows, which is stored nowhere. Raises `AccessOver` when it is over."""
        if clock.now() > datetime.fromisoformat(access["until"]):
            raise AccessOver
        known = self.personal_data(access["subject"])
        values = {} if known is None else self._values(known)
        shown = {name: values[name] for name in access["scope"] if name in values}
        return {"subject": access["subject"], "until": access["until"], "data": shown}

    def _values(self, known: PersonalData) -> Values:
        """What can be read: of who was erased, nothing that was sealed."""
        key = self.vault.find(known.subject)
        if key is None:
            return dict(known.public)
        return revealed(known, self.vault.opened(known.subject, key))

    def _consent(self, consent_id: str | None) -> Consent:
        found = self.find(Consent, consent_id or "")
        if found is None:
            raise NotFound(what="consent", id=consent_id)
        return found

    def _require_editing(
        self, subject: str, consent_id: str | None, changed: Values | None = None
    ) -> None:
        """Only staff of the operator edit for others, with a consent to that (art. 36)."""
        who = context.current()
        if who.role != roles.OPERATOR:
            raise RoleRequired([roles.OPERATOR])
        tenure.require(self.database, who)
        consent = self._consent(consent_id)
        reach = recipients(who.role, who.subject)
        consent.require(subject, reach, EDITING, list(changed or ()), clock.legal_date())

    def _confirmed(
        self, target: str, name: str, number: str, legal_representative: str | None
    ) -> tuple[str, Values, Behind]:
        """The registry's name, and the values as it has just confirmed them; who is behind it."""
        subject = self.load(Subject, target)
        if subject.kind == FIRM:
            try:
                code = Uscc.parse(number).code
            except InvalidIdNumber as fault:
                raise UsccInvalid(**fault.described()) from fault
            self._require_same(target, "uscc", code)
            representative = legal_representative or ""
            answer = self._registries.firm(name, code, representative)
            require_match(answer.outcome)
            behind = NOBODY if answer.record is None else answer.record.behind
            values = {NAME: name, USCC: code, LEGAL_REPRESENTATIVE: representative}
            return MARKET_REGULATION, values, behind
        try:
            parsed = ResidentId.parse(number, clock.legal_date()).number
        except InvalidIdNumber as fault:
            raise IdNumberInvalid(**fault.described()) from fault
        self._require_same(target, "id-number", parsed)
        require_match(self._registries.person(name, parsed))
        return PUBLIC_SECURITY, {NAME: name, ID_NUMBER: parsed}, NOBODY

    def _require_same(self, target: str, kind: str, number: str) -> None:
        if subject_id(lookup_digest(self._lookup, kind, number)) != target:
            raise NumberIsAnothers
