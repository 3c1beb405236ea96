"""Use cases of importing subjects (批量导入, art. 13): staff collected them, same rules.

One row is one command, as if the subject had applied: candidate, registry, judgement, admission.
What is done for many at once is only what asks somebody else: registries, and the look into the log
for what is there already.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chassis import context
from chassis.application import Decision
from chassis.refusal import Refusal
from identity.application.base import under_rules
from identity.application.candidates import Candidate, Record, Texts, candidate_of
from identity.application.deciding import Deciding, Settled, Source
from identity.domain.account import Account
from identity.domain.admission import RULE_VERSION
from identity.domain.case import Papers, case_id
from identity.domain.refusals.verification import AlreadyRegistered, RepresentativeNeeded
from identity.domain.registry import Outcome
from identity.domain.subject import FIRM, PERSON, Subject
from identity.domain.subject_key import subject_key_id
from identity.domain.verification import verification_id
from schemas import roles


@dataclass(slots=True)
class Collected:
    """A row as it was collected: a candidate and the id of its subject, or why it is none.

    `answer` is what a registry said of it just now, where that was asked.
    """

    source: Source
    candidate: Candidate | None = None
    key: str = ""
    refusal: Refusal | None = None
    answer: tuple[Outcome, Record] | None = None


class Importing(Deciding):
    """Importing subjects that staff collected."""

    @under_rules(RULE_VERSION)
    def import_subject(self, **values: Any) -> Decision:
        """Verify a subject of a file and admit it as a user."""
        account, row = self.acting(), self.collected(**values)
        self.ask_about([row])
        return self.imported(row, account)

    def collected(
        self, kind: str, name: str, number: str, legal_representative: str, source: str, row: int
    ) -> Collected:
        """A row, as far as it can be judged without asking anybody: numbers, and age."""
        found = Collected(Source(source, row))
        try:
            if kind == FIRM and not legal_representative:
                raise RepresentativeNeeded
            texts = Texts(name, number, legal_representative if kind == FIRM else "")
            candidate = candidate_of(roles.USER, texts, Papers(kind, ""), self.rules())
            candidate.papers = Papers(kind, candidate.document)
            found.key = self.subject_of(candidate)
            candidate.check()
            found.candidate = candidate
        except Refusal as refusal:
            found.refusal = refusal
        return found

    def ask_about(self, rows: Sequence[Collected]) -> None:
        """Ask the registries about all of these rows that are sound, many in one question."""
        persons: list[Collected] = []
        firms: list[Collected] = []
        for row in rows:
            if row.candidate is not None:
                (persons if row.candidate.subject_kind == PERSON else firms).append(row)
        of_persons = [(each.name, number) for each, number in map(_asked, persons)]
        for row, outcome in zip(persons, self._registries.persons(of_persons), strict=True):
            row.answer = (outcome, None)
        of_firms = [(e.name, number, e.legal_representative) for e, number in map(_asked, firms)]
        for row, firm in zip(firms, self._registries.firms(of_firms), strict=True):
            row.answer = (firm.outcome, firm.record)

    @contextmanager
    def looked_up_for(self, rows: Sequence[Collected]) -> Iterator[None]:
        """Look once for everything that these rows may find in the log."""
        actor, ids = context.current().actor, []
        for row in rows:
            if row.candidate is not None:
                case = case_id(row.candidate.role, actor, row.key)
                ids += [row.key, verification_id(row.key), subject_key_id(row.key), case]
        with self.looked_up(ids):
            yield

    @under_rules(RULE_VERSION)
    def imported(self, row: Collected, account: Account) -> Decision:
        """Decide about a row that the registries were asked about; `account` is who imports it."""
        if row.refusal is not None:
            raise row.refusal
        assert row.candidate is not None
        assert row.answer is not None
        subject = self.find(Subject, row.key)
        outcome, record = row.answer
        settled = self.settle(row.candidate, row.key, account, subject, outcome, record, row.source)
        return Decision(
            _shown(row.key, settled),
            settled.aggregates,
            settled.statements,
            rule_version=RULE_VERSION,
            refusal=settled.refusal,
        )

    def foreseen(self, rows: Sequence[Collected]) -> list[Refusal | None]:
        """What refuses these rows without a registry; nothing is asked and nothing written."""
        with self.looked_up_for(rows):
            return [
                AlreadyRegistered()
                if row.refusal is None and not self.is_absent(row.key)
                else row.refusal
                for row in rows
            ]


def _asked(row: Collected) -> tuple[Texts, str]:
    assert row.candidate is not None
    return row.candidate.texts, row.candidate.number


def _shown(key: str, settled: Settled) -> dict[str, Any]:
    """As `ImportedView` shows it."""
    subject = settled.subject
    kind, region = ("", "") if subject is None else (subject.kind, subject.region)
    return {"subject_id": key, "kind": kind, "region": region}
