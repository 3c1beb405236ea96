"""The ledger's entrypoints, by subject: parse, call, present; nothing else."""

from pathlib import Path

from chassis.bus.host import Deployable
from voucher_ledger.service.batches import BatchEntrypoints
from voucher_ledger.service.book import BookEntrypoints
from voucher_ledger.service.budget import BudgetEntrypoints
from voucher_ledger.service.clawbacks import ClawbackEntrypoints
from voucher_ledger.service.grants import GrantEntrypoints
from voucher_ledger.service.own_payments import OwnPaymentEntrypoints
from voucher_ledger.service.parameters import ParameterEntrypoints
from voucher_ledger.service.payment_orders import PaymentOrderEntrypoints
from voucher_ledger.service.purchases import PurchaseEntrypoints
from voucher_ledger.service.reconciliations import ReconciliationEntrypoints
from voucher_ledger.service.redemptions import RedemptionEntrypoints
from voucher_ledger.service.vouchers import VoucherEntrypoints
from voucher_ledger.totals import LedgerTotals


class LedgerService(
    BudgetEntrypoints,
    ParameterEntrypoints,
    BatchEntrypoints,
    GrantEntrypoints,
    VoucherEntrypoints,
    OwnPaymentEntrypoints,
    RedemptionEntrypoints,
    ClawbackEntrypoints,
    PaymentOrderEntrypoints,
    PurchaseEntrypoints,
    ReconciliationEntrypoints,
    BookEntrypoints,
):
    """Where public money is."""

    name = "voucher-ledger"


MIGRATIONS = Path(__file__).parent.parent / "migrations"
SERVICE = Deployable(LedgerService, MIGRATIONS, LedgerTotals)
