"""Deciding about a candidate: ask, judge, admit; or wait for a registry, or for staff.

The same steps whoever asks: the applicant, or the service itself when a registry answers again.
"""

from dataclasses import dataclass, field
from typing import Any

from chassis import clock
from chassis.application import Decision
from chassis.database import Statement
from chassis.domain import Aggregate, Refusal
from chassis.privacy import lookup_digest
from identity import queries
from identity.application.base import present
from identity.application.candidates import Candidate, ExpertAsProvider, PersonAsUser, Record, Rules
from identity.application.records import Records
from identity.domain.account import Account
from identity.domain.admission import REAL_NAME, RULE_VERSION, Judgement
from identity.domain.age import HIGHEST_AGE, Completes, completes_on
from identity.domain.case import ACTIVE, IN_REVIEW, VERIFYING, Admission, case_id
from identity.domain.refusals.verification import (
    AlreadyRegistered,
    RegistryUnavailable,
    TooManyMismatches,
)
from identity.domain.registry import Outcome, refusal_of
from identity.domain.related import NOBODY
from identity.domain.renewal import renew_by
from identity.domain.subject import Subject, subject_id
from identity.domain.verification import (
    IN_ALL,
    WINDOW,
    WINDOW_HOURS,
    Verification,
    verification_id,
)
from identity.projections.providers import keep_resources
from identity.projections.renewals import watch_age
from identity.read_models import blacklist
from identity.vault import Sealing
from schemas import roles

DEFERRED = "identity.VerificationDeferred"
REVIEWED = "identity.AdmissionReviewAsked"
"""The event types that hold what was sent, sealed: part of what it is sealed for."""

HELD = "held"
RESOURCES = "provider-resources"
"""What the private table seals free text for."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an imported candidate stood: a file, by its SHA-256, and its row."""

    file: str
    row: int


@dataclass
class Settled:
    """What became of a candidate."""

    account: Account
    subject: Subject | None
    case: Admission | None
    state: str = ACTIVE
    refusal: Refusal | None = None
    keys: list[Aggregate] = field(default_factory=list)
    answers: list[Aggregate] = field(default_factory=list)
    changed: list[Aggregate] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    sealing: Sealing | None = None
    source: Source | None = None

    @property
    def aggregates(self) -> list[Aggregate]:
        """In the order in which the log tells it: grounds before what follows from them."""
        case = [self.case] if self.case is not None else []
        return [*self.keys, *self.answers, *case, *self.changed]

    def decision(self) -> Decision:
        """As the command's decision."""
        return Decision(
            admitted(self.account, self.subject, self.state, self.case),
            self.aggregates,
            self.statements,
            rule_version=RULE_VERSION,
            refusal=self.refusal,
        )


def admitted(
    account: Account, subject: Subject | None, state: str, case: Admission | None
) -> dict[str, Any]:
    """As `AdmissionView` shows it."""
    linked = subject if account.subject_id is not None else None
    return {
        **present(account, linked),
        "state": state,
        "case_id": None if case is None else case.key,
    }


