"""What the events of the voucher ledger say, by subject. Amounts in integer fen."""

from schemas.events.common import following, refused
from schemas.events.voucher_ledger import (
    batches,
    budget,
    clawbacks,
    grants,
    leases,
    parameters,
    payment_orders,
    redemptions,
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
    *redemptions.EVENTS,
    *clawbacks.EVENTS,
    *sampling.EVENTS,
    *payment_orders.EVENTS,
    CommandRefused,
    SubscriptionAcknowledged,
    SubscriptionReleased,
)
