"""Use case: an organisation declares who is behind it (法定代表人、股东申报, art. 17)."""

import re
from datetime import date

from chassis import clock
from chassis.application import Decision
from identity.application.deciding import Deciding
from identity.domain.personal_data import LEGAL_REPRESENTATIVE, USCC
from identity.domain.refusals.personal_data import (
    NobodyDeclared,
    NoOrganisation,
    NothingKept,
    TooManyDeclared,
)
from identity.domain.refusals.verification import IdNumberInvalid
from identity.domain.registry import PUBLIC_SECURITY, Outcome, refusal_of, require_match
from identity.domain.related import DECLARED, MOST, Behind, kind_and_number
from identity.domain.resident_id import InvalidIdNumber, ResidentId
from identity.domain.verification import Verification, verification_id

_BETWEEN = re.compile(r"[\s,;,;、]+")


class Relating(Deciding):
    """Numbers are read for their keyed digests, and kept nowhere."""

    def declare_related(
        self, representative_number: str | None, shareholder_numbers: str | None
    ) -> Decision:
        """Say who is behind one's organisation; public security confirms the representative.

        Raises `NothingKept`, `NoOrganisation`, `NobodyDeclared`, `TooManyDeclared`,
        `IdNumberInvalid`, `TooManyMismatches`, `RegistryUnavailable`, `ErasureUnderWay`.
        """
        account, today = self.acting(), clock.legal_date()
        known = None if account.subject_id is None else self.personal_data(account.subject_id)
        if account.subject_id is None or known is None:
            raise NothingKept
        subject = account.subject_id
        known.require_processing()
        if USCC not in known.public:
            raise NoOrganisation
        behind = _read(representative_number, shareholder_numbers, today)
        sealing = self.sealing(subject)
        if behind.representative:
            self._may_ask(subject, account.key)
            type_ = known.sealed_in[LEGAL_REPRESENTATIVE]
            sealed = known.sealed[LEGAL_REPRESENTATIVE]
            name = sealing.unseal(type_, LEGAL_REPRESENTATIVE, sealed)
            outcome = self._registries.person(name, behind.representative[0])
            if outcome in (Outcome.MISMATCH, Outcome.NOT_FOUND):
                return self._mismatch(subject, account.key, outcome)
            require_match(outcome)
        related = self.related(behind)
        known.tell_related(DECLARED, related)
        kept = [known] if known.pending_events else []
        shown = {"subject": subject, **{name: len(ids) for name, ids in related.items()}}
        return Decision(shown, kept, sealing.statements)

    def _mismatch(self, subject: str, account_id: str, outcome: Outcome) -> Decision:
        """Whoever tries numbers for a name is counted, and soon asks no more."""
        verification = self.find(Verification, verification_id(subject))
        if verification is None:
            verification = Verification.open(subject, "uscc")
        verification.answer(account_id, PUBLIC_SECURITY, outcome, clock.timestamp())
        return Decision({}, [verification], refusal=refusal_of(outcome))


def _read(representative: str | None, shareholders: str | None, today: date) -> Behind:
    """The numbers, each of which is one."""
    listed = [each for each in _BETWEEN.split(shareholders or "") if each]
    if representative is None and not listed:
        raise NobodyDeclared
    if len(listed) > MOST:
        raise TooManyDeclared(most=MOST)
    try:
        for each in listed:
            kind_and_number(each, today)
        if representative is None:
            return Behind((), tuple(listed))
        return Behind((ResidentId.parse(representative, today).number,), tuple(listed))
    except InvalidIdNumber as fault:
        raise IdNumberInvalid(**fault.described()) from fault
