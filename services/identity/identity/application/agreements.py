"""Use cases of agreements (协议与承诺, art. 29)."""

from typing import Any

from chassis import clock, context
from chassis.acting import NotVerified
from chassis.application import Decision
from identity.application.base import IdentityBase
from identity.domain.agreement import Agreement, AgreementSignature, sign, signature_id
from identity.read_models import agreements


class Agreeing(IdentityBase):
    """Texts are published, take effect by the clock, and are signed."""

    def publish_agreement(self, kind: str, **said: Any) -> Decision:
        """Publish the next version. Raises what `Agreement.publish` does."""
        newest = agreements.newest(self.database, kind)
        before = self.load(Agreement, newest) if newest else None
        published = Agreement.publish(
            before,
            clock.legal_date(),
            kind=kind,
            published_by=context.current().actor,
            **said,
        )
        return Decision(_shown(published), [published])

    def sign_agreement(self, agreement_id: str, text_sha256: str) -> Decision:
        """Sign a version for the caller's subject. Raises `NotVerified` and what `sign` does."""
        account = self.acting()
        subject = account.subject_id
        if subject is None:
            raise NotVerified
        agreement = self.load(Agreement, agreement_id)
        signature = sign(
            agreement,
            agreements.in_force(self.database, agreement.kind),
            self.find(AgreementSignature, signature_id(subject, agreement)),
            subject_id=subject,
            account_id=account.key,
            text_sha256=text_sha256,
        )
        result = {
            "agreement_id": agreement_id,
            "kind": signature.kind,
            "version": signature.number,
            "text_sha256": signature.text_sha256,
            "subject_id": subject,
            "account_id": account.key,
        }
        return Decision(result, [signature])

    def take_effect(self, agreement_id: str) -> Decision:
        """Let a version be in force from its day on."""
        found = self.load(Agreement, agreement_id)
        found.take_effect(clock.legal_date())
        return Decision({}, [found])

    def list_agreements(self, kind: str | None) -> list[dict[str, Any]]:
        """Every version, the newest first."""
        return agreements.versions(self.database, kind)

    def list_own_agreements(self) -> list[dict[str, Any]]:
        """What is in force or announced, and whether the caller's subject has signed it."""
        return agreements.of_subject(self.database, self.acting().subject_id or "")


def _shown(found: Agreement) -> dict[str, Any]:
    return {
        "id": found.key,
        "kind": found.kind,
        "version": found.number,
        "zh": found.zh,
        "en": found.en,
        "text_sha256": found.text_sha256,
        "valid_from": found.valid_from,
        "state": found.state,
    }
