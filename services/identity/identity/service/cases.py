"""Entrypoints of cases, their review, and providers' lives."""

from typing import Any

from chassis.application import Decision
from chassis.service import Runtime, Service, handles
from identity.application import Identity
from schemas.identity.providers import ExitProvider, ResumeProvider, SuspendProvider
from schemas.identity.reviews import GetCase, ListCases, ReviewCase


class CaseEntrypoints(Service):
    """What becomes of applications and of providers."""

    runtime: Runtime[Identity]

    @handles(GetCase)
    def get_case(self, **values: Any) -> dict[str, Any]:
        return self.runtime.application.case(**values)

    @handles(ListCases)
    def list_cases(self, **values: Any) -> list[dict[str, Any]]:
        return self.runtime.application.list_cases(**values)

    @handles(ReviewCase)
    def review_case(self, **values: Any) -> Decision:
        return self.runtime.application.review_case(**values)

    @handles(SuspendProvider)
    def suspend_provider(self, **values: Any) -> Decision:
        return self.runtime.application.suspend_provider(**values)

    @handles(ResumeProvider)
    def resume_provider(self, **values: Any) -> Decision:
        return self.runtime.application.resume_provider(**values)

    @handles(ExitProvider)
    def exit_provider(self, **values: Any) -> Decision:
        return self.runtime.application.exit_provider(**values)
