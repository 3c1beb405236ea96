"""Aggregates as views show them."""

from typing import Any

from voucher_ledger.domain.budget import Budget
from voucher_ledger.domain.own_payment import OwnPayment, Proof
from voucher_ledger.domain.payment_order import PaymentOrder
from voucher_ledger.domain.purchase import Purchase
from voucher_ledger.domain.reconciliation import Difference, Reconciliation
from voucher_ledger.domain.redemption import Redemption
from voucher_ledger.domain.run import GrantRun
from voucher_ledger.domain.sampling import SampleRound, seed_of
from voucher_ledger.domain.transfer import BudgetTransfer
from voucher_ledger.domain.voucher import Voucher


def present_budget(budget: Budget) -> dict[str, object]:
    """A budget as `BudgetView` shows it."""
    return {
        "id": budget.key,
        "fund": budget.purse.fund,
        "year": budget.purse.year,
        "region": budget.purse.region,
        "state": budget.state,
        "received_fen": budget.received_fen,
        "given_fen": budget.given_fen,
        "committed_fen": budget.committed_fen,
        "free_fen": budget.free_fen,
    }


def present_transfer(transfer: BudgetTransfer) -> dict[str, object]:
    """A transfer as `TransferView` shows it."""
    return {
        "id": transfer.key,
        "fund": transfer.fund,
        "year": transfer.year,
        "source_region": transfer.source_region,
        "target_region": transfer.target_region,
        "amount_fen": transfer.fen,
        "reason": transfer.reason,
        "approvals": len(transfer.approvers),
        "state": transfer.state,
    }


def present_run(run: GrantRun) -> dict[str, object]:
    """A run as `GrantRunView` shows it."""
    return {
        "id": run.key,
        "batch_id": run.batch_id,
        "source": run.source,
        "listed": len(run.listed),
        "considered": run.considered,
        "granted": run.granted,
        "refused": run.refused,
        "state": run.ended or "running",
    }


def present_voucher(voucher: Voucher) -> dict[str, object]:
    """A voucher as `VoucherView` shows it."""
    return {
        "id": voucher.key,
        "batch_id": voucher.batch_id,
        "holder": voucher.holder,
        "region": voucher.purse.region,
        "state": voucher.state,
        "face_fen": voucher.face_fen,
        "available_fen": voucher.available_fen,
        "reserved_fen": sum(voucher.reserved.values()),
        "redeemed_fen": sum(voucher.redeemed.values()),
        "use_by": voucher.use_by,
    }


def present_receipt(payment: OwnPayment) -> dict[str, object]:
    """A proof that was taken, as `PaymentReceiptView` shows it."""
    return {
        "id": payment.key,
        "order_id": payment.order_id,
        "fen": payment.fen,
        "proof_sha256": payment.proof_sha256,
    }


def present_refund(payment: OwnPayment, notice: Proof) -> dict[str, object]:
    """A notice of refund that was taken, as `RefundView` shows it."""
    return {
        "id": payment.key,
        "order_id": payment.order_id,
        "fen": notice.fen,
        "refunded_fen": sum(payment.refunds.values()),
    }


def present_redemption(redemption: Redemption) -> dict[str, object]:
    """A redemption as `RedemptionView` shows it; what was approved just now is not cosigned yet."""
    return {
        "id": redemption.key,
        "order_id": redemption.order_id,
        "voucher_id": redemption.voucher_id,
        "provider": redemption.provider,
        "region": redemption.purse.region,
        "fen": redemption.fen,
        "invoice_number": redemption.invoice_number,
        "state": redemption.state,
        "awaiting_cosignature": redemption.state == "approved",
        "sampled": redemption.sampled,
        "payable_from": redemption.payable_from,
        "pay_by": redemption.pay_by,
        "overdue": redemption.overdue,
        "payment_order_id": redemption.payment_order_id,
        "hold": redemption.hold,
        "detectors": list(redemption.detectors),
    }


def present_clawback(redemption: Redemption) -> dict[str, object]:
    """A redemption as `ClawbackView` shows it."""
    clawback = redemption.clawback
    return {
        **present_redemption(redemption),
        "demanded_fen": clawback.demanded_fen,
        "repaid_fen": clawback.repaid_fen,
        "written_off_fen": clawback.written_off_fen,
        "repay_by": clawback.due_by,
    }


def present_payment_order(order: PaymentOrder) -> dict[str, object]:
    """A payment order as `PaymentOrderView` shows it."""
    answered = order.state == "settled"
    return {
        "id": order.key,
        "state": order.state,
        "count": len(order.items),
        "total_fen": order.total_fen,
        "approvals": len(order.approvers),
        "created_at": order.made.created_at if order.made else None,
        "csv_sha256": order.csv_sha256 if order.made else None,
        "pain001_sha256": order.pain001_sha256 if order.made else None,
        "paid_fen": order.paid_fen,
        "returned_fen": order.total_fen - order.paid_fen if answered else 0,
    }


def present_purchase(purchase: Purchase) -> dict[str, object]:
    """A purchase as `PurchaseView` shows it."""
    return {
        "id": purchase.key,
        "fund": purchase.purse.fund,
        "year": purchase.purse.year,
        "region": purchase.purse.region,
        "provider": purchase.provider,
        "title": purchase.title,
        "fen": purchase.fen,
        "procedure": purchase.procedure,
        "beneficiaries": purchase.beneficiaries,
        "consents": len(purchase.consents),
        "state": purchase.state,
        "accepted_fen": purchase.accepted_fen,
        "opinion_sha256": purchase.opinion_sha256,
    }


def present_reconciliation(done: Reconciliation) -> dict[str, object]:
    """A reconciliation as `ReconciliationView` shows it."""
    return {
        "id": done.key,
        "number": done.number,
        "day": done.day,
        "since": done.since,
        "covered": done.covered,
        "root": done.root,
        "orders_seen": done.orders_seen,
        "checked": done.checked,
        "found": done.found,
        "complete": done.complete,
    }


def present_difference(difference: Difference) -> dict[str, object]:
    """A difference as `DifferenceView` shows it."""
    return {
        "id": difference.key,
        "reconciliation_id": difference.reconciliation_id,
        "order_id": difference.order_id,
        "kind": difference.kind,
        "sides": difference.sides,
        "state": difference.state,
        "decider": difference.decider,
        "reason": difference.reason,
    }


def present_sample_round(current: SampleRound, note: str | None) -> dict[str, Any]:
    """`SampleRoundReport`: with the note of its checkpoint, once it was drawn."""
    seed = None
    if current.secret is not None and current.note_sha256 is not None:
        seed = seed_of(current.secret, current.note_sha256)
    figures = current.figures
    return {
        "id": current.key,
        "number": current.number,
        "commitment": current.commitment,
        "secret": current.secret,
        "size": current.size,
        "note_sha256": current.note_sha256,
        "considered": len(current.drawn),
        "selected": sum(each["selected"] for each in current.drawn),
        "state": current.state,
        "note": note,
        "seed": seed,
        "rate_bp": figures and figures.rate_bp,
        "step_fen": figures and figures.step_fen,
        "publicity_days": figures and figures.publicity_days,
        "drawn": current.drawn,
    }
