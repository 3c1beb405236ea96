"""Use cases of the operator's tenures (运营期, art. 7)."""

from typing import Any

from chassis import clock, tenure
from chassis.application import Decision
from identity.application.base import IdentityBase
from identity.domain.refusals.tenures import NoTenure
from identity.domain.refusals.verification import UsccInvalid
from identity.domain.resident_id import InvalidIdNumber
from identity.domain.tenure import OperatorTenure
from identity.domain.uscc import Uscc
from schemas import roles
from schemas.log import LOGS


class Tenures(IdentityBase):
    """Who operates the platform, one after the other."""

    def grant_tenure(self, uscc: str, **said: Any) -> Decision:
        """Grant the next tenure. Raises `UsccInvalid` and what `OperatorTenure.grant` does."""
        try:
            code = Uscc.parse(uscc).code
        except InvalidIdNumber as fault:
            raise UsccInvalid(**fault.described()) from fault
        granted = OperatorTenure.grant(self._newest_tenure(), clock.legal_date(), uscc=code, **said)
        return Decision(_shown(granted), [granted])

    def warn_operator(self, tenure_id: str, **said: Any) -> Decision:
        """Warn the operator. Raises what `OperatorTenure.warn` does."""
        found = self.load(OperatorTenure, tenure_id)
        found.warn(clock.legal_date(), **said)
        return Decision(_shown(found), [found])

    def revoke_tenure(self, tenure_id: str, **why: Any) -> Decision:
        """Take the right to operate back. Raises `TenureOver`."""
        found = self.load(OperatorTenure, tenure_id)
        found.revoke(clock.legal_date(), **why)
        return Decision(_shown(found), [found])

    def hand_over_tenure(self, tenure_id: str, successor_id: str, **export: Any) -> Decision:
        """Confirm the handover. Raises what `OperatorTenure.hand_over` does."""
        found = self.load(OperatorTenure, tenure_id)
        successor = self.load(OperatorTenure, successor_id)
        found.hand_over(successor, clock.legal_date(), wanted=LOGS, **export)
        return Decision(_shown(found), [found])

    def list_tenures(self) -> list[dict[str, Any]]:
        """Every tenure, the newest first."""
        return [
            {**row, "id": row["tenure_id"], "in_force": tenure.in_force(row)}
            for row in tenure.tenures(self.database)
        ]

    def tenure_for(self, role: str) -> str | None:
        """The tenure under which a role is granted; None for one that needs none.

        Raises `NoTenure` where nobody has the right to operate.
        """
        if role != roles.OPERATOR:
            return None
        newest = self._newest_tenure()
        if newest is None or newest.over(clock.legal_date()):
            raise NoTenure
        return newest.key

    def _newest_tenure(self) -> OperatorTenure | None:
        found = tenure.tenures(self.database)
        return self.load(OperatorTenure, found[0]["tenure_id"]) if found else None


def _shown(found: OperatorTenure) -> dict[str, Any]:
    row = {
        "number": found.number,
        "operator": found.operator,
        "uscc": found.uscc,
        "contract_number": found.contract_number,
        "valid_from": found.valid_from,
        "valid_until": found.valid_until,
        "warnings": found.warnings,
        "state": found.state,
        "successor_id": found.successor_id,
    }
    return {"id": found.key, **row, "in_force": tenure.in_force(row)}