class Deciding(Records):
    """The steps from a candidate to what becomes of it."""

    def rules(self) -> Rules:
        """By what is judged now."""
        return Rules(clock.legal_date(), Completes(self.settings.age_policy))

    def subject_of(self, candidate: Candidate) -> str:
        """The id of the subject with the candidate's number."""
        return subject_id(lookup_digest(self._lookup, candidate.digest_of, candidate.number))

    def apply(self, candidate: Candidate) -> Decision:
        """Decide about what the acting account has sent."""
        key = self.subject_of(candidate)
        account = self.acting_for(key)
        if account.subject_id == key:
            self.require_processing(key)
        case = self.find(Admission, case_id(candidate.role, account.key, key))
        renewing = self._renews(candidate, account, self.find(Subject, key))
        if not renewing:
            if account.subject_id == key:
                blacklist.require_not_on_it(self.database, key)
            candidate.check()
            if case is not None and case.state == IN_REVIEW:
                case.submit(candidate.papers)  # raises that it is under review
        self._may_ask(key, account.key)
        outcome, record = candidate.ask(self._registries)
        subject = self.find(Subject, key)
        account = self.acting_for(key)
        return self.settle(candidate, key, account, subject, outcome, record).decision()

    def settle(
        self,
        candidate: Candidate,
        key: str,
        account: Account,
        subject: Subject | None,
        outcome: Outcome,
        record: Record,
        source: Source | None = None,
    ) -> Settled:
        """What becomes of a candidate after a registry was asked.

        With a `source` the account is that of staff who import it, and acts for nobody. Whether a
        number is registered here is told to nobody who does not know the name that belongs to it.
        The subject was read before the account: they are linked in one transaction, so the account
        is never an older one. Raises `AlreadyRegistered`, `TooManyMismatches`.
        """
        if subject is not None and account.subject_id != key:
            if outcome is not Outcome.MATCH:
                subject = None
            elif source is not None or not subject.unclaimed:
                raise AlreadyRegistered
        case = self.find(Admission, case_id(candidate.role, account.key, key))
        settled = Settled(account, subject, case, source=source)
        verification = self.find(Verification, verification_id(key))
        if verification is None:
            verification = Verification.open(key, candidate.document)
        # Once more, of what is written now: of many who guess at once only a few learn anything.
        verification.may_ask(account.key, clock.timestamp(clock.now() - WINDOW))
        settled.answers.append(verification)
        if outcome is Outcome.UNAVAILABLE:
            if source is not None or self._renews(candidate, account, subject):
                raise RegistryUnavailable  # it is no case: it is asked for again
            if subject is not None and candidate.holds(subject):
                raise AlreadyRegistered  # its own account asks: there is nothing to wait for
            self._wait(settled, candidate, verification)
        elif outcome is not Outcome.MATCH:
            self._unconfirmed(settled, candidate, verification, outcome, record)
        else:
            self._on_match(settled, candidate, verification, key, record)
        return settled

    def require_processing(self, key: str) -> None:
        """Raise `ErasureUnderWay` where a subject's data is about to be erased."""
        known = self.personal_data(key)
        if known is not None:
            known.require_processing()

    def _may_ask(self, key: str, account_id: str) -> None:
        since = clock.timestamp(clock.now() - WINDOW)
        verification = self.find(Verification, verification_id(key))
        if verification is not None:
            verification.may_ask(account_id, since)
        if queries.verification.misses(self.database, account_id, since) >= IN_ALL:
            raise TooManyMismatches(hours=WINDOW_HOURS)

    def _renews(self, candidate: Candidate, account: Account, subject: Subject | None) -> bool:
        """Whether it is its own admitted subject that is verified anew, with other texts maybe."""
        if subject is None or account.subject_id != subject.key or not candidate.holds(subject):
            return False
        return self.renewable(subject)

    def renewable(self, subject: Subject) -> bool:
        """Whether a subject's verification may be made anew: lapsed, or near its day."""
        renewal = subject.renewal
        if not subject.verified or renewal is None:
            return True
        return clock.legal_date() >= renewal.remind_on

    def _wait(self, settled: Settled, candidate: Candidate, verification: Verification) -> None:
        """No registry answered: keep what was sent, sealed, and ask again until one does."""
        case, account = self._open(settled, candidate, verification.subject_id), settled.account
        sealing = self.sealing(verification.subject_id)
        held = sealing.seal(DEFERRED, HELD, candidate.held())
        if account.key not in verification.pending or case.state != VERIFYING:
            self._submit(case, candidate, settled.subject, again=True)
        verification.defer(account.key, case.key, candidate.registry, held)
        settled.keys += sealing.aggregates
        settled.statements += sealing.statements
        settled.state = VERIFYING

    def _unconfirmed(
        self,
        settled: Settled,
        candidate: Candidate,
        verification: Verification,
        outcome: Outcome,
        record: Record,
    ) -> None:
        """The registry knows another name, or not the number."""
        account, now = settled.account, clock.timestamp()
        verification.answer(account.key, candidate.registry, outcome, now)
        if not candidate.disputed() or settled.subject is not None:
            self._refuse(settled, candidate, verification, refusal_of(outcome))
            return
        judgement = candidate.judge(record)
        disputed = {**judgement.conditions, "real-name": "reviewed", "registry-said": outcome.value}
        self._review(
            settled,
            candidate,
            verification,
            record,
            Judgement(disputed, (REAL_NAME, *judgement.matters)),
        )

    def _on_match(
        self,
        settled: Settled,
        candidate: Candidate,
        verification: Verification,
        key: str,
        record: Record,
    ) -> None:
        """The registry knows the number by this name."""
        account, subject = settled.account, settled.subject
        registry, now = candidate.registry, clock.timestamp()
        known = self._renews(candidate, account, subject)
        if not known and subject is not None and candidate.holds(subject):
            if not subject.unclaimed:
                raise AlreadyRegistered
            known = True  # it was imported, and its holder has come
        if not known:
            try:
                judgement = candidate.judge(record)
            except Refusal as refusal:
                verification.answer(account.key, registry, Outcome.MATCH, now)
                self._refuse(settled, candidate, verification, refusal)
                return
        verification.answer(account.key, registry, Outcome.MATCH, now)
        subject = self._stands(settled, candidate, key, record)
        if known:
            return
        if judgement.matters:
            self._review(settled, candidate, verification, record, judgement)
            return
        if candidate.role == roles.PROVIDER or settled.case is not None:
            case = self._open(settled, candidate, key)
            self._submit(case, candidate, subject, again=True)
            case.activate(judgement.conditions)
        self.admit(settled, candidate.role, judgement.conditions, candidate.terms(record))
        settled.statements += self._beside(settled, candidate, key)

    def _stands(self, settled: Settled, candidate: Candidate, key: str, record: Record) -> Subject:
        """The subject, verified now, what is kept of it, and the account that acts for it."""
        subject, until = settled.subject, renew_by(clock.legal_date())
        behind = NOBODY if record is None else record.behind
        values = candidate.values()
        kept = self.keep(key, candidate.registry, values, subject is None, behind)
        settled.sealing = kept.sealing
        settled.keys += kept.sealing.aggregates
        settled.changed += [each for each in kept.aggregates if each not in settled.keys]
        settled.statements += kept.statements
        if subject is None:
            subject = settled.subject = Subject.confirmed(
                key,
                kind=candidate.subject_kind,
                document=candidate.document,
                region=candidate.region(record),
                registry=candidate.registry,
                renew_by=until,
            )
        elif self.renewable(subject):
            subject.renew(candidate.registry, Outcome.MATCH.value, until)
        settled.changed.append(subject)
        if settled.source is not None:
            subject.note_import(settled.source.file, settled.source.row)
            return subject
        if subject.unclaimed:
            subject.claim(settled.account.key)
        settled.account.link(key)
        settled.changed.append(settled.account)
        return subject

    def admit(
        self, settled: Settled, role: str, conditions: dict[str, Any], terms: dict[str, Any]
    ) -> None:
        """Give the subject its role, with what was found."""
        assert settled.subject is not None
        if role == roles.USER:
            settled.subject.admit_as_user(conditions)
        else:
            settled.subject.admit_as_provider(
                terms["kind"], terms["name"], conditions, may_charge=terms["may_charge"]
            )

    def _review(
        self,
        settled: Settled,
        candidate: Candidate,
        verification: Verification,
        record: Record,
        judgement: Judgement,
    ) -> None:
        """Ask staff, and keep what the admission will say."""
        key = verification.subject_id
        case = self._open(settled, candidate, key)
        self._submit(case, candidate, settled.subject, again=True)
        found = {
            "conditions": judgement.conditions,
            "kind": candidate.subject_kind,
            "region": candidate.region(record),
            "terms": candidate.terms(record),
        }
        held = None
        if settled.sealing is None:  # no registry confirmed it: staff may
            sealing = settled.sealing = self.sealing(key)
            held = sealing.seal(REVIEWED, HELD, candidate.held())
            settled.keys += sealing.aggregates
            settled.statements += sealing.statements
        case.ask_review(judgement.matters, found, held)
        settled.statements += self._beside(settled, candidate, key)
        settled.state = IN_REVIEW

    def _refuse(
        self,
        settled: Settled,
        candidate: Candidate,
        verification: Verification,
        refusal: Refusal,
    ) -> None:
        """Refuse; a provider's case, and one that waited, keep why; who has the role keeps it."""
        settled.refusal = refusal
        if settled.subject is not None and candidate.holds(settled.subject):
            return
        if candidate.role == roles.PROVIDER or settled.case is not None:
            case = self._open(settled, candidate, verification.subject_id)
            self._submit(case, candidate, settled.subject, again=True)
            case.reject(refusal.code, refusal.data)

    def _open(self, settled: Settled, candidate: Candidate, key: str) -> Admission:
        if settled.case is None:
            settled.case = Admission.open(candidate.role, settled.account.key, key)
        return settled.case

    @staticmethod
    def _submit(
        case: Admission, candidate: Candidate, subject: Subject | None, again: bool = False
    ) -> None:
        """Submit what was sent, unless the case waits with just that."""
        if case.state == VERIFYING and case.papers == candidate.papers:
            return
        given_up = subject is None or not candidate.holds(subject)
        case.submit(candidate.papers, again=again and given_up)

    def _beside(self, settled: Settled, candidate: Candidate, key: str) -> list[Statement]:
        """What is kept beside the events: the resources' text, and when a person turns sixty."""
        found = []
        if candidate.texts.resources and settled.sealing is not None:
            text = settled.sealing.seal(RESOURCES, "resources", candidate.texts.resources)
            found.append(keep_resources(key, text))
        if isinstance(candidate, PersonAsUser):
            found.append(self.watch(key, candidate))
        return found

    def watch(self, key: str, candidate: PersonAsUser | ExpertAsProvider) -> Statement:
        """Remember when a person turns sixty, as a keyed digest of the birthday alone."""
        day = completes_on(candidate.id.birth_date, HIGHEST_AGE + 1)
        return watch_age(key, self.birthday_digest(day.isoformat()))

    def birthday_digest(self, day: str) -> str:
        """The keyed digest that stands for a sixtieth birthday."""
        return lookup_digest(self._lookup, "sixtieth-birthday", day)
