"""Entrypoints of admission and of the verification behind it."""

from typing import Any

from chassis.application import Decision
from chassis.service import Runtime, Service, handles
from identity.application import Identity
from schemas.identity.admission import RegisterFirm, RegisterPerson
from schemas.identity.importing import ImportSubject
from schemas.identity.providers import (
    DraftProvider,
    ListCommitments,
    RegisterExpert,
    RegisterProvider,
    SubmitDraft,
)
from schemas.identity.verification import (
    GetVerification,
    RegisterAttestedPerson,
    RenewVerification,
)


class AdmissionEntrypoints(Service):
    """Applying as a user or provider."""

    runtime: Runtime[Identity]

    @handles(RegisterPerson)
    def register_person(self, **values: Any) -> Decision:
        return self.runtime.application.register_person(**values)

    @handles(RegisterFirm)
    def register_firm(self, **values: Any) -> Decision:
        return self.runtime.application.register_firm(**values)

    @handles(ImportSubject)
    def import_subject(self, **values: Any) -> Decision:
        return self.runtime.application.import_subject(**values)

    @handles(RegisterAttestedPerson)
    def register_attested_person(self, **values: Any) -> Decision:
        return self.runtime.application.register_attested_person(**values)

    @handles(ListCommitments)
    def list_commitments(self) -> list[dict[str, Any]]:
        return self.runtime.application.commitments()

    @handles(RegisterProvider)
    def register_provider(self, **values: Any) -> Decision:
        return self.runtime.application.register_provider(**values)

    @handles(RegisterExpert)
    def register_expert(self, **values: Any) -> Decision:
        return self.runtime.application.register_expert(**values)

    @handles(DraftProvider)
    def draft_provider(self, **values: Any) -> Decision:
        return self.runtime.application.draft_provider(**values)

    @handles(SubmitDraft)
    def submit_draft(self, **values: Any) -> Decision:
        return self.runtime.application.submit_draft(**values)

    @handles(GetVerification)
    def get_verification(self) -> dict[str, Any]:
        return self.runtime.application.own_verification()

    @handles(RenewVerification)
    def renew_verification(self) -> Decision:
        return self.runtime.application.renew_verification()
