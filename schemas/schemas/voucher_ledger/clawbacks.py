"""Clawback (追缴, art. 17, 28): paid money is demanded back, comes in parts, or is written off."""

from marshmallow import fields

from chassis.contract import Command, Fen, Id, LegalDate, Text
from schemas import roles
from schemas.voucher_ledger.common import FUNDERS, SERVICE, BankReference
from schemas.voucher_ledger.redemptions import RedemptionView


class ClawbackView(RedemptionView):
    """A redemption of which money is demanded back, in fen: demanded, come in, written off."""

    demanded_fen = fields.Integer()
    repaid_fen = fields.Integer()
    written_off_fen = fields.Integer()
    repay_by = fields.String(allow_none=True)


class DemandRepayment(Command):
    """Demand money back that was paid for a redemption (追缴), all of it or a part; once."""

    service = SERVICE
    http = "POST /redemptions/<uuid:redemption_id>/clawback"
    allowed = FUNDERS
    articles = (17, 28)
    refusal_is_event = True
    view = ClawbackView
    summary = ("追缴已兑付资金", "Demand paid money back")

    redemption_id = Id(required=True)
    amount_fen = Fen(required=True)
    reason = Text(500, required=True)
    document_number = Text(80, required=True)
    due_by = LegalDate(required=True)


class RecordRepayment(Command):
    """Record an instalment that came in (追缴到账); the bank's reference counts once for a demand.

    In whatever case it is written: `c-1` is `C-1`.
    """

    service = SERVICE
    http = "POST /redemptions/<uuid:redemption_id>/clawback/instalments"
    allowed = frozenset({roles.FINANCE_PROVINCE})
    articles = (17,)
    refusal_is_event = True
    view = ClawbackView
    summary = ("登记追缴到账", "Record an instalment of a clawback")

    redemption_id = Id(required=True)
    amount_fen = Fen(required=True)
    bank_reference = BankReference(required=True)


class WriteOffRepayment(Command):
    """Write off what is still missing (核销追缴款); not by who demanded it."""

    service = SERVICE
    http = "POST /redemptions/<uuid:redemption_id>/clawback/write-off"
    allowed = frozenset({roles.FINANCE_PROVINCE})
    articles = (17,)
    refusal_is_event = True
    view = ClawbackView
    summary = ("核销未追回资金", "Write off the rest of a clawback")

    redemption_id = Id(required=True)
    reason = Text(500, required=True)
    document_number = Text(80, required=True)


CONTRACTS = (DemandRepayment, RecordRepayment, WriteOffRepayment)
