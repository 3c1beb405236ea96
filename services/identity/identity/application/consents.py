"""Use cases of consents (授权同意, art. 36)."""

from typing import Any

from chassis import clock
from chassis.application import Decision
from chassis.refusal import NotFound
from identity import queries_privacy
from identity.application.contacts import Contacts
from identity.domain.consent import Consent


class Consents(Contacts):
    """Giving, withdrawing and listing one's own consents."""

    def give_consent(
        self, given_to: str, purpose: str, scope: list[str], valid_until: str
    ) -> Decision:
        """Let somebody have some of one's data."""
        known = self.own_record()
        held = self.while_processing(known)
        today = clock.legal_date()
        consent = Consent.give(known.subject, given_to, purpose, scope, valid_until, today)
        return Decision(_shown(consent), [consent], [held])

    def withdraw_consent(self, consent_id: str) -> Decision:
        """Take one's own consent back."""
        consent = self.find(Consent, consent_id)
        if consent is None or consent.subject != self.own_subject():
            raise NotFound(what="consent", id=consent_id)
        consent.withdraw()
        return Decision(_shown(consent), [consent])

    def list_consents(self, after: str | None, limit: int) -> list[dict[str, Any]]:
        """One's own consents, whatever their state."""
        today = clock.legal_date().isoformat()
        return queries_privacy.consents(self.database, self.own_subject(), today, after, limit)


def _shown(consent: Consent) -> dict[str, Any]:
    today = clock.legal_date().isoformat()
    return {
        "id": consent.key,
        "given_to": consent.given_to,
        "purpose": consent.purpose,
        "scope": consent.scope,
        "given_at": clock.timestamp(consent.created_on),
        "valid_until": consent.valid_until,
        "state": queries_privacy.consent_state(consent.withdrawn, consent.valid_until, today),
    }
