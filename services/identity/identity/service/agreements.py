"""Entrypoints of agreements."""

from typing import Any

from chassis.application import Decision
from chassis.service import Runtime, Service, handles
from identity.application import Identity
from schemas.identity.agreements import (
    ListAgreements,
    ListOwnAgreements,
    PublishAgreement,
    SignAgreement,
)


class AgreementEntrypoints(Service):
    """What subjects agree to."""

    runtime: Runtime[Identity]

    @handles(PublishAgreement)
    def publish_agreement(self, **values: Any) -> Decision:
        return self.runtime.application.publish_agreement(**values)

    @handles(SignAgreement)
    def sign_agreement(self, **values: Any) -> Decision:
        return self.runtime.application.sign_agreement(**values)

    @handles(ListAgreements)
    def list_agreements(self, **values: Any) -> list[dict[str, Any]]:
        return self.runtime.application.list_agreements(**values)

    @handles(ListOwnAgreements)
    def list_own_agreements(self) -> list[dict[str, Any]]:
        return self.runtime.application.list_own_agreements()
