"""What is kept of a subject, and how use cases keep it (个人信息留存, art. 36)."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from chassis import clock
from chassis.database import Statement
from chassis.domain import Aggregate
from chassis.privacy import lookup_digest
from identity.application.base import IdentityBase
from identity.domain.personal_data import (
    CORRECTED,
    NAME,
    RECORDED,
    REGISTRATION,
    USCC,
    PersonalData,
    Values,
    personal_data_id,
)
from identity.domain.related import NOBODY, RELATIONS, Behind, Related, kind_and_number
from identity.domain.resident_id import InvalidIdNumber
from identity.domain.subject import subject_id
from identity.vault import Sealing


@dataclass(frozen=True)
class Kept:
    """What a decision hands over so that a subject's data is kept with it."""

    sealing: Sealing
    aggregates: tuple[Aggregate, ...]
    statements: tuple[Statement, ...]


class Records(IdentityBase):
    """Keeping what a registry confirmed, and reading it."""

    def personal_data(self, subject: str) -> PersonalData | None:
        """What is kept of a subject, sealed; None where nothing is."""
        return self.find(PersonalData, personal_data_id(subject))

    def keep(
        self,
        subject: str,
        registry: str,
        values: Values,
        new: bool = False,
        behind: Behind = NOBODY,
    ) -> Kept:
        """Keep what a registry has just confirmed: record it, or correct what has changed.

        `new` says that the subject was not known before; `behind` who is behind it, where the
        registry said so. Raises `SubjectErased` and
        `ErasureUnderWay`: of who is gone, or is about to go, nothing more is kept.
        """
        sealing = self.sealing(subject)
        known = None if new else self.personal_data(subject)
        if known is None:
            public, sealed = split(sealing, RECORDED, values)
            first = PersonalData(subject=subject, registry=registry, public=public, sealed=sealed)
            self.tell(first, registry, behind)
            return Kept(sealing, (*sealing.aggregates, first), sealing.statements)
        held = self.while_processing(known)
        before = revealed(known, sealing)
        changed = {name: value for name, value in values.items() if before.get(name) != value}
        if changed:
            public, sealed = split(sealing, CORRECTED, changed, firm=USCC in values)
            known.correct(registry, public, sealed, REGISTRATION, None)
        self.tell(known, registry, behind)
        if not known.pending_events:
            return Kept(sealing, (), (held,))
        return Kept(sealing, (known,), sealing.statements)

    def tell(self, known: PersonalData, source: str, behind: Behind) -> None:
        """Keep who is behind an organisation, as a source has just said; nothing where it did not.

        Raises `ErasureUnderWay`.
        """
        if behind:
            known.tell_related(source, self.related(behind))

    def related(self, behind: Behind) -> Related:
        """Those behind an organisation by their subjects' ids; what is no number is nobody."""
        today = clock.legal_date()
        found: Related = {relation: [] for relation in RELATIONS}
        for relation, ids in found.items():
            for each in behind.of(relation):
                with suppress(InvalidIdNumber):
                    named = lookup_digest(self._lookup, *kind_and_number(each, today))
                    ids.append(subject_id(named))
        return {relation: sorted(set(ids)) for relation, ids in found.items()}

    def while_processing(self, known: PersonalData) -> Statement:
        """The statement of a decision about a subject whose processing has not stopped.

        It sees to it that this is still so when the decision is written, which must not write to
        what is kept itself. Raises `ErasureUnderWay`.
        """
        known.require_processing()
        return self.vault.hold(known.subject, known.key, known.version)


def split(
    sealing: Sealing, type_: str, values: Mapping[str, str], firm: bool | None = None
) -> tuple[Values, Values]:
    """The values as an event of that type holds them: public ones, sealed ones.

    Of a firm (who has a USCC) name and USCC are public; of a person nothing is.
    """
    firm = USCC in values if firm is None else firm
    open_to_all = {NAME, USCC} if firm else set()
    public = {name: value for name, value in values.items() if name in open_to_all}
    sealed = {
        name: sealing.seal(type_, name, value)
        for name, value in values.items()
        if name not in open_to_all
    }
    return public, sealed


def revealed(known: PersonalData, sealing: Sealing) -> Values:
    """Every value that is kept, in clear. Raises `Unsealable`."""
    return known.public | {
        name: sealing.unseal(known.sealed_in[name], name, value)
        for name, value in known.sealed.items()
    }
