"""Candidates: who wants to be admitted as what, whom to ask about them, and by which rules.

A candidate is made from what was sent, or from what was kept sealed while a registry was away: it
is judged the same way.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, ClassVar

from identity.domain import admission, providing
from identity.domain.admission import Judgement
from identity.domain.age import Completes
from identity.domain.case import Papers
from identity.domain.commitments import signed
from identity.domain.personal_data import (
    ID_NUMBER,
    LEGAL_REPRESENTATIVE,
    NAME,
    USCC,
    Values,
)
from identity.domain.providing import Offer
from identity.domain.refusals.verification import IdNumberInvalid, UsccInvalid
from identity.domain.registry import (
    INSTITUTION_REGISTRATION,
    MARKET_REGULATION,
    PUBLIC_SECURITY,
    FirmRecord,
    InstitutionRecord,
    Outcome,
)
from identity.domain.resident_id import InvalidIdNumber, ResidentId
from identity.domain.subject import FIRM, INSTITUTION, PERSON, Subject
from identity.domain.uscc import Uscc
from identity.registries import Registries
from schemas import roles

Record = FirmRecord | InstitutionRecord | None
FIRM_HEAD = "9"
"""The first character of the USCC of what market regulation registers (工商)."""


@dataclass(frozen=True, slots=True, repr=False)
class Texts:
    """What is personal of an application: never in clear but here."""

    name: str
    number: str
    legal_representative: str = ""
    resources: str = ""

    def packed(self) -> str:
        """As one text, to be sealed."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def unpacked(cls, text: str) -> "Texts":
        """From `packed`."""
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True)
class Rules:
    """By what candidates are judged: the date in Asia/Shanghai, and how years are counted."""

    today: date
    policy: Completes


class Candidate(ABC):
    """Somebody who applies for admission in a role."""

    role: ClassVar[str]
    subject_kind: str
    registry: str
    digest_of: ClassVar[str]
    """What the number is, for its keyed digest."""

    document: str
    number: str
    """The number, normalised."""

    def __init__(self, texts: Texts, papers: Papers, rules: Rules) -> None:
        self.texts = texts
        self.papers = papers
        self.rules = rules

    def held(self) -> str:
        """What is personal, with the number normalised, as one text to be sealed."""
        return replace(self.texts, number=self.number).packed()

    @abstractmethod
    def values(self) -> Values:
        """What is kept of the subject once its name is confirmed."""

    @abstractmethod
    def check(self) -> None:
        """Refuse what needs no registry."""

    @abstractmethod
    def ask(self, registries: Registries) -> tuple[Outcome, Record]:
        """Whether the name is that of the number."""

    @abstractmethod
    def judge(self, record: Record) -> Judgement:
        """The conditions, once the name is confirmed. Raises refusals."""

    @abstractmethod
    def region(self, record: Record) -> str:
        """The region of the subject."""

    def disputed(self) -> bool:
        """Whether staff are to look at a name that the registry does not confirm."""
        return False

    def terms(self, record: Record) -> dict[str, Any]:
        """What an admission says besides its conditions."""
        return {}

    def holds(self, subject: Subject) -> bool:
        """Whether the subject has the role already."""
        return subject.is_user


class _Person(Candidate):
    subject_kind = PERSON
    registry = PUBLIC_SECURITY
    digest_of = "id-number"

    def __init__(self, texts: Texts, papers: Papers, rules: Rules) -> None:
        super().__init__(texts, papers, rules)
        try:
            self.id = ResidentId.parse(texts.number, rules.today)
        except InvalidIdNumber as fault:
            raise IdNumberInvalid(**fault.described()) from fault
        self.number, self.document = self.id.number, self.id.kind.value

    def values(self) -> Values:
        return {NAME: self.texts.name, ID_NUMBER: self.number}

    def ask(self, registries: Registries) -> tuple[Outcome, Record]:
        return registries.person(self.texts.name, self.number), None

    def region(self, record: Record) -> str:
        return admission.home_region(self.id)

    def disputed(self) -> bool:
        return admission.IDENTITY_DOCUMENT in self.papers.kinds


class _Organisation(Candidate):
    digest_of = "uscc"
    document = "uscc"

    def __init__(self, texts: Texts, papers: Papers, rules: Rules) -> None:
        super().__init__(texts, papers, rules)
        try:
            self.number = Uscc.parse(texts.number).code
        except InvalidIdNumber as fault:
            raise UsccInvalid(**fault.described()) from fault
        firm = self.number.startswith(FIRM_HEAD)
        self.subject_kind = FIRM if firm else INSTITUTION
        self.registry = MARKET_REGULATION if firm else INSTITUTION_REGISTRATION

    def values(self) -> Values:
        representative = self.texts.legal_representative
        return {NAME: self.texts.name, USCC: self.number, LEGAL_REPRESENTATIVE: representative}

    def ask(self, registries: Registries) -> tuple[Outcome, Record]:
        asked = (self.texts.name, self.number, self.texts.legal_representative)
        if self.registry == MARKET_REGULATION:
            firm = registries.firm(*asked)
            return firm.outcome, firm.record
        institution = registries.institution(*asked)
        return institution.outcome, institution.record

    def region(self, record: Record) -> str:
        assert record is not None
        return admission.seat_region(record.region)


