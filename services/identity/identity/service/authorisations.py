"""Entrypoints of authorisations."""

from typing import Any

from chassis.application import Decision
from chassis.service import Runtime, Service, handles
from identity.application import Identity
from schemas.identity.authorisations import (
    GrantAuthorisation,
    ListAuthorisations,
    RevokeAuthorisation,
)


class AuthorisationEntrypoints(Service):
    """Who lets a 政务服务管理员 act."""

    runtime: Runtime[Identity]

    @handles(GrantAuthorisation)
    def grant_authorisation(self, **values: Any) -> Decision:
        return self.runtime.application.grant_authorisation(**values)

    @handles(RevokeAuthorisation)
    def revoke_authorisation(self, **values: Any) -> Decision:
        return self.runtime.application.revoke_authorisation(**values)

    @handles(ListAuthorisations)
    def list_authorisations(self, **values: Any) -> list[dict[str, Any]]:
        return self.runtime.application.list_authorisations(**values)
