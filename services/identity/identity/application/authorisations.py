"""Use cases of authorisations (授权, art. 27)."""

from typing import Any

from chassis import authorisation, clock, context
from chassis.application import Decision
from identity.application.base import IdentityBase
from identity.domain.account import Account
from identity.domain.authorisation import Authorisation
from identity.read_models import authorisations

_SHOWN = (
    *("account_id", "region", "department", "scope", "valid_from", "valid_until"),
    *("document_sha256", "granted_by", "revoked"),
)


class Authorising(IdentityBase):
    """Heads of departments let their administrators act, and take that back."""

    def grant_authorisation(self, account_id: str, **said: Any) -> Decision:
        """Authorise an account. Raises what `Authorisation.grant` does."""
        account = self.load(Account, account_id)
        actor = context.current().actor
        head = self.find(Account, actor)
        granted = Authorisation.grant(account, head, clock.legal_date(), granted_by=actor, **said)
        return Decision(_shown(granted), [granted])

    def revoke_authorisation(self, authorisation_id: str, reason: str) -> Decision:
        """Take it back. Raises `AuthorisationOver`."""
        found = self.load(Authorisation, authorisation_id)
        found.revoke(clock.legal_date(), reason)
        return Decision(_shown(found), [found])

    def list_authorisations(
        self, in_force: bool, after: str | None, limit: int
    ) -> list[dict[str, Any]]:
        """One's own; for heads and observers those of their region."""
        who = context.current()
        own = who.actor if who.role == authorisation.GOVERNMENT_SERVICE else None
        return authorisations.listed(self.database, own, who.region, in_force, after, limit)


def _shown(found: Authorisation) -> dict[str, Any]:
    row = {name: getattr(found, name) for name in _SHOWN}
    return {"id": found.key, **row, "in_force": authorisation.in_force(row)}
