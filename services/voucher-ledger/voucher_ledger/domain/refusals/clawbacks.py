"""Why a clawback says no (追缴, art. 17, 28)."""

from chassis.domain import Kind, Refusal


class DemandedBeyondPaid(Refusal):
    """No more is demanded back than was paid."""

    code = "voucher-ledger.demanded-beyond-paid"
    zh = "追缴 {asked_fen} 分超出已支付的 {paid_fen} 分"
    en = "{asked_fen} fen are more than the {paid_fen} fen that were paid"


class DueInThePast(Refusal):
    """Who has to repay has some time for it."""

    code = "voucher-ledger.due-in-the-past"
    kind = Kind.INVALID
    zh = "追缴期限 {due_by} 早于今日 {today}"
    en = "The day {due_by} by which to repay is before today, {today}"


class InstalmentRecorded(Refusal):
    """A payment of the bank counts once."""

    code = "voucher-ledger.instalment-recorded"
    zh = "银行流水 {bank_reference} 已登记"
    en = "The bank's reference {bank_reference} was recorded before"


class DepositUsed(Refusal):
    """What the bank received was booked for the demand of another redemption."""

    code = "voucher-ledger.deposit-used"
    zh = "该银行流水已登记为另一笔追缴款的到账"
    en = "This reference of the bank was booked for another demand already"


class RepaidBeyondDemand(Refusal):
    """No more comes back than is missing."""

    code = "voucher-ledger.repaid-beyond-demand"
    zh = "到账 {fen} 分超出尚欠的 {missing_fen} 分"
    en = "{fen} fen are more than the {missing_fen} fen that are missing"


class OwnDemand(Refusal):
    """Who demanded money back does not write it off."""

    code = "voucher-ledger.own-demand"
    kind = Kind.FORBIDDEN
    zh = "提出追缴的人员不得核销该款"
    en = "Who demanded the money back cannot write it off"
