"""Risk holds (风险冻结, art. 8, 17, 28): a detector stops a payment, and a person decides."""

from chassis.contract import Command, Flag, Id, Text
from schemas.voucher_ledger.common import FUNDERS, SERVICE
from schemas.voucher_ledger.redemptions import RedemptionView


class DecideHold(Command):
    """Release a redemption that is held, or refuse it for good; with the reason.

    Neither by who reviewed it nor by who approves its payment.
    """

    service = SERVICE
    http = "POST /redemptions/<uuid:redemption_id>/hold"
    allowed = FUNDERS
    articles = (8, 17, 28)
    refusal_is_event = True
    view = RedemptionView
    summary = ("处理风险冻结", "Decide on a risk hold")

    redemption_id = Id(required=True)
    release = Flag(required=True)
    reason = Text(500, required=True)


CONTRACTS = (DecideHold,)
