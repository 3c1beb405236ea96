"""What the events of the voucher ledger say, by subject. Amounts in integer fen."""

from schemas.events.common import following, refused
from schemas.events.voucher_ledger import (
    batches,
    budget,
    clawbacks,
    grants,
    leases,
    own_payments,
    parameters,
    payment_orders,
    purchases,
    reconciliations,
    redemptions,
    risks,
    sampling,
    vouchers,
)

CommandRefused = refused("voucher-ledger")
SubscriptionAcknowledged, SubscriptionReleased = following("voucher-ledger")

EVENTS = (
    *budget.EVENTS,
    *batches.EVENTS,
    *leases.EVENTS,
    *grants.EVENTS,
    *parameters.EVENTS,
    *vouchers.EVENTS,
    *own_payments.EVENTS,
    *redemptions.EVENTS,
    *clawbacks.EVENTS,
    *risks.EVENTS,
    *sampling.EVENTS,
    *payment_orders.EVENTS,
    *purchases.EVENTS,
    *reconciliations.EVENTS,
    CommandRefused,
    SubscriptionAcknowledged,
    SubscriptionReleased,
)
