"""The ledger's use cases, by subject: load, decide, hand over the decision."""

from collections.abc import Mapping
from typing import ClassVar

from chassis.domain import Refusal
from voucher_ledger.application.batches import Batches
from voucher_ledger.application.clawbacks import Clawbacks
from voucher_ledger.application.grants import Grants
from voucher_ledger.application.own_payments import OwnPayments
from voucher_ledger.application.payment_orders import PaymentOrders
from voucher_ledger.application.purchases import Purchases
from voucher_ledger.application.reconciliations import Reconciliations
from voucher_ledger.application.redemptions import Redemptions
from voucher_ledger.application.reservations import Reservations
from voucher_ledger.application.vouchers import Vouchers


class Ledger(
    Batches,
    Grants,
    Vouchers,
    Reservations,
    OwnPayments,
    Redemptions,
    PaymentOrders,
    Purchases,
    Clawbacks,
    Reconciliations,
):
    """Public money: appropriated, issued, reserved, redeemed, paid, clawed back."""

    refusals: ClassVar[Mapping[str, type[Refusal]]] = {**OwnPayments.refusals, **Clawbacks.refusals}


__all__ = ["Ledger"]
