"""What the events of identity say, by subject. None holds personal data in clear."""

from schemas.events.common import following, refused
from schemas.events.identity import accounts, cases, personal_data, subjects, verification

CommandRefused = refused("identity")
SubscriptionAcknowledged, SubscriptionReleased = following("identity")

EVENTS = (
    *accounts.EVENTS,
    *subjects.EVENTS,
    *verification.EVENTS,
    *cases.EVENTS,
    *personal_data.EVENTS,
    CommandRefused,
    SubscriptionAcknowledged,
    SubscriptionReleased,
)
