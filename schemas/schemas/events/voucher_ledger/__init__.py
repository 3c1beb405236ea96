"""What the events of the voucher ledger say, by subject. Amounts in integer fen."""

from schemas.events.common import following, refused
from schemas.events.voucher_ledger import (
    batches,
    budget,
    grants,
    leases,
    parameters,
    redemptions,
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
    CommandRefused,
    SubscriptionAcknowledged,
    SubscriptionReleased,
)
