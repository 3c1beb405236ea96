"""Use cases of parameters (参数): the dated figures of the voucher scheme."""

from datetime import date

from chassis import clock
from chassis.application import Decision
from voucher_ledger.application.base import LedgerBase
from voucher_ledger.domain.parameter import Parameter, in_force, parameter_id


class Parameters(LedgerBase):
    """Figures are set for a day that is not past."""

    def set_parameter(
        self, name: str, value: int, valid_from: str, document_number: str
    ) -> Decision:
        """Set a figure from a day on, on the authority of a document."""
        today = clock.legal_date()
        parameter = self.find(Parameter, parameter_id(name)) or Parameter(name=name)
        parameter.set(value, valid_from, document_number, today)
        now, basis = parameter.on(today)
        result = {
            "name": name,
            "value": now,
            "basis": basis,
            "set_value": value,
            "valid_from": valid_from,
        }
        return Decision(result, [parameter])

    def figure(self, name: str, day: date) -> tuple[int, str]:
        """A figure's value on a legal date, and the basis of that."""
        parameter = self.find(Parameter, parameter_id(name))
        return in_force(name, parameter.settings if parameter else [], day)
