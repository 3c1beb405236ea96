"""Use cases of admission: users (art. 2, 25), providers (art. 21-24), and their drafts."""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from chassis import clock, context
from chassis.application import Decision
from chassis.refusal import NotFound
from identity.application.base import under_rules
from identity.application.candidates import Texts, candidate_of
from identity.application.deciding import HELD, admitted
from identity.application.remembering import Remembering
from identity.domain import commitments as texts_of
from identity.domain.admission import RULE_VERSION
from identity.domain.case import DRAFT, Admission, Papers, case_id
from identity.domain.commitments import signed
from identity.domain.providing import CERTIFIED_EXPERT
from identity.domain.refusals.cases import CaseNotDraft
from identity.domain.subject import FIRM, PERSON, Subject
from schemas import roles

DRAFTED = "identity.AdmissionDrafted"
Documents = Sequence[dict[str, str]]


class Admitting(Remembering):
    """Applying for admission."""

    @under_rules(RULE_VERSION)
    def register_person(self, name: str, id_number: str, evidence: Documents = ()) -> Decision:
        """Verify a person with public security and admit them as a user."""
        texts = Texts(name, id_number)
        return self._apply_for(roles.USER, texts, PERSON, evidence=list(evidence))

    @under_rules(RULE_VERSION)
    def register_firm(
        self, name: str, uscc: str, legal_representative: str, evidence: Documents = ()
    ) -> Decision:
        """Verify a firm with the market registry and admit it as a user."""
        texts = Texts(name, uscc, legal_representative)
        return self._apply_for(roles.USER, texts, FIRM, evidence=list(evidence))

    @under_rules(RULE_VERSION)
    def register_provider(
        self,
        kind: str,
        name: str,
        uscc: str,
        legal_representative: str,
        resources: str,
        categories: list[str],
        commitments: list[str],
        evidence: Documents = (),
    ) -> Decision:
        """Verify an organisation with its registry and admit it as a provider."""
        texts = Texts(name, uscc, legal_representative, resources)
        return self._apply_for(
            roles.PROVIDER,
            texts,
            kind,
            evidence=list(evidence),
            categories=categories,
            commitments=self._signed(commitments),
            resources_sha256=_digest(resources),
            civil_servant=False,
        )

    @under_rules(RULE_VERSION)
    def register_expert(
        self,
        name: str,
        id_number: str,
        civil_servant: bool,
        resources: str,
        categories: list[str],
        commitments: list[str],
        evidence: Documents,
    ) -> Decision:
        """Verify a person with public security; staff review the certificate."""
        return self._apply_for(
            roles.PROVIDER,
            Texts(name, id_number, resources=resources),
            CERTIFIED_EXPERT,
            evidence=list(evidence),
            categories=categories,
            commitments=self._signed(commitments),
            resources_sha256=_digest(resources),
            civil_servant=civil_servant,
        )

    def draft_provider(
        self,
        kind: str,
        name: str,
        number: str,
        **rest: Any,
    ) -> Decision:
        """Keep a draft, sealed under the key of the subject that it is about."""
        texts = Texts(name, number)
        candidate = candidate_of(roles.PROVIDER, texts, Papers(kind, ""), self.rules())
        key = self.subject_of(candidate)
        account = self.acting_for(key)
        case = self.find(Admission, case_id(roles.PROVIDER, account.key, key))
        if case is None:
            case = Admission.open(roles.PROVIDER, account.key, key)
        sealing = self.sealing(key)
        draft = {"kind": kind, "name": name, "number": number, **rest}
        case.write_draft(sealing.seal(DRAFTED, HELD, _packed(draft)))
        subject = self.find(Subject, key) if account.subject_id == key else None
        return Decision(
            admitted(account, subject, DRAFT, case),
            [*sealing.aggregates, case],
            sealing.statements,
        )

    @under_rules(RULE_VERSION)
    def submit_draft(self, case_id: str) -> Decision:
        """Go on with a draft as if all of it had been sent now."""
        case = self.load(Admission, case_id)
        if case.account_id != context.current().actor:
            raise NotFound(what="Admission", id=case_id)
        if case.draft is None:
            raise CaseNotDraft(state=case.state)
        sealing = self.sealing(case.subject_id)
        draft = _unpacked(sealing.unseal(DRAFTED, HELD, case.draft))
        shared = {
            "resources": draft["resources"],
            "categories": draft["categories"],
            "commitments": draft["commitments"],
            "evidence": draft["evidence"],
        }
        if draft["kind"] == CERTIFIED_EXPERT:
            return self.register_expert(
                draft["name"], draft["number"], bool(draft["civil_servant"]), **shared
            )
        return self.register_provider(
            draft["kind"], draft["name"], draft["number"], draft["legal_representative"], **shared
        )

    def commitments(self) -> list[dict[str, Any]]:
        """The texts that every provider commits to today."""
        return [
            {
                "clause": text.clause,
                "version": text.version,
                "valid_from": text.valid_from.isoformat(),
                "zh": text.zh,
                "en": text.en,
                "sha256": text.sha256,
            }
            for text in texts_of.in_force(clock.legal_date())
        ]

    def _apply_for(self, role: str, texts: Texts, kind: str, **papers: Any) -> Decision:
        draft = candidate_of(role, texts, Papers(kind, ""), self.rules())
        return self.apply(
            candidate_of(role, texts, Papers(kind, draft.document, **papers), self.rules())
        )

    def _signed(self, digests: list[str]) -> list[dict[str, Any]]:
        found = signed(digests, clock.legal_date())
        return [text.signed() for text in found.values()]


def _packed(draft: dict[str, Any]) -> str:
    return json.dumps(draft, ensure_ascii=False)


def _unpacked(text: str) -> dict[str, Any]:
    draft: dict[str, Any] = json.loads(text)
    return draft


def _digest(resources: str) -> str:
    return sha256(resources.encode()).hexdigest()
