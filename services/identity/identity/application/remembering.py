"""What was verified, sealed in the log: read to ask a registry again, and for nothing else."""

from chassis.domain import Aggregate
from chassis.privacy import Unsealable
from identity.application.candidates import Texts
from identity.application.deciding import Deciding
from identity.application.records import revealed
from identity.domain.personal_data import ID_NUMBER, LEGAL_REPRESENTATIVE, NAME, USCC
from identity.domain.refusals.personal_data import SubjectErased
from identity.domain.refusals.verification import RegistryUnavailable
from identity.domain.registry import (
    INSTITUTION_REGISTRATION,
    MARKET_REGULATION,
    PUBLIC_SECURITY,
    FirmAnswer,
    InstitutionAnswer,
    Listed,
    Outcome,
)
from identity.domain.related import NOBODY, Behind
from identity.domain.subject import FIRM, PERSON, Subject


class Remembering(Deciding):
    """Asks registries with what was verified before."""

    def look_at_lists(self, subject: Subject) -> str | None:
        """What the registry's lists say of a firm; None for who is none, or cannot be asked about.

        Raises `RegistryUnavailable`.
        """
        if subject.kind != FIRM:
            return None
        texts = self.remembered(subject.key)
        if texts is None:
            return None
        listed = self._registries.listed(texts.number)
        if listed is Listed.UNAVAILABLE:
            raise RegistryUnavailable
        return listed.value

    def remembered(self, subject_id: str) -> Texts | None:
        """What was verified; None where it cannot be read, or nothing may be done with it."""
        known = self.personal_data(subject_id)
        if known is None or known.requested_on is not None or known.erased:
            return None
        try:
            values = revealed(known, self.sealing(subject_id))
        except (SubjectErased, Unsealable):
            return None
        number = values.get(ID_NUMBER) or values.get(USCC, "")
        return Texts(values.get(NAME, ""), number, values.get(LEGAL_REPRESENTATIVE, ""))

    def ask_again(self, subject: Subject, texts: Texts) -> tuple[Outcome, str, Behind]:
        """The outcome for what was verified before, which registry said so, who is behind it."""
        if subject.kind == PERSON:
            return self._registries.person(texts.name, texts.number), PUBLIC_SECURITY, NOBODY
        asked = (texts.name, texts.number, texts.legal_representative)
        answer: FirmAnswer | InstitutionAnswer
        if subject.kind == FIRM:
            answer, registry = self._registries.firm(*asked), MARKET_REGULATION
        else:
            answer, registry = self._registries.institution(*asked), INSTITUTION_REGISTRATION
        behind = NOBODY if answer.record is None else answer.record.behind
        return answer.outcome, registry, behind

    def told_again(self, subject: str, registry: str, behind: Behind) -> list[Aggregate]:
        """What is kept of an organisation, where a registry now says others behind it."""
        known = self.personal_data(subject) if behind else None
        if known is None:
            return []
        self.tell(known, registry, behind)
        return [known] if known.pending_events else []
