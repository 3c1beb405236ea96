"""Use cases of the calendar: what waited is decided, verifications are renewed or lapse (art. 26).

Each is a command that the service carries out itself; a registry that is away is a refusal that
passes, so the command is tried again under its id.
"""

from typing import Any

from chassis import clock, context
from chassis.application import Decision
from chassis.refusal import Refusal
from identity import queries
from identity.application.base import under_rules
from identity.application.candidates import Texts, candidate_of
from identity.application.deciding import DEFERRED, HELD
from identity.application.reviewing import Reviewing
from identity.domain.account import Account
from identity.domain.admission import RULE_VERSION
from identity.domain.age import Completes
from identity.domain.case import VERIFYING, Admission
from identity.domain.refusals.accounts import NotSignedIn
from identity.domain.refusals.cases import NotVerified
from identity.domain.refusals.verification import (
    AttestationNeeded,
    HeldMissing,
    RegistryUnavailable,
    RenewalNotDue,
)
from identity.domain.registry import NET_ID, PUBLIC_SECURITY, Listed, Outcome, refusal_of
from identity.domain.renewal import renew_by
from identity.domain.subject import ACTIVE, Subject
from identity.domain.verification import Verification, verification_id

NET_ID_DOCUMENT = "net-id"
UNREADABLE = "unreadable"


