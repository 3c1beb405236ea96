"""Use cases of the blacklist (黑名单, art. 28)."""

from typing import Any

from chassis import clock, context
from chassis.application import Decision
from chassis.refusal import NotFound
from identity import queries
from identity.application.base import IdentityBase
from identity.domain.blacklist import Blacklisting
from identity.domain.refusals.blacklist import NeitherUserNorProvider
from identity.domain.subject import Subject
from identity.read_models import blacklist

_SHOWN = (
    *("number", "subject_id", "region", "grounds", "reason", "evidence_sha256"),
    *("entered_on", "until", "appeal_by", "decide_by", "state", "referred_to"),
)


class Blacklist(IdentityBase):
    """Who broke the rules: entered, heard, decided by others, ended by the clock, referred."""

    def enter_on_blacklist(self, subject_id: str, **said: Any) -> Decision:
        """Put a subject on the list. Raises `NeitherUserNorProvider`."""
        subject = self.load(Subject, subject_id)
        if not (subject.is_user or subject.is_provider):
            raise NeitherUserNorProvider
        rows = blacklist.of_subject(self.database, subject_id)
        before = self.load(Blacklisting, rows[0]["id"]) if rows else None
        entered = Blacklisting.enter(
            before,
            clock.legal_date(),
            subject_id=subject_id,
            region=subject.region,
            entered_by=context.current().actor,
            **said,
        )
        return Decision(_shown(entered), [entered])

    def appeal_blacklisting(self, blacklisting_id: str, statement_sha256: str) -> Decision:
        """The subject appeals, from an account that acts for it."""
        found = self.load(Blacklisting, blacklisting_id)
        account = self.acting()
        if account.subject_id != found.subject_id:
            raise NotFound(what="Blacklisting", id=blacklisting_id)
        found.appeal(clock.legal_date(), statement_sha256)
        return Decision(_shown(found), [found])

    def decide_appeal(self, blacklisting_id: str, lift: bool, reason: str) -> Decision:
        """Another than who made the entry decides."""
        found = self.load(Blacklisting, blacklisting_id)
        found.decide(context.current().actor, lift, reason)
        return Decision(_shown(found), [found])

    def refer_blacklisting(self, blacklisting_id: str, **said: Any) -> Decision:
        """Refer it to the judiciary."""
        found = self.load(Blacklisting, blacklisting_id)
        found.refer(**said)
        return Decision(_shown(found), [found])

    def end_blacklisting(self, blacklisting_id: str) -> Decision:
        """End it, once its last day is past."""
        found = self.load(Blacklisting, blacklisting_id)
        found.end(clock.legal_date())
        return Decision({}, [found])

    def list_blacklist(
        self, state: str | None, after: str | None, limit: int
    ) -> list[dict[str, Any]]:
        """Entries of the caller's region."""
        return blacklist.within(self.database, context.current().region, state, after, limit)

    def referral_file(self, blacklisting_id: str) -> dict[str, Any]:
        """What goes to the judiciary with a case: its steps, its documents, and their proofs."""
        found = self.load(Blacklisting, blacklisting_id)
        referral = queries.referral
        steps = referral.steps(self.database, self.settings, blacklisting_id)
        return {
            "format": referral.FORMAT,
            "entry": _shown(found),
            "steps": steps,
            "documents": referral.documents(steps),
            "evidence": referral.evidence(self.database, self.settings, blacklisting_id),
        }

    def list_own_blacklistings(self) -> list[dict[str, Any]]:
        """Entries of the caller's subject."""
        subject = self.acting().subject_id
        return blacklist.of_subject(self.database, subject) if subject else []


def _shown(found: Blacklisting) -> dict[str, Any]:
    return {"id": found.key} | {name: getattr(found, name) for name in _SHOWN}