class PersonAsUser(_Person):
    """A person who wants to be a user (art. 25)."""

    role = roles.USER

    def check(self) -> None:
        """Age and capacity need no registry."""
        self.judge(None)

    def judge(self, record: Record) -> Judgement:
        """The conditions of art. 25."""
        rules = self.rules
        return admission.person_as_user(
            self.id.birth_date, rules.today, rules.policy, self.papers.kinds
        )


class FirmAsUser(_Organisation):
    """A firm that wants to be a user (art. 2, 25). Institutions are no firms."""

    role = roles.USER

    def __init__(self, texts: Texts, papers: Papers, rules: Rules) -> None:
        super().__init__(texts, papers, rules)
        self.registry, self.subject_kind = MARKET_REGULATION, FIRM

    def check(self) -> None:
        """Whatever there is to refuse needs the registry."""

    def judge(self, record: Record) -> Judgement:
        """The conditions of art. 2 and 25."""
        assert isinstance(record, FirmRecord)
        name, kinds = self.texts.name, self.papers.kinds
        return admission.firm_as_user(name, record, self.rules.today, kinds)


class _Provider(Candidate):
    role = roles.PROVIDER
    office = ""
    """The first digit of an organisation's USCC: which office registered it."""

    def check(self) -> None:
        """The document of its kind is there."""
        providing.ready_to_provide(self.papers.kind, self.papers.kinds)

    def offer(self) -> Offer:
        """What the provider says of itself. Raises refusals about its commitments."""
        papers = self.papers
        digests = [each["text_sha256"] for each in papers.commitments]
        return Offer(
            kind=papers.kind,
            categories=tuple(papers.categories),
            resources_sha256=papers.resources_sha256 or "",
            commitments=signed(digests, self.rules.today),
            civil_servant=bool(papers.civil_servant),
        )

    def terms(self, record: Record) -> dict[str, Any]:
        institution = record if isinstance(record, InstitutionRecord) else None
        return {
            "kind": self.papers.kind,
            "name": self.shown_name(),
            "may_charge": providing.may_charge(self.offer(), institution, self.office),
        }

    def shown_name(self) -> str:
        """The name that everybody may read."""
        return self.texts.name

    def holds(self, subject: Subject) -> bool:
        """Active, or suspended."""
        return subject.provider in ("active", "suspended")


class OrganisationAsProvider(_Provider, _Organisation):
    """An organisation that wants to provide (art. 21-23)."""

    def __init__(self, texts: Texts, papers: Papers, rules: Rules) -> None:
        super().__init__(texts, papers, rules)
        self.office = self.number[0]

    def judge(self, record: Record) -> Judgement:
        """The seven conditions of art. 21."""
        if isinstance(record, FirmRecord):
            return providing.firm_as_provider(self.offer(), record, self.rules.today)
        assert isinstance(record, InstitutionRecord)
        return providing.institution_as_provider(
            self.offer(), record, self.rules.today, self.office
        )


class ExpertAsProvider(_Provider, _Person):
    """A person who wants to provide (art. 23, 3)."""

    def check(self) -> None:
        """Papers, and age."""
        super().check()
        self.judge(None)

    def judge(self, record: Record) -> Judgement:
        """The seven conditions of art. 21."""
        rules = self.rules
        return providing.expert_as_provider(
            self.offer(), self.id.birth_date, rules.today, rules.policy
        )

    def shown_name(self) -> str:
        """No person's name is shown in the log."""
        return "个人专家"


KINDS: dict[tuple[str, str], Callable[[Texts, Papers, Rules], Candidate]] = {
    (roles.USER, PERSON): PersonAsUser,
    (roles.USER, FIRM): FirmAsUser,
    (roles.PROVIDER, providing.PUBLIC_AGENCY): OrganisationAsProvider,
    (roles.PROVIDER, providing.RECOGNISED_INSTITUTION): OrganisationAsProvider,
    (roles.PROVIDER, providing.LAWFUL_FIRM): OrganisationAsProvider,
    (roles.PROVIDER, providing.CERTIFIED_EXPERT): ExpertAsProvider,
}
"""By role and by what somebody applies as (`Papers.kind`)."""


def candidate_of(role: str, texts: Texts, papers: Papers, rules: Rules) -> Candidate:
    """The candidate of an application. Raises `IdNumberInvalid` and `UsccInvalid`."""
    return KINDS[role, papers.kind](texts, papers, rules)
