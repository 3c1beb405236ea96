"""Use cases of staff: cases decided by hand (人工审核), providers suspended and resumed."""

from typing import Any

from chassis import clock, context
from chassis.application import Decision
from chassis.refusal import NotFound
from identity import queries
from identity.application.admission import Admitting
from identity.application.base import under_rules
from identity.application.candidates import Texts, candidate_of
from identity.application.deciding import HELD, REVIEWED, Settled
from identity.domain.account import Account
from identity.domain.admission import OWNERSHIP, REAL_NAME, RULE_VERSION, owned
from identity.domain.case import Admission
from identity.domain.refusals.admission import NotInGoodStanding
from identity.domain.refusals.cases import NotProvider, NotVerified, ReviewRejected
from identity.domain.refusals.verification import AlreadyRegistered
from identity.domain.registry import MANUAL_REVIEW, Ownership
from identity.domain.registry import REVIEWED as REVIEWED_BY_HAND
from identity.domain.renewal import renew_by
from identity.domain.subject import Subject
from identity.refusing import refused
from schemas import roles


class Reviewing(Admitting):
    """Deciding by hand, and what staff do about providers."""

    def case(self, case_id: str) -> dict[str, Any]:
        """A case: one's own, or any for the operator's staff."""
        return queries.cases.case(self.database, case_id, self._whose())

    def list_cases(self, state: str | None, after: str | None, limit: int) -> list[dict[str, Any]]:
        """Cases: one's own, or everybody's for the operator's staff."""
        return queries.cases.cases(self.database, self._whose(), state, after, limit)

    @under_rules(RULE_VERSION)
    def review_case(
        self, case_id: str, decision: str, reason: str, ownership: str | None
    ) -> Decision:
        """Decide a case that waits for staff, once.

        The subject is read before the case: a case that still waits then was decided by nobody,
        so the subject is not one that somebody else has just admitted.
        """
        subject = self.find(Subject, self.load(Admission, case_id).subject_id)
        case = self.load(Admission, case_id)
        case.require_review()
        reviewer = context.current().actor
        if decision == "reject":
            case.refuse(ReviewRejected.code, reviewer, reason)
            return Decision(_shown(case, reviewer, reason), [case], rule_version=RULE_VERSION)
        settled = Settled(self.load(Account, case.account_id), subject, case)
        conditions = dict(case.found["conditions"])
        if REAL_NAME in case.matters:
            self._confirm_by_hand(settled, case)
        if OWNERSHIP in case.matters:
            conditions = owned(conditions, None if ownership is None else Ownership(ownership))
        self.admit(settled, case.role, conditions, case.found["terms"])
        case.approve(conditions, reviewer, reason)
        assert settled.subject is not None
        settled.changed += [settled.subject, settled.account]
        return Decision(
            _shown(case, reviewer, reason),
            settled.aggregates,
            settled.statements,
            rule_version=RULE_VERSION,
        )

    def _confirm_by_hand(self, settled: Settled, case: Admission) -> None:
        """Staff found that the name is right, whatever the registry said."""
        if settled.subject is not None and settled.account.subject_id != case.subject_id:
            raise AlreadyRegistered
        if settled.subject is None:
            assert case.papers is not None
            assert case.held is not None
            key = case.subject_id
            sent = Texts.unpacked(self.sealing(key).unseal(REVIEWED, HELD, case.held))
            candidate = candidate_of(case.role, sent, case.papers, self.rules())
            kept = self.keep(key, MANUAL_REVIEW, candidate.values(), new=True)
            settled.changed += kept.aggregates
            settled.statements += kept.statements
            settled.subject = Subject.confirmed(
                case.subject_id,
                kind=case.found["kind"],
                document=case.papers.document,
                region=case.found["region"],
                registry=MANUAL_REVIEW,
                renew_by=renew_by(clock.legal_date()),
                outcome=REVIEWED_BY_HAND,
            )
        settled.account.link(case.subject_id)

    def suspend_provider(self, subject_id: str, reason: str) -> Decision:
        """Staff suspend a provider."""
        subject = self._provider(subject_id)
        subject.suspend_provider(reason, "operator")
        return Decision(_state(subject), [subject])

    def exit_provider(self, reason: str) -> Decision:
        """A provider leaves."""
        account = self.find(Account, context.current().actor)
        if account is None or account.subject_id is None:
            raise NotVerified
        subject = self._provider(account.subject_id)
        subject.exit_provider(reason)
        return Decision(_state(subject), [subject])

    def resume_provider(self, subject_id: str, reason: str) -> Decision:
        """Staff end a suspension; a firm must be on no list at this time.

        Raises `NotInGoodStanding` and `RegistryUnavailable`.
        """
        subject = self._provider(subject_id)
        outcome = self.look_at_lists(subject)
        if outcome is not None:
            if outcome != "clear":
                raise NotInGoodStanding(status=outcome)
            subject.check_lists(outcome)
        subject.resume_provider(reason)
        return Decision(_state(subject), [subject])

    def _provider(self, subject_id: str) -> Subject:
        subject = self.find(Subject, subject_id)
        if subject is None:
            raise NotFound(what="Provider", id=subject_id)
        if subject.provider is None:
            raise NotProvider(state="-")
        return subject

    @staticmethod
    def _whose() -> str | None:
        """The account whose cases may be read; None for all."""
        who = context.current()
        return None if who.role == roles.OPERATOR else who.actor


def _state(subject: Subject) -> dict[str, Any]:
    """A provider as `ProviderView` shows it."""
    return {
        "subject_id": subject.key,
        "state": subject.provider,
        "may_charge": subject.may_charge,
    }


def _shown(case: Admission, reviewer: str, reason: str) -> dict[str, Any]:
    """A decided case as `CaseView` shows it."""
    assert case.papers is not None
    rejected = case.state == "rejected"
    return {
        "id": case.key,
        "role": case.role,
        "kind": case.papers.kind,
        "state": case.state,
        "account_id": case.account_id,
        "subject_id": case.subject_id,
        "papers": case.papers.plain(),
        "matters": case.matters,
        "found": case.found["conditions"],
        "refusal": refused(ReviewRejected.code, {}) if rejected else None,
        "review": {"reviewer": reviewer, "reason": reason},
        "submissions": case.submissions,
    }
