"""Use case: a person is verified by a signed attestation; no number is sent or kept (art. 25)."""

from collections.abc import Sequence

from chassis import clock, context
from chassis.application import Decision
from chassis.privacy import lookup_digest
from identity.application.base import under_rules
from identity.application.deciding import Deciding, Settled, admitted
from identity.attestations import NetIdKeys
from identity.domain.account import Account
from identity.domain.admission import RULE_VERSION, aged_person_as_user
from identity.domain.attestation import Attested, attested
from identity.domain.case import IN_REVIEW, Admission, Papers, case_id
from identity.domain.refusals.accounts import NotSignedIn
from identity.domain.refusals.verification import AlreadyRegistered
from identity.domain.registry import NET_ID, Outcome
from identity.domain.renewal import renew_by
from identity.domain.subject import PERSON, Subject, subject_id
from schemas import roles

DOCUMENT = "net-id"
BASIS = "net-id-attestation"


class Attesting(Deciding):
    """Persons who bring an attestation of the national network-identity service."""

    @under_rules(RULE_VERSION)
    def register_attested_person(
        self, attestation: str, evidence: Sequence[dict[str, str]] = ()
    ) -> Decision:
        """Verify a person by an attestation and admit them as a user, or renew who is one."""
        account = self.find(Account, context.current().actor)
        if account is None:
            raise NotSignedIn
        payload = NetIdKeys(self.settings.net_id_keys).payload(attestation)
        found = attested(payload, self.settings.log_origin, account.key, clock.now())
        key = subject_id(lookup_digest(self._lookup, "net-number", found.net_number))
        subject = self.find(Subject, key)
        account = self.acting_for(key)
        if subject is not None and account.subject_id != key:
            raise AlreadyRegistered
        case = self.find(Admission, case_id(roles.USER, account.key, key))
        settled = Settled(account, subject, case)
        if subject is not None and subject.is_user:
            return self._renewed(settled, subject, found)
        papers = Papers(PERSON, DOCUMENT, list(evidence))
        today = clock.legal_date()
        grounds = {"policy": BASIS, "until": found.until.isoformat(), "on": today.isoformat()}
        judgement = aged_person_as_user(found.adult, grounds, papers.kinds)
        subject = settled.subject = self._verified(key, subject, found)
        account.link(key)
        settled.changed += [subject, account]
        if not judgement.matters:
            subject.admit_as_user(judgement.conditions)
            return settled.decision()
        if case is None:
            case = settled.case = Admission.open(roles.USER, account.key, key)
        case.submit(papers)
        found_so_far = {"conditions": judgement.conditions, "kind": PERSON}
        case.ask_review(judgement.matters, {**found_so_far, "region": found.region, "terms": {}})
        settled.state = IN_REVIEW
        return settled.decision()

    @staticmethod
    def _verified(key: str, subject: Subject | None, found: Attested) -> Subject:
        until = renew_by(clock.legal_date(), found.until)
        if subject is None:
            return Subject.confirmed(
                key,
                kind=PERSON,
                document=DOCUMENT,
                region=found.region,
                registry=NET_ID,
                renew_by=until,
            )
        subject.renew(NET_ID, Outcome.MATCH.value, until)
        return subject

    def _renewed(self, settled: Settled, subject: Subject, found: Attested) -> Decision:
        if not self.renewable(subject):
            raise AlreadyRegistered
        subject.renew(NET_ID, Outcome.MATCH.value, renew_by(clock.legal_date(), found.until))
        result = admitted(settled.account, subject, settled.state, settled.case)
        return Decision(result, [subject], rule_version=RULE_VERSION)