class Renewing(Reviewing):
    """What the calendar, or a registry that is back, brings about."""

    def conclude_case(self, case_id: str) -> Decision:
        """Ask again about a case that waits for its registry, and decide it.

        Raises `RegistryUnavailable`: it waits on. Nothing happens to a case that waits no more.
        """
        case = self.load(Admission, case_id)
        verification = self.find(Verification, verification_id(case.subject_id))
        pending = verification.pending.get(case.account_id) if verification else None
        if pending is None or case.state != VERIFYING or case.papers is None:
            return Decision({})
        try:
            return self._concluded(case, pending.held)
        except RegistryUnavailable:
            raise
        except Refusal as refusal:
            if not refusal.final:
                raise
            case.reject(refusal.code, refusal.data)
            return Decision({}, [case], rule_version=RULE_VERSION)

    def _concluded(self, case: Admission, held: str) -> Decision:
        assert case.papers is not None
        key = case.subject_id
        sealing = self.sealing(key)
        texts = Texts.unpacked(sealing.unseal(DEFERRED, HELD, held))
        candidate = candidate_of(case.role, texts, case.papers, self.rules())
        candidate.check()
        outcome, record = candidate.ask(self._registries)
        if outcome is Outcome.UNAVAILABLE:
            raise RegistryUnavailable
        subject, account = self.find(Subject, key), self.load(Account, case.account_id)
        account.may_act_for(key)
        settled = self.settle(candidate, key, account, subject, outcome, record)
        settled.refusal = None  # the case keeps it; nobody is there to be told
        return settled.decision()

    def own_verification(self) -> dict[str, Any]:
        """The verification of the subject that the account acts for. Raises `NotVerified`."""
        found = queries.verification.of_account(self.database, context.current().actor)
        if found is None:
            raise NotVerified
        return found

    @under_rules(RULE_VERSION)
    def renew_verification(self) -> Decision:
        """Verify one's subject anew, with what was verified before.

        Raises `RenewalNotDue`, `AttestationNeeded`, `HeldMissing` and `RegistryUnavailable`.
        """
        account = self.find(Account, context.current().actor)
        if account is None:
            raise NotSignedIn
        if account.subject_id is None:
            raise NotVerified
        subject = self.load(Subject, account.subject_id)
        self.require_processing(subject.key)
        renewal = subject.renewal
        if renewal is not None and not self.renewable(subject):
            raise RenewalNotDue(
                renew_by=renewal.renew_by.isoformat(), remind_on=renewal.remind_on.isoformat()
            )
        self._may_ask(subject.key, account.key)
        if subject.document == NET_ID_DOCUMENT:
            raise AttestationNeeded
        texts = self.remembered(subject.key)
        if texts is None:
            raise HeldMissing
        outcome, registry, behind = self.ask_again(subject, texts)
        if outcome is Outcome.UNAVAILABLE:
            raise RegistryUnavailable
        if outcome is not Outcome.MATCH:
            verification = self.load(Verification, verification_id(subject.key))
            verification.answer(account.key, registry, outcome, clock.timestamp())
            return Decision(
                {}, [verification], rule_version=RULE_VERSION, refusal=refusal_of(outcome)
            )
        subject.renew(registry, outcome.value, renew_by(clock.legal_date()))
        kept = self.told_again(subject.key, registry, behind)
        return Decision(_verification(subject), [subject, *kept], rule_version=RULE_VERSION)

    def remind(self, subject_id: str) -> Decision:
        """Remind a subject of its renewal."""
        subject = self.load(Subject, subject_id)
        subject.announce_renewal()
        return Decision({}, [subject], rule_version=RULE_VERSION)

    def renew_due(self, subject_id: str) -> Decision:
        """Verify a subject anew on its day. Raises `RegistryUnavailable`: it is tried again."""
        subject = self.load(Subject, subject_id)
        renewal = subject.renewal
        if not subject.verified or renewal is None or clock.legal_date() < renewal.renew_by:
            return Decision({})
        texts = self.remembered(subject_id)
        if texts is None:  # attested without a number, or about to be erased
            registry = NET_ID if subject.document == NET_ID_DOCUMENT else PUBLIC_SECURITY
            subject.fail_renewal(registry, UNREADABLE)
            return Decision({}, [subject], rule_version=RULE_VERSION)
        outcome, registry, behind = self.ask_again(subject, texts)
        if outcome is Outcome.UNAVAILABLE:
            raise RegistryUnavailable
        kept = self.told_again(subject_id, registry, behind)
        if outcome is Outcome.MATCH:
            subject.renew(registry, outcome.value, renew_by(clock.legal_date()))
        else:
            subject.fail_renewal(registry, outcome.value)
        return Decision({}, [subject, *kept], rule_version=RULE_VERSION)

    def lapse(self, subject_id: str) -> Decision:
        """End a verification whose days of grace are over."""
        subject = self.load(Subject, subject_id)
        renewal = subject.renewal
        if renewal is not None and clock.legal_date() >= renewal.lapses_on:
            subject.lapse()
        return Decision({}, [subject], rule_version=RULE_VERSION)

    def age_out(self, subject_id: str) -> Decision:
        """A user turned sixty: no new grants."""
        subject = self.load(Subject, subject_id)
        subject.age_out(Completes(self.settings.age_policy).value)
        return Decision({}, [subject], rule_version=RULE_VERSION)

    def check_lists(self, subject_id: str) -> Decision:
        """Look at the registry's lists for a provider; suspend one that is named there.

        Raises `RegistryUnavailable`: it is tried again.
        """
        subject = self.load(Subject, subject_id)
        outcome = self.look_at_lists(subject)
        if outcome is None:
            return Decision({})
        subject.check_lists(outcome)
        if outcome != Listed.CLEAR and subject.provider == ACTIVE:
            subject.suspend_provider(REASONS[outcome], outcome)
        return Decision({}, [subject], rule_version=RULE_VERSION)


REASONS = {
    "abnormal": "被列入经营异常名录",
    "serious-violation": "被列入严重违法失信名单",
    "not-found": "登记机关查无此单位",
}
"""Why a provider is suspended, by the list's outcome."""


def _verification(subject: Subject) -> dict[str, Any]:
    renewal = subject.renewal
    return {
        "subject_id": subject.key,
        "kind": subject.kind,
        "document": subject.document,
        "verified": subject.verified,
        "aged_out": subject.aged_out,
        "renew_by": None if renewal is None else renewal.renew_by.isoformat(),
        "remind_on": None if renewal is None else renewal.remind_on.isoformat(),
        "lapses_on": None if renewal is None else renewal.lapses_on.isoformat(),
    }
