"""Entrypoints of parameters."""

from datetime import date
from typing import Any

from chassis import clock
from chassis.application import Decision
from chassis.service import handles
from schemas.voucher_ledger.parameters import ListParameters, SetParameter
from voucher_ledger import queries
from voucher_ledger.service.base import LedgerEntrypoints, Views


class ParameterEntrypoints(LedgerEntrypoints):
    """The dated figures of the scheme."""

    @handles(SetParameter)
    def set_parameter(self, **values: Any) -> Decision:
        return self.runtime.application.set_parameter(**values)

    @handles(ListParameters)
    def list_parameters(self, on: str | None) -> Views:
        day = date.fromisoformat(on) if on else clock.legal_date()
        return queries.parameters.listed(self.runtime.application.database, day)
