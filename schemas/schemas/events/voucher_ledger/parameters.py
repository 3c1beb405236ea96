"""What the events of parameters say."""

from chassis.contract import Choice, EventSchema, LegalDate, Text, Whole
from schemas.voucher_ledger.parameters import NAMES


class ParameterOpened(EventSchema):
    """A figure is set for the first time."""

    type = "voucher-ledger.ParameterOpened"
    name = Choice(*NAMES, required=True)
    example = {"name": "rate-bp"}


class ParameterSet(EventSchema):
    """A figure was set from a day on."""

    type = "voucher-ledger.ParameterSet"
    name = Choice(*NAMES, required=True)
    value = Whole(0, 10**12, required=True)
    valid_from = LegalDate(required=True)
    document_number = Text(80, required=True)
    example = {
        "name": "rate-bp",
        "value": 3000,
        "valid_from": "2026-07-01",
        "document_number": "皖人社〔2026〕8号",
    }


EVENTS = (ParameterOpened, ParameterSet)
